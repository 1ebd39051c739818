/** Grades one trial's submissions in order, and remembers in between what passed where. */
import { type CheckResult, GradedTests, type MilestoneGrade, type TrialMode } from '#contracts';
import type { Baseline, BaselineOptions } from './baseline.ts';
import { gateIds } from './checks/index.ts';
import { type GradeOptions, gradeCommit, type Judgement } from './grade-commit.ts';
import { type FoldVerdict, gradeFold } from './grade-fold.ts';
import type { HarnessDeps } from './harness-deps.ts';
import { type FoldDamage, NO_DAMAGE } from './judged.ts';
import { humanBefore, milestoneAt } from './human-trees.ts';
import type { Surroundings } from './surroundings.ts';
import { contractAfterFold, contractAtStart, type TrialContract } from './trial-contract.ts';
import { historyAfter, historyAtStart, historyWithout, type TrialHistory } from './trial-history.ts';
import { measureYardstick, type Yardstick } from './yardstick.ts';

type Submitted = GradeOptions['submission'];

/** For each milestone in order: `begin` where its tree is the human tree, or `fold` where human commits were carried in; then `grade`. */
export interface TrialJudge {
  /** From `begin` on; null when the human tree could not be read. */
  readonly contract: TrialContract | null;
  begin(index: number): Promise<void>;
  /** What it breaks is forgiven from here on. */
  fold(index: number, folded: Omit<Submitted, 'refused'>): Promise<FoldVerdict>;
  grade(index: number, submission: Submitted): Promise<{ judgement: Judgement; graded: GradedTests; baseline: Baseline }>;
  /** Takes what an earlier attempt of this trial has seen from its evidence, so that a regression is found across a crash too. */
  recall(index: number, grade: MilestoneGrade): Promise<void>;
}

export function createTrialJudge(
  deps: HarnessDeps,
  options: Omit<BaselineOptions, 'index' | keyof Surroundings> & { mode: TrialMode },
): TrialJudge {
  let history: TrialHistory = { passing: new Map() };
  let contract: TrialContract | null = null;
  let startCommit = options.task.baseCommit;
  let gates: readonly string[] = [];
  let forgiven: FoldDamage = NO_DAMAGE;
  // Once per milestone of this trial, also where it is not worth keeping for others.
  const yardsticks = new Map<number, Promise<Yardstick>>();
  const yardstickOf = (index: number) => {
    const measured = yardsticks.get(index) ?? measureYardstick(deps, { ...options, index });
    yardsticks.set(index, measured);
    return measured;
  };
  const unhealed = (tests: readonly string[]) => tests.filter((id) => !history.passing.has(id));
  const idBefore = (index: number) => milestoneAt(options.task, index - 1).id;

  const begin = async (index: number) => {
    const { baseline } = await yardstickOf(index);
    history = historyAtStart(baseline);
    contract = contractAtStart(baseline);
    startCommit = humanBefore(options.task, index);
    gates = [];
    forgiven = NO_DAMAGE;
  };
  const amend = async (index: number) => {
    contract = contractAfterFold(contract, (await yardstickOf(index)).baseline);
  };
  const afterFold = (index: number, damage: Pick<FoldVerdict, 'broken' | 'gates'>, graded: GradedTests) => {
    history = historyWithout(historyAfter(history, idBefore(index), graded), damage.broken);
    forgiven = { tests: [...unhealed(forgiven.tests), ...damage.broken], gates: [...forgiven.gates, ...damage.gates] };
  };
  const afterGrade = (index: number, checks: readonly CheckResult[], graded: GradedTests) => {
    // Failures that nobody could confirm are no evidence of what passes now.
    const isKnown = checks.some(({ check, status }) => check === 'earlier-milestones' && status !== 'unscored');
    if (isKnown) history = historyAfter(history, milestoneAt(options.task, index).id, graded);
    gates = gateIds(checks);
    forgiven = { ...forgiven, tests: unhealed(forgiven.tests) };
  };

  return {
    get contract() {
      return contract;
    },
    begin,
    async fold(index, submission) {
      const yardstick = await yardstickOf(index);
      await amend(index);
      const found = await gradeFold(deps, { ...options, ...yardstick, index, submission, history, contract, gatesBefore: gates });
      afterFold(index, found, found.graded);
      return found;
    },
    async grade(index, submission) {
      const yardstick = await yardstickOf(index);
      const made = await gradeCommit(deps, { ...options, ...yardstick, index, submission, contract, startCommit, history, fold: forgiven });
      afterGrade(index, made.judgement.checks, made.graded);
      return { ...made, baseline: yardstick.baseline };
    },
    async recall(index, { checks, tests, fold }) {
      const read = async (hash: MilestoneGrade['tests']) => GradedTests.parse(JSON.parse(await deps.readText(hash)));
      if (index === 0 || options.mode === 'isolated' || fold?.status === 'broken') await begin(index);
      if (fold?.status === 'applied') {
        await amend(index);
        afterFold(index, fold, await read(fold.tests));
      }
      afterGrade(index, checks, await read(tests));
    },
  };
}
