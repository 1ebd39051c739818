/** Run and Trial as they are configured, stored and read back. */
import { z } from 'zod';
import { ContentHash, RunId, Slug, TrialId } from './ids.ts';
import { Limits } from './limits.ts';
import { Isolation, MilestoneGrade } from './scorecard.ts';

/** An agent under test. */
export const AgentSpec = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('reference') }),
  z.strictObject({ name: z.literal('nothing') }),
  /** `script`: artifact holding the model script. */
  z.strictObject({ name: z.literal('scripted'), script: ContentHash }),
]);
export type AgentSpec = z.infer<typeof AgentSpec>;

/**
 * `required`: a sandbox or an error. `preferred`: a sandbox where one works, else none; only for bundled tasks.
 * `none`: asked for explicitly. What was in force stands in the trial's `isolation`.
 */
export const SandboxPolicy = z.enum(['required', 'preferred', 'none']);
export type SandboxPolicy = z.infer<typeof SandboxPolicy>;

/**
 * `continuous`: the agent keeps working in its own tree, milestone after milestone.
 * `isolated`: every milestone starts from the human tree before it.
 */
export const TrialMode = z.enum(['continuous', 'isolated']);
export type TrialMode = z.infer<typeof TrialMode>;

/** `hidden`: hidden tests never enter the agent's tree. `revealed`: those of a milestone join it once the milestone is graded. */
export const TestsPolicy = z.enum(['hidden', 'revealed']);
export type TestsPolicy = z.infer<typeof TestsPolicy>;

export const DEFAULT_BASELINE_RUNS = 3;

export const RunConfig = z.strictObject({
  schemaVersion: z.literal(1),
  task: z.strictObject({
    id: Slug,
    /** Artifact holding the Task. */
    artifact: ContentHash,
    milestones: z.array(Slug).min(1),
  }),
  agents: z.array(AgentSpec).min(1),
  /** Trials per agent. */
  repeat: z.int().positive(),
  mode: TrialMode,
  tests: TestsPolicy,
  /** How often the suite of each human tree is run to tell stable tests from flaky ones: the k of "k of k". */
  baselineRuns: z.int().positive().default(1),
  /** A fresh agent session per milestone; memory lives in the tree. */
  session: z.literal('fresh'),
  limits: Limits,
  sandbox: SandboxPolicy,
});
export type RunConfig = z.infer<typeof RunConfig>;

/** What a result depends on beside its config; equal fingerprints make two runs comparable. */
export const Fingerprint = z.strictObject({
  longhaul: z.string(),
  node: z.string(),
  platform: z.string(),
  git: z.string(),
});
export type Fingerprint = z.infer<typeof Fingerprint>;

/**
 * queued: waits for a worker. running: a worker holds it. finished: every milestone is graded.
 * failed: a worker met an error that a retry cannot cure. cancelled: somebody stopped the run.
 * queued -> running -> finished | failed; running -> running when another worker takes over; any of the first two -> cancelled.
 */
export const TrialState = z.enum(['queued', 'running', 'finished', 'failed', 'cancelled']);
export type TrialState = z.infer<typeof TrialState>;

export const StoredError = z.strictObject({ code: z.string(), message: z.string(), action: z.string() });
export type StoredError = z.infer<typeof StoredError>;

export const TrialRecord = z.strictObject({
  id: TrialId,
  agent: AgentSpec,
  /** 1 to `repeat`. */
  seed: z.int().positive(),
  task: Slug,
  state: TrialState,
  isolation: Isolation.nullable(),
  error: StoredError.nullable(),
  /** In the task's order; as many as are graded so far. */
  milestones: z.array(MilestoneGrade),
});
export type TrialRecord = z.infer<typeof TrialRecord>;

export const RunRecord = z.strictObject({
  id: RunId,
  state: z.enum(['queued', 'running', 'finished', 'failed', 'cancelled']),
  config: RunConfig,
  fingerprint: Fingerprint,
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  trials: z.array(TrialRecord),
});
export type RunRecord = z.infer<typeof RunRecord>;
