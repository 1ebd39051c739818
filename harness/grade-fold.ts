/** What a fold broke, before the agent began. */
import type { CommitSha, GradedTests } from '#contracts';
import { type Baseline, type BaselineOptions, treeBefore, typesAsked } from './baseline.ts';
import { checkArchitecture } from './checks/architecture.ts';
import { gateIds } from './checks/index.ts';
import { checkTypes } from './checks/types.ts';
import type { Examination } from './examine-tree.ts';
import type { HarnessDeps } from './harness-deps.ts';
import { observe } from './observe-submission.ts';
import { UNREHEARSED } from './rehearsal.ts';
import { testsThat } from './score/suite-outcomes.ts';
import { lookAgain } from './second-look.ts';
import { isKept, outcomesById } from './test-outcomes.ts';
import type { TrialContract } from './trial-contract.ts';
import { type TrialHistory, watchedTests } from './trial-history.ts';

export interface FoldToGrade extends BaselineOptions {
  /** The tree after the fold. */
  submission: { tree: CommitSha; patch: Uint8Array };
  /** Of the milestone that the fold leads to. */
  baseline: Baseline;
  history: TrialHistory;
  /** As the fold has amended it. */
  contract: TrialContract | null;
  /** Ids of the gates that the tree tripped before the fold. */
  gatesBefore: readonly string[];
}

export interface FoldVerdict {
  /** As in Fold. */
  broken: string[];
  /** As in Fold. */
  gates: string[];
  graded: GradedTests;
}

/**
 * The tests of the milestone ahead are laid over the tree, as they are over the human tree before it: what passed earlier in this
 * trial, passes there and does not pass here is broken by the fold. Where the folded suite gives no evidence, that is all of it.
 */
export async function gradeFold(deps: HarnessDeps, options: FoldToGrade): Promise<FoldVerdict> {
  const { baseline, history, baselineRuns, gatesBefore } = options;
  const human = treeBefore(options);
  const rehearsal = baseline.rehearsal ?? UNREHEARSED;
  const { tree, examination, run, key } = await observe(deps, options, {
    over: human,
    types: typesAsked(baseline.types, 'before'),
    rehearsal,
  });
  const watched = [...watchedTests(history, testsThat('passed', baseline.suites.before), examination.content).keys()];
  const outcomes = outcomesById(run);
  const suspects = watched.filter((id) => !isKept(outcomes.get(id)?.status));
  const look = run.status === 'ran' ? await lookAgain(deps, { tree, human, suspects, rehearsal, runs: baselineRuns, key }) : { flaky: [] };
  const flaky = new Set(look.flaky);
  return {
    gates: trippedGates(options, examination).filter((id) => !gatesBefore.includes(id)),
    broken: suspects.filter((id) => !flaky.has(id)).sort(),
    graded: { schemaVersion: 1, run, content: examination.content, flaky: look.flaky },
  };
}

/** Held to the human tree before the milestone, which is where the fold leads. */
function trippedGates({ baseline, contract }: FoldToGrade, examination: Examination): string[] {
  const { before, types } = baseline;
  const yardstick = { ...baseline, after: before, types: types && { before: types.before, after: types.before } };
  const judged = { baseline: yardstick, contract, examination, fold: { tests: [], gates: [] } };
  return gateIds([checkTypes(judged) ?? [], checkArchitecture(judged)].flat());
}
