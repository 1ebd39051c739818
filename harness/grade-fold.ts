/** What a fold broke, before the agent began. */
import type { CommitSha, GradedTests } from '#contracts';
import { type Baseline, type BaselineOptions, treeBefore } from './baseline.ts';
import type { HarnessDeps } from './harness-deps.ts';
import { observe } from './observe-submission.ts';
import { lookAgain } from './second-look.ts';
import { isKept, outcomesById } from './test-outcomes.ts';
import { type TrialHistory, watchedTests } from './trial-history.ts';

export interface FoldToGrade extends BaselineOptions {
  /** The tree after the fold. */
  submission: { tree: CommitSha; patch: Uint8Array };
  /** Of the milestone that the fold leads to. */
  baseline: Baseline;
  history: TrialHistory;
}

/**
 * The tests of the milestone ahead are laid over the tree, as they are over the human tree before it: what passed earlier in this
 * trial, passes there and does not pass here is broken by the fold. Where the folded suite gives no evidence, that is all of it.
 */
export async function gradeFold(deps: HarnessDeps, options: FoldToGrade): Promise<{ broken: string[]; graded: GradedTests }> {
  const { baseline, history, baselineRuns } = options;
  const human = treeBefore(options);
  const { tree, examination, run, key } = await observe(deps, options, { over: human, types: false });
  const watched = [...watchedTests(history, baseline.passedBefore, examination.content).keys()];
  const outcomes = outcomesById(run);
  const suspects = watched.filter((id) => !isKept(outcomes.get(id)?.status));
  const look = run.status === 'ran' ? await lookAgain(deps, { tree, human, suspects, runs: baselineRuns, key }) : { flaky: [] };
  const flaky = new Set(look.flaky);
  return {
    broken: suspects.filter((id) => !flaky.has(id)).sort(),
    graded: { schemaVersion: 1, run, content: examination.content, flaky: look.flaky },
  };
}
