/** The closed list of progress events that flow outwards; nobody inside knows who listens. */
import { z } from 'zod';
import { CheckName } from './check-result.ts';
import { RunId, Slug, TrialId } from './ids.ts';
import { Verdict } from './scorecard.ts';
import { SensedCounts, SensedFinding, SensedMoment } from './sensed-architecture.ts';

const trial = { runId: RunId, trialId: TrialId };
const milestone = { ...trial, milestone: Slug };

export const ProgressEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('run-queued'), runId: RunId, trials: z.int(), milestones: z.int() }),
  z.strictObject({ type: z.literal('run-finished'), runId: RunId }),
  /** `fromMilestone` is null unless an earlier worker had already finished some. */
  z.strictObject({ type: z.literal('trial-started'), ...trial, agent: z.string(), worker: z.string(), fromMilestone: Slug.nullable() }),
  z.strictObject({ type: z.literal('trial-finished'), ...trial, agent: z.string() }),
  z.strictObject({ type: z.literal('trial-failed'), ...trial, agent: z.string(), code: z.string(), message: z.string() }),
  z.strictObject({ type: z.literal('milestone-started'), ...milestone, agent: z.string() }),
  /** Human commits came into the agent's tree, or, `broken`, did not fit. `brokenTests` counts those that failed from then on. */
  z.strictObject({
    type: z.literal('fold-finished'),
    ...milestone,
    agent: z.string(),
    status: z.enum(['applied', 'broken']),
    brokenTests: z.int(),
  }),
  /** `flaky`: tests that the human trees do not always pass. */
  z.strictObject({
    type: z.literal('baseline-measured'),
    ...milestone,
    failToPass: z.int(),
    passToPass: z.int(),
    flaky: z.int().optional(),
    wallMs: z.int(),
  }),
  z.strictObject({
    type: z.literal('iteration'),
    ...milestone,
    index: z.int(),
    tools: z.array(z.string()),
    costUsd: z.number().nullable(),
  }),
  /**
   * A look at the architecture of the tree, while the agent goes on. Decides nothing.
   * `iterations`: how many this look covers, 1 unless the one before was still under way; 0 before the agent's first and for one that reports none.
   * `introduced` and `healed` are told against the look before, across milestones; `lasting` as in SensedChange. At most 100 each, gates first.
   * `changedFiles` were read again.
   */
  z.strictObject({
    type: z.literal('architecture-sensed'),
    ...milestone,
    at: SensedMoment,
    iterations: z.int().nonnegative(),
    counts: SensedCounts,
    introduced: z.array(SensedFinding),
    healed: z.array(SensedFinding),
    lasting: z.array(SensedFinding),
    changedFiles: z.int().nonnegative(),
    wallMs: z.int().nonnegative(),
  }),
  /**
   * The tree could not be looked at, or not compared with its base, as when its source files are gone. `restarted`: another sensor took over.
   * Otherwise nothing is seen until the next milestone, or until the tree can be compared again; findings stay as they were.
   */
  z.strictObject({ type: z.literal('architecture-unseen'), ...milestone, at: SensedMoment, reason: z.string(), restarted: z.boolean() }),
  /** A full rebuild was compared with what was kept up to date change by change; `differences` in words, none when they are equal. */
  z.strictObject({
    type: z.literal('architecture-self-checked'),
    ...milestone,
    at: SensedMoment,
    differences: z.array(z.string()),
    wallMs: z.int().nonnegative(),
  }),
  z.strictObject({ type: z.literal('submission-frozen'), ...milestone, commit: z.string(), filesChanged: z.int() }),
  z.strictObject({
    type: z.literal('check-finished'),
    ...milestone,
    check: CheckName,
    status: z.enum(['passed', 'failed', 'unscored']),
    summary: z.string(),
  }),
  z.strictObject({
    type: z.literal('milestone-graded'),
    ...milestone,
    agent: z.string(),
    resolved: Verdict,
    useful: Verdict,
    regressions: z.int(),
    costUsd: z.number().nullable(),
    wallMs: z.int(),
  }),
]);
export type ProgressEvent = z.infer<typeof ProgressEvent>;

/** Receives progress. Must not throw and must not wait. */
export type Emit = (event: ProgressEvent) => void;

/** An event as it is stored: numbered within its run, from 1, without gaps. */
export const StoredEvent = z.strictObject({ seq: z.int().positive(), at: z.iso.datetime(), event: ProgressEvent });
export type StoredEvent = z.infer<typeof StoredEvent>;
