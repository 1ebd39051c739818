/** Every queue in one table: its payload, how often a job is tried, and what a failed child does to its parent. */
import type { JobsOptions } from 'bullmq';
import { RunPayload, TrialPayload } from '#contracts';

/** How long finished jobs are kept in the queue: long enough to look at, since results lie in the store. */
const KEEP: Pick<JobsOptions, 'removeOnComplete' | 'removeOnFail'> = {
  removeOnComplete: { age: 3_600 },
  removeOnFail: { age: 7 * 86_400 },
};

export const QUEUES = {
  /** One job per trial, child of its run's job. */
  trials: {
    name: 'trials',
    payload: TrialPayload,
    options: {
      ...KEEP,
      // For errors that may pass, such as a registry that does not answer. Finished milestones are never made again.
      attempts: 4,
      backoff: { type: 'exponential', delay: 2_000, jitter: 0.5 },
      // A failed trial is an outcome of its run; without a policy the run would wait for it for ever.
      ignoreDependencyOnFailure: true,
    },
  },
  /** One job per run, worked on when all its trials have ended. */
  runs: {
    name: 'runs',
    payload: RunPayload,
    options: { ...KEEP, attempts: 10, backoff: { type: 'exponential', delay: 2_000, jitter: 0.5 } },
  },
} as const satisfies Record<string, { name: string; payload: unknown; options: JobsOptions }>;

/**
 * A worker renews its lock every half of `lockDuration`; a job whose lock has run out is given to another worker.
 * Short enough that a killed worker's trial goes on within half a minute, long enough for a busy machine, whose event loop
 * is kept free by doing everything heavy in child processes. A job may stall often, because every time it goes on from its
 * last finished milestone.
 */
export const LOCK = { lockDuration: 20_000, stalledInterval: 5_000, maxStalledCount: 20 } as const;
