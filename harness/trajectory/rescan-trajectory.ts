/** Scans the stored trajectory of a submission again, by today's rules. */
import { type Finding, type Isolation, Iteration, LonghaulError, type Submission } from '#contracts';
import type { HarnessDeps } from '../harness-deps.ts';
import { readTrajectory } from './read-trajectory.ts';

/**
 * Null where nothing can be said: it lies on another machine or is gone, it is not what is stored as one, or commands ran without a
 * sandbox, and nobody knows any more where they saw the tree.
 */
export async function rescanTrajectory(
  deps: Pick<HarnessDeps, 'readText' | 'signal'>,
  { trajectory }: Pick<Submission, 'trajectory'>,
  isolation: Isolation | null,
): Promise<Finding[] | null> {
  if (trajectory === null) return [];
  if (isolation === null || isolation.sandbox === 'none') return null;
  const iterations = await readIterations(deps, trajectory);
  return iterations && readTrajectory(iterations, { root: '/workspace', signal: deps.signal });
}

async function readIterations({ readText }: Pick<HarnessDeps, 'readText'>, hash: NonNullable<Submission['trajectory']>) {
  try {
    const lines = (await readText(hash)).split('\n').filter((line) => line !== '');
    return Iteration.array().safeParse(lines.map((line) => JSON.parse(line))).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof LonghaulError && error.code === 'E_ARTIFACT_MISSING')) return null;
    throw error;
  }
}
