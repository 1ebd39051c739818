/** Binds queues to processors, maps errors to retry or final, drains on demand. */
import { DelayedError, type Job, UnrecoverableError } from 'bullmq';
import { LonghaulError } from '#contracts';
import type { Store } from '#store';
import { type Host, sweepWorkspaces } from '#workspace';
import { openQueueBackend, type QueueConnection } from './backend.ts';
import { finishRunProcessor } from './processors/finish-run.ts';
import { runTrialProcessor } from './processors/run-trial.ts';
import { LOCK, QUEUES } from './queues.ts';

export interface WorkerOptions {
  store: Store;
  host: Host;
  queue: QueueConnection;
  /** Trials at the same time. */
  concurrency: number;
  /** Name of this worker, unique among all that run. */
  name: string;
  /** Brings a backend that has gone away back, where that is in our hands. Called on every connection error. */
  revive: () => Promise<void>;
  /** One line for the operator. */
  log: (line: string) => void;
}

/**
 * running: takes jobs. draining: takes none, finishes those at hand. stopped: holds nothing.
 * running -> draining by `drain()`, -> stopped when the last job has ended; running or draining -> stopped by `stop()`,
 * which hands the jobs at hand back to the queue, where they go on from their last finished milestone.
 */
export interface RunningWorkers {
  drain(): Promise<void>;
  stop(): Promise<void>;
}

export async function startWorkers(options: WorkerOptions): Promise<RunningWorkers> {
  const { store, host, queue, log } = options;
  const removed = await sweepWorkspaces(host);
  if (removed > 0) log(`removed ${removed} folders that killed processes had left behind`);

  const shutdown = new AbortController();
  const backend = openQueueBackend(queue);
  const onError = reviver(options);
  const lock = { ...LOCK, name: options.name };
  const trials = backend.openWorker(
    QUEUES.trials.name,
    (job, token) => processTrial(job, token, options, shutdown.signal),
    { ...lock, concurrency: options.concurrency },
    onError,
  );
  const runs = backend.openWorker(QUEUES.runs.name, (job) => finishRunProcessor(QUEUES.runs.payload.parse(job.data), store), lock, onError);
  const close = async () => {
    await Promise.all([trials.close(), runs.close()]);
    backend.close();
  };
  return {
    drain: close,
    stop: () => {
      shutdown.abort(new Error('the worker is shutting down'));
      return close();
    },
  };
}

async function processTrial(job: Job, token: string | undefined, options: WorkerOptions, signal: AbortSignal): Promise<void> {
  const { store, host, name: worker, log } = options;
  const payload = QUEUES.trials.payload.parse(job.data);
  const lastAttempt = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
  try {
    await runTrialProcessor(payload, { store, host, worker, signal, lastAttempt });
  } catch (thrown) {
    if (signal.aborted) {
      // Handed back without using up an attempt.
      await job.moveToDelayed(Date.now(), token);
      throw new DelayedError();
    }
    const error = LonghaulError.from(thrown, `trial ${payload.trialId}`);
    log(`${error.code} ${error.message}`);
    if (error.code === 'E_INTERNAL' && error.stack) log(error.stack);
    throw error.retryable ? error : new UnrecoverableError(error.message);
  }
}

/** Many objects report one outage; one revival at a time is enough. */
function reviver({ revive, log }: WorkerOptions): (error: Error) => void {
  let underWay: Promise<void> | null = null;
  return (error) => {
    if (underWay !== null) return;
    log(`the queue does not answer: ${error.message}`);
    underWay = revive()
      .catch((failure: unknown) => log(`it could not be brought back: ${String(failure)}`))
      .finally(() => {
        underWay = null;
      });
  };
}
