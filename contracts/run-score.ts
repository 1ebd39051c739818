/** What the trials of a run came to, per agent and mode, with intervals. */
import { z } from 'zod';
import { TrialScore } from './trial-score.ts';

const count = z.int().nonnegative();

export const Interval = z.strictObject({ low: z.number(), high: z.number() });
export type Interval = z.infer<typeof Interval>;

/** Successes out of what was scored. `value` is null when nothing was. */
export const Rate = z.strictObject({
  count,
  outOf: count,
  value: z.number().min(0).max(1).nullable(),
  /** Wilson; takes milestones for independent, so it is too narrow where they share a tree. Null when nothing was scored. */
  wilson: Interval.nullable(),
  /** Bootstrap over tasks. Null with fewer than two tasks, or when no resample differs. */
  overTasks: Interval.nullable(),
});
export type Rate = z.infer<typeof Rate>;

/** A mean over `outOf` things; null when there are none. */
export const Mean = z.strictObject({ value: z.number().nullable(), outOf: count, overTasks: Interval.nullable() });
export type Mean = z.infer<typeof Mean>;

/** Kaplan-Meier. One step per milestone; `survival` is the share expected to be intact after it. */
export const SurvivalCurve = z.array(
  z.strictObject({
    milestone: z.int().positive(),
    atRisk: count,
    ended: count,
    /** Trials that were not looked at beyond this milestone. */
    censored: count,
    survival: z.number().min(0).max(1),
  }),
);
export type SurvivalCurve = z.infer<typeof SurvivalCurve>;

/** US dollars. `infinite`: money was spent and no useful answer came of it. */
export const Price = z.union([z.number().nonnegative(), z.literal('infinite')]);
export type Price = z.infer<typeof Price>;

export const CostPerUsefulAnswer = z.strictObject({
  /** Everything spent, failures and unscored milestones included; null when any part of it is unknown. */
  spentUsd: z.number().nonnegative().nullable(),
  usefulAnswers: count,
  /** Null when the spend is unknown, or nothing was spent and nothing came of it. */
  usd: Price.nullable(),
  /** Null with fewer than two tasks, when no resample differs, or when too many resamples have neither money nor answers. */
  overTasks: z.strictObject({ low: Price, high: Price }).nullable(),
});
export type CostPerUsefulAnswer = z.infer<typeof CostPerUsefulAnswer>;

/** At least one of k trials, and all of k trials; means over milestones or tasks that have k scored trials. */
export const Reliability = z.strictObject({ k: z.int().positive(), passAtK: Mean, passHatK: Mean });
export type Reliability = z.infer<typeof Reliability>;

export const AgentScore = z.strictObject({
  agent: z.string(),
  mode: TrialScore.shape.mode,
  tasks: count,
  trials: count,
  /** Asked for, over all trials, graded or not. */
  milestones: count,
  /** Left numerator and denominator: no verdict, for a reason that is not the agent's. Their money is in the bill. */
  unscored: count,
  resolved: Rate,
  withoutRegression: Rate,
  useful: Rate,
  /** Trials. */
  zeroRegression: Rate,
  completeChains: Rate,
  fixRate: Mean,
  precision: Mean,
  recall: Mean,
  f1: Mean,
  evoScore: z.array(z.strictObject({ gamma: z.number().positive(), mean: Mean })),
  /** Of useful answers, for k from 1 to the most trials of one task. */
  reliability: z.strictObject({ milestones: z.array(Reliability), chains: z.array(Reliability) }),
  untilRegression: SurvivalCurve,
  untilBreak: SurvivalCurve,
  cost: CostPerUsefulAnswer,
});
export type AgentScore = z.infer<typeof AgentScore>;

/** Continuous less isolated, from -1 to 1: below 0, the long horizon costs. Over milestones scored in both modes. */
export const LongHorizonTax = z.strictObject({ agent: z.string(), resolved: Mean, useful: Mean });
export type LongHorizonTax = z.infer<typeof LongHorizonTax>;

export const RunScore = z.strictObject({
  schemaVersion: z.literal(1),
  /** How every interval was made; equal trials and an equal seed give equal intervals. */
  resampling: z.strictObject({
    confidence: z.number().gt(0).lt(1),
    resamples: z.int().positive(),
    seed: z.int(),
  }),
  /** By agent, then mode. */
  agents: z.array(AgentScore),
  /** One per agent with trials in both modes. */
  longHorizonTax: z.array(LongHorizonTax),
});
export type RunScore = z.infer<typeof RunScore>;
