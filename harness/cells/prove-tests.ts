/** Proves of a graded submission what it did to the tests that were there. */
import type { CommitSha } from '#contracts';
import type { BaselineOptions } from '../baseline.ts';
import type { HarnessDeps } from '../harness-deps.ts';
import { milestoneAt } from '../human-trees.ts';
import { accuse, isAccusation, type TestProof } from './accuse.ts';
import type { ChangedSuites } from './changed-suites.ts';
import { crossTests } from './cross-tests.ts';

export interface ProofOptions extends BaselineOptions {
  submission: { patch: Uint8Array };
  /** The human commit that the chain began with. */
  startCommit: CommitSha;
  suites: ChangedSuites;
}

/**
 * Crosses the submission with the human tree that the chain began with, and, where a test is then held against it, the human change of the
 * same requests with the same tree. Both have the environment and the runner of the milestone's reference.
 * Null where no test that was there was changed: nothing runs.
 */
export async function proveTests(deps: HarnessDeps, options: ProofOptions): Promise<TestProof | null> {
  const { task, index, limits, sandbox, isolation, node, baselineRuns, submission, startCommit, suites } = options;
  if (suites.scope === 'files' && suites.files.length === 0) return null;
  const { referenceCommit } = milestoneAt(task, index);
  const common = {
    ...{ repository: task.repository, setup: task.setup, sandbox, limits },
    ...{ base: startCommit, environmentFrom: referenceCommit, runs: baselineRuns, surroundings: { isolation, node } },
    ...(suites.scope === 'files' && { files: suites.files }),
  };
  const own = await crossTests(deps, { ...common, head: { commit: task.baseCommit, patch: submission.patch } });
  if (own.comparison.status === 'unknown') return { status: 'unknown', reason: own.comparison.reason };
  const human = own.comparison.verdicts.some(isAccusation)
    ? await crossTests(deps, { ...common, head: { commit: referenceCommit } })
    : null;
  return accuse(own.comparison, human);
}
