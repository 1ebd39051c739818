/** Grades one patch at one milestone, whoever made it: no trial and no agent stands behind it. */
import type { CommitSha, Limits, SandboxPolicy, Task } from '#contracts';
import { openTrees } from '#workspace';
import { gradeCommit, type Judgement } from './grade-commit.ts';
import type { HarnessDeps } from './harness-deps.ts';
import { humanBefore } from './human-trees.ts';
import { NO_DAMAGE } from './judged.ts';
import { contractAfterFold, contractAtStart } from './trial-contract.ts';
import { historyAtStart } from './trial-history.ts';
import { measureYardstick } from './yardstick.ts';

export interface PatchToGrade {
  task: Task;
  /** Which milestone it answers, from 0. */
  index: number;
  /**
   * Binary patch on the task's base commit, as `git diff --binary --full-index` writes it, and whole: at a later milestone it holds
   * the work on those before as well. Empty: nothing was changed.
   */
  patch: Uint8Array;
  limits: Limits;
  sandbox: SandboxPolicy;
  /** The k of "k of k", from 1. */
  baselineRuns: number;
}

/**
 * As a trial grades what its agent hands over, and by the same checks. What only a trial knows is taken from people instead: whatever
 * passes in the human tree before the milestone is to pass still. Imports, tests and dependencies are compared with the human tree
 * that a chain would begin with, so all of the patch counts, and not only its last part.
 * May be called again, and at the same time for several: baselines are measured once, equal trees are examined once.
 * @throws E_PATCH_REFUSED when it does not apply; what opens no workspace
 */
export async function gradePatch(deps: HarnessDeps, options: PatchToGrade): Promise<Judgement> {
  const { task, index, patch } = options;
  // First, because it costs least: nobody should wait for baselines to hear that a patch does not fit.
  const submission = { tree: await treeOf(deps, options), patch, refused: null };
  const start = await measureYardstick(deps, { ...options, index: 0 });
  const yardstick = index === 0 ? start : await measureYardstick(deps, options);
  const { judgement } = await gradeCommit(deps, {
    ...options,
    ...yardstick,
    submission,
    // Whatever people carried in between, their rules came with it.
    contract: contractAfterFold(contractAtStart(start.baseline), yardstick.baseline),
    startCommit: humanBefore(task, 0),
    history: historyAtStart(yardstick.baseline),
    fold: NO_DAMAGE,
  });
  return judgement;
}

async function treeOf({ host, signal }: HarnessDeps, { task: { repository, baseCommit }, patch }: PatchToGrade): Promise<CommitSha> {
  await using trees = await openTrees(host, { repository, commit: baseCommit, patch, signal });
  return trees.tree;
}
