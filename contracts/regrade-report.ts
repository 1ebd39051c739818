/** The one JSON document that `grade --json` prints. */
import { z } from 'zod';
import { RunId, Slug, TrialId } from './ids.ts';
import { MilestoneGrade } from './scorecard.ts';

const count = z.int().nonnegative();

/** A verdict, without what led to it. `regressions` are test ids, sorted. */
export const RegradeVerdict = MilestoneGrade.pick({ resolved: true, useful: true, grader: true }).extend({
  regressions: z.array(z.string()),
});
export type RegradeVerdict = z.infer<typeof RegradeVerdict>;

/** What today's rules find in the stored trajectory and did not, and the other way round: severity and identity of each finding, sorted. */
export const RegradeTrajectory = z.strictObject({ added: z.array(z.string()), gone: z.array(z.string()) });
export type RegradeTrajectory = z.infer<typeof RegradeTrajectory>;

export const RegradeReport = z.strictObject({
  schemaVersion: z.literal(1),
  run: RunId,
  /** The k of "k of k" this time. */
  baselineRuns: z.int().positive(),
  /** `unscored` counts verdicts of this time without a `resolved` or a `useful`, `trajectories` those that read otherwise than they did. */
  summary: z.strictObject({ milestones: count, changed: count, unscored: count, trajectories: count }),
  trials: z.array(
    z.strictObject({
      id: TrialId,
      agent: z.string(),
      seed: z.int().positive(),
      milestones: z.array(
        z.strictObject({
          id: Slug,
          before: RegradeVerdict,
          after: RegradeVerdict,
          /** Whether anything but the grader's version differs. */
          changed: z.boolean(),
          /** Advice, and part of no verdict. Null where the trajectory is not at hand, or was made without a sandbox. */
          trajectory: RegradeTrajectory.nullable(),
        }),
      ),
    }),
  ),
});
export type RegradeReport = z.infer<typeof RegradeReport>;
