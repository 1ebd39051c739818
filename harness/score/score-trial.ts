/** The grades and the observed trees of one trial become its score; pure. */
import { type Lifetime, type MilestoneGrade, type MilestoneScore, NO_CELLS, type TrialScore, type Verdict } from '#contracts';
import { evoClawScore } from './evoclaw-score.ts';
import { evoScore } from './evo-score.ts';
import { fixRate } from './fix-rate.ts';
import { normalizedChange } from './normalized-change.ts';
import { type Chain, type MatrixTree, type RegressionMatrix, regressionMatrix } from './regression-matrix.ts';
import { repairs } from './repairs.ts';
import { resolution } from './resolution.ts';
import { all } from './verdicts.ts';

export interface TrialToScore extends Pick<TrialScore, 'task' | 'agent' | 'mode' | 'seed' | 'asked' | 'lost'> {
  /** In the task's order, as many as are graded. */
  grades: readonly (Pick<MilestoneGrade, 'id' | 'resolved' | 'useful' | 'failToPass' | 'passToPass'> & { costUsd: number | null })[];
  /**
   * One, in continuous mode, while the chain holds; one more from each fold that did not apply. One a milestone in isolated mode.
   * A milestone may be in none: nothing was observed, and nothing is said about its earlier tests.
   */
  chains: readonly Chain[];
  /** Weights EvoScore is wanted for. */
  gammas: readonly number[];
}

/** Reads each chain once. Beside `grades`, which say what is resolved and useful, a regression seen in a chain makes a useful answer none. */
export function scoreTrial({ task, agent, mode, seed, asked, lost, grades, chains, gammas }: TrialToScore): TrialScore {
  const matrices = chains.map(regressionMatrix);
  const seen = new Map(matrices.flatMap((matrix, chain) => byMilestone(matrix, mode === 'continuous' && chain > 0)));
  const milestones = grades.map((grade) => scoreMilestone(grade, seen.get(grade.id)));
  const changes = milestones.map((milestone) => milestone.normalizedChange);
  const missing = Array<Verdict>(asked - grades.length).fill('unscored');
  return {
    task,
    agent,
    mode,
    seed,
    asked,
    lost,
    milestones,
    zeroRegression: all([...missing, ...grades.map(({ id }) => keepsEarlierTests(seen.get(id)))]),
    completeChain: all([...missing, ...milestones.map(({ useful }) => useful)]),
    evoScore: gammas.map((gamma) => ({ gamma, value: mode === 'continuous' ? evoScore(changes, gamma) : null })),
    untilRegression: mode === 'continuous' ? untilRegression(matrices[0], seen) : null,
    untilBreak: mode === 'continuous' ? untilBreak(matrices) : null,
    breakages: matrices.flatMap((matrix) => matrix.breakages),
  };
}

/** What a chain shows of one milestone. */
interface SeenMilestone {
  tree: MatrixTree;
  broke: number;
  brokenByFold: number;
  healed: number;
  afterBreak: boolean;
}

function byMilestone({ trees, breakages }: RegressionMatrix, afterBreak: boolean): [string, SeenMilestone][] {
  const broken = Map.groupBy(breakages, ({ brokenAt }) => treeKey(brokenAt));
  return trees
    .filter(({ name }) => name.after === 'agent')
    .map((tree) => {
      const at = (after: 'fold' | 'agent') => broken.get(treeKey({ milestone: tree.name.milestone, after }))?.length ?? 0;
      return [tree.name.milestone, { tree, broke: at('agent'), brokenByFold: at('fold'), healed: tree.cells.healed, afterBreak }];
    });
}

function treeKey({ milestone, after }: { milestone: string; after: string }): string {
  return `${milestone} ${after}`;
}

function scoreMilestone(grade: TrialToScore['grades'][number], seen: SeenMilestone | undefined): MilestoneScore {
  const { id, resolved, failToPass, passToPass, costUsd } = grade;
  const withoutRegression = all([resolved, keepsEarlierTests(seen)]);
  const count = repairs(failToPass, passToPass, seen?.broke ?? 0);
  return {
    id,
    resolved,
    withoutRegression,
    useful: all([grade.useful, withoutRegression]),
    ...(resolved === 'unscored'
      ? UNSCORED
      : { resolution: resolution(failToPass, passToPass), fixRate: fixRate(count), ...evoClawScore(count) }),
    normalizedChange: resolved === 'unscored' || !seen || !isEvidence(seen.tree) ? null : normalizedChange(seen.tree.passing),
    runs: { trial: seen?.tree.trial.runs ?? 0, human: seen?.tree.human.runs ?? 0 },
    broke: seen?.broke ?? 0,
    healed: seen?.healed ?? 0,
    brokenByFold: seen?.brokenByFold ?? 0,
    cells: seen?.tree.cells ?? NO_CELLS,
    flaky: seen?.tree.flaky ?? [],
    unsteady: seen?.tree.unsteady ?? [],
    afterBreak: seen?.afterBreak ?? false,
    costUsd,
  };
}

const UNSCORED = { resolution: null, fixRate: null, precision: null, recall: null, f1: null };

/** A suite that the agent's tree stops passes nothing, and that is evidence; a spoiled one says nothing. */
function isEvidence({ trial, human }: MatrixTree): boolean {
  return human.fault === null && (trial.fault === null || trial.fault === 'agent');
}

/**
 * `no` when the agent broke an earlier test here, or its tree stops the suite in any of the runs where the human tree does in none:
 * a suite that falls over now and then makes every test flaky, and must not pass for it. `unscored` without evidence otherwise.
 */
function keepsEarlierTests(seen: SeenMilestone | undefined): Verdict {
  if (!seen || !isEvidence(seen.tree)) return 'unscored';
  const { trial, human } = seen.tree;
  if (seen.broke > 0) return 'no';
  if (trial.fault === null && trial.stopped === 0) return 'yes';
  return human.stopped === 0 ? 'no' : 'unscored';
}

/** Looking stops where a milestone gives no evidence, and where the chain breaks. */
function untilRegression(matrix: RegressionMatrix | undefined, seen: ReadonlyMap<string, SeenMilestone>): Lifetime {
  let milestones = 0;
  for (const { name } of matrix?.trees.filter(({ name }) => name.after === 'agent') ?? []) {
    const kept = keepsEarlierTests(seen.get(name.milestone));
    if (kept === 'unscored') break;
    milestones += 1;
    if (kept === 'no') return { milestones, ended: true };
  }
  return { milestones, ended: false };
}

/** The milestone whose fold did not apply is the first that the chain did not reach. */
function untilBreak([first, ...later]: readonly RegressionMatrix[]): Lifetime {
  const reached = first?.trees.filter(({ name }) => name.after === 'agent').length ?? 0;
  return later.length > 0 ? { milestones: reached + 1, ended: true } : { milestones: reached, ended: false };
}
