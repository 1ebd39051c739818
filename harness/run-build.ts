/** Runs a task's build steps in a tree. */
import { z } from 'zod';
import type { Limits, TaskSetup } from '#contracts';
import type { Workspace } from '#workspace';

/** `failed`: a step ended with another exit code than 0, or could not be run. `timed-out`: all steps together took too long. */
export const BuildRun = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('built'), wallMs: z.int().nonnegative() }),
  z.strictObject({ status: z.enum(['failed', 'timed-out']), step: z.string(), output: z.string(), wallMs: z.int().nonnegative() }),
]);
export type BuildRun = z.infer<typeof BuildRun>;

const OUTPUT_CHARS = 4_000;

/**
 * One step after the other, up to the first that fails; nothing that a step has started outlives it. Steps are the tree's own code, so
 * afterwards human tests, settings of runners, dependencies, home and temporary folder are as before: in human trees too, whose
 * suites must therefore do without what a build writes into node_modules.
 * @returns null when there is nothing to build.
 */
export async function runBuild(workspace: Workspace, setup: TaskSetup, limits: Pick<Limits, 'testTimeoutMs'>): Promise<BuildRun | null> {
  if (setup.build.length === 0) return null;
  let wallMs = 0;
  for (const step of setup.build) {
    const timeoutMs = Math.max(1, limits.testTimeoutMs - wallMs);
    const result = await workspace.exec(['bash', '-c', step], { timeoutMs });
    wallMs += result.wallMs;
    if (result.exitCode === 0) continue;
    const status = result.ending === 'timed-out' ? 'timed-out' : 'failed';
    return { status, step, output: result.output.slice(-OUTPUT_CHARS), wallMs };
  }
  await workspace.layTestsAgain();
  return { status: 'built', wallMs };
}
