/** Grades one trial's submissions in order, and remembers in between what passed where. */
import type { ArchitectureSnapshot } from '#architecture';
import { GradedTests, type MilestoneGrade, type TrialMode } from '#contracts';
import { type Baseline, type BaselineOptions, measureBaseline } from './baseline.ts';
import { type GradeOptions, gradeCommit, type Judgement } from './grade-commit.ts';
import { gradeFold } from './grade-fold.ts';
import type { HarnessDeps } from './harness-deps.ts';
import { milestoneAt } from './human-trees.ts';
import { historyAfter, historyAtStart, historyWithout, type TrialHistory } from './trial-history.ts';

type Submitted = GradeOptions['submission'];

/** For each milestone in order: `begin` where its tree is the human tree, or `fold` where human commits were carried in; then `grade`. */
export interface TrialJudge {
  begin(index: number): Promise<void>;
  /** @returns tests that the fold broke, and the evidence. */
  fold(index: number, folded: Submitted): Promise<{ broken: string[]; graded: GradedTests }>;
  grade(
    index: number,
    submission: Submitted,
    brokenByFold: readonly string[],
  ): Promise<{ judgement: Judgement; graded: GradedTests; baseline: Baseline }>;
  /** Takes what an earlier attempt of this trial has seen from its evidence, so that a regression is found across a crash too. */
  recall(index: number, grade: MilestoneGrade): Promise<void>;
}

export function createTrialJudge(deps: HarnessDeps, options: Omit<BaselineOptions, 'index'> & { mode: TrialMode }): TrialJudge {
  let history: TrialHistory = { passing: new Map() };
  let base: ArchitectureSnapshot | null = null;
  const baselineOf = (index: number) => measureBaseline(deps, { ...options, index });
  const idBefore = (index: number) => milestoneAt(options.task, index - 1).id;

  const begin = async (index: number) => {
    const baseline = await baselineOf(index);
    history = historyAtStart(baseline);
    base = baseline.before;
  };
  const afterFold = (index: number, graded: GradedTests, broken: readonly string[]) =>
    historyWithout(historyAfter(history, idBefore(index), graded), broken);

  return {
    begin,
    async fold(index, submission) {
      const found = await gradeFold(deps, { ...options, index, submission, baseline: await baselineOf(index), history });
      history = afterFold(index, found.graded, found.broken);
      return found;
    },
    async grade(index, submission, brokenByFold) {
      const baseline = await baselineOf(index);
      const made = await gradeCommit(deps, { ...options, index, submission, baseline, base, history, brokenByFold });
      history = historyAfter(history, milestoneAt(options.task, index).id, made.graded);
      return { ...made, baseline };
    },
    async recall(index, { id, tests, fold }) {
      const read = async (hash: MilestoneGrade['tests']) => GradedTests.parse(JSON.parse(await deps.readText(hash)));
      if (index === 0 || options.mode === 'isolated' || fold?.status === 'broken') await begin(index);
      if (fold?.status === 'applied') history = afterFold(index, await read(fold.tests), fold.broken);
      history = historyAfter(history, id, await read(tests));
    },
  };
}
