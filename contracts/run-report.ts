/** The one JSON document that `run --json` and `report --json` print. */
import { z } from 'zod';
import { RunId, Slug, TrialId } from './ids.ts';
import { Fingerprint, RunConfig, StoredError, TrialState } from './run.ts';
import { RunScore } from './run-score.ts';
import { Isolation, MilestoneGrade } from './scorecard.ts';
import { FindingLife } from './sensed-architecture.ts';
import { AgentEndingRecord } from './submission.ts';
import { TrialScore } from './trial-score.ts';
import { CostSource, Usage } from './usage.ts';

const count = z.int().nonnegative();

/**
 * Sums over milestones. `resolved` >= `withoutRegression` >= `usefulAnswers`, each counted over `milestones` less `unscored`.
 * Cost per useful answer = everything spent, failures included, divided by useful answers; null when there is no useful answer or the cost is unknown.
 */
export const ReportSummary = z.strictObject({
  /** Milestones asked for, over all trials, graded or not. */
  milestones: count,
  resolved: count,
  /** Resolved and no earlier test broken. */
  withoutRegression: count,
  usefulAnswers: count,
  /** Milestones without a verdict, for a reason that is not the agent's; a trial that failed counts here with its missing milestones. */
  unscored: count,
  costUsd: z.number().nonnegative().nullable(),
  costSource: CostSource,
  costPerUsefulAnswerUsd: z.number().nonnegative().nullable(),
});
export type ReportSummary = z.infer<typeof ReportSummary>;

/** A grade as a reader wants it: what the submission came to, without the artifacts behind it. */
export const ReportMilestone = MilestoneGrade.omit({ schemaVersion: true, submission: true, tests: true, human: true }).extend({
  usage: Usage,
  iterations: count,
  ending: AgentEndingRecord,
  commit: z.string(),
  /** As in Submission. */
  leftOut: z.array(z.string()),
});
export type ReportMilestone = z.infer<typeof ReportMilestone>;

export const ReportTrial = z.strictObject({
  id: TrialId,
  agent: z.string(),
  seed: z.int().positive(),
  task: Slug,
  state: TrialState,
  /** Null until a worker has opened the workspace. `sandbox: "none"` means not isolated. */
  isolation: Isolation.nullable(),
  error: StoredError.nullable(),
  /** The first milestone before which human commits did not fit the agent's tree: the long haul ended there. Null: it did not. */
  chainBrokenAt: Slug.nullable(),
  summary: ReportSummary,
  milestones: z.array(ReportMilestone),
  /** Every finding about the architecture that this trial had at some time, in the order they came; those of people's commits are among them. */
  findings: z.array(FindingLife),
  /** Null: evidence behind the grades is not at hand. */
  score: TrialScore.nullable(),
});
export type ReportTrial = z.infer<typeof ReportTrial>;

export const RunReport = z.strictObject({
  schemaVersion: z.literal(1),
  run: z.strictObject({
    id: RunId,
    state: z.enum(['queued', 'running', 'finished', 'failed', 'cancelled']),
    createdAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    config: RunConfig,
    fingerprint: Fingerprint,
  }),
  summary: ReportSummary,
  /** By agent, with intervals. Null: evidence behind the grades is not at hand. */
  score: RunScore.nullable(),
  trials: z.array(ReportTrial),
});
export type RunReport = z.infer<typeof RunReport>;
