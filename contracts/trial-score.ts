/** What the tests of one trial came to: every milestone scored, every breakage named. */
import { z } from 'zod';
import { Slug } from './ids.ts';
import { Verdict } from './scorecard.ts';

const count = z.int().nonnegative();
/** From 0 to 1; null means undefined, never 0. */
const share = z.number().min(0).max(1).nullable();

/**
 * A tree of a trial at which tests were run. `agent`: as the agent handed it over at this milestone. `fold`: before the agent
 * began on this milestone, after human commits were carried in.
 */
export const TreeName = z.strictObject({ milestone: Slug, after: z.enum(['fold', 'agent']) });
export type TreeName = z.infer<typeof TreeName>;

/**
 * What became of one test at one tree of the trial, compared with the human tree at the same point.
 * - `absent`: the human tree does not have it.
 * - `introduced`: here for the first time; passes or fails.
 * - `changed`: the reference changed it here, so it belongs to this milestone's own sets only; passes or fails.
 * - `green`: passes.
 * - `broken`: a regression of this tree or of an earlier one.
 * - `healed`: passes again after it was broken.
 * - `failing`: fails, and nobody is blamed: it never passed with this content, or the human tree does not pass it either.
 * - `flaky`: not the same in every run, on either tree; decides nothing.
 * - `skipped`: skipped in every run; a test that passed before is kept.
 * - `not-run`: no outcome, and nobody is blamed; also every test of a suite that gave no evidence.
 */
export const CellState = z.enum(['absent', 'introduced', 'changed', 'green', 'broken', 'healed', 'failing', 'flaky', 'skipped', 'not-run']);
export type CellState = z.infer<typeof CellState>;

/** How many tests are in which state at one tree; absent ones are not counted. */
export const CellCounts = z.record(CellState.exclude(['absent']), count);
export type CellCounts = z.infer<typeof CellCounts>;

export const NO_CELLS: CellCounts = {
  introduced: 0,
  changed: 0,
  green: 0,
  broken: 0,
  healed: 0,
  failing: 0,
  flaky: 0,
  skipped: 0,
  'not-run': 0,
};

/** One test that was broken once. A test broken, healed and broken again has two of them. */
export const Breakage = z.strictObject({
  test: z.string(),
  /** The first tree at which it failed. After a fold: broken by the fold, not by the agent. */
  brokenAt: TreeName,
  /** Null: on the tree the trial started from, and not since. */
  lastPassedAt: TreeName.nullable(),
  /** `not-run`: missing from the report of every run, though the suite ran. */
  outcome: z.enum(['failed', 'not-run']),
  /** It had been broken before in this trial. */
  again: z.boolean(),
  /** `superseded`: the reference changed or removed the test while it was broken. Null: broken to the end. */
  ended: z.strictObject({ how: z.enum(['healed', 'superseded']), at: TreeName }).nullable(),
});
export type Breakage = z.infer<typeof Breakage>;

/** Scores of one milestone. Each is null where its formula is undefined and where the milestone is unscored. */
export const MilestoneScore = z.strictObject({
  id: Slug,
  resolved: Verdict,
  /** Resolved, and the agent broke no earlier test. */
  withoutRegression: Verdict,
  useful: Verdict,
  /** `partial`: some FAIL_TO_PASS tests pass and no PASS_TO_PASS test is lost. Source: SWE-bench, swebench/harness/grading.py. */
  resolution: z.enum(['full', 'partial', 'none']).nullable(),
  /** SWE-EVO, Eq. 1. */
  fixRate: share,
  /** EvoClaw: smoothed precision, recall, and their harmonic mean. */
  precision: share,
  recall: share,
  f1: share,
  /** SWE-CI, from -1 to 1. */
  normalizedChange: z.number().min(-1).max(1).nullable(),
  /** Runs per test behind the verdicts; with 1 no flaky test can be told. 0: the suite gave no evidence. */
  runs: z.strictObject({ trial: count, human: count }),
  /** Earlier tests the agent broke at this milestone, and those it healed. */
  broke: count,
  healed: count,
  /** Tests the human commits before this milestone broke in the agent's tree. */
  brokenByFold: count,
  cells: CellCounts,
  /** Ids; they decide nothing. */
  flaky: z.array(z.string()),
  /** Those of them that pass in every run of the human tree: the agent's tree made them waver. */
  unsteady: z.array(z.string()),
  /** The chain broke before this milestone: the agent began it on the human tree, so it says nothing about a long horizon. */
  afterBreak: z.boolean(),
  /** What the agent spent on it; null is unknown. */
  costUsd: z.number().nonnegative().nullable(),
});
export type MilestoneScore = z.infer<typeof MilestoneScore>;

/** Ordinal of the milestone at which it `ended`; otherwise how many milestones were seen to pass before looking stopped. */
export const Lifetime = z.strictObject({ milestones: count, ended: z.boolean() });
export type Lifetime = z.infer<typeof Lifetime>;

export const TrialScore = z.strictObject({
  task: Slug,
  agent: z.string(),
  mode: z.enum(['continuous', 'isolated', 'assisted']),
  seed: z.int().positive(),
  /** Milestones asked for, graded or not. */
  asked: z.int().positive(),
  /** Those of them that will never be graded, because the trial ended before them. */
  lost: count,
  /** As many as are graded. */
  milestones: z.array(MilestoneScore),
  /**
   * No test broken by the agent at any milestone, by test id. SWE-CI compares counts of passing tests, which hides a loss behind a gain.
   * Unscored while a milestone is missing or gave no evidence, unless a test is known to be broken.
   */
  zeroRegression: Verdict,
  /** Every milestone useful; unscored while one is missing or unscored, unless one is known not to be. */
  completeChain: Verdict,
  /** One value per gamma asked for; null where undefined, and in modes other than continuous. */
  evoScore: z.array(z.strictObject({ gamma: z.number().positive(), value: z.number().min(-1).max(1).nullable() })),
  /** Null in modes other than continuous. */
  untilRegression: Lifetime.nullable(),
  /** Ends where a fold did not apply. Null in modes other than continuous. */
  untilBreak: Lifetime.nullable(),
  breakages: z.array(Breakage),
});
export type TrialScore = z.infer<typeof TrialScore>;
