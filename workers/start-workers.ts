/** Binds queues to processors, maps errors to retry or final, drains on demand. */
import { DelayedError, type Job, UnrecoverableError } from 'bullmq';
import { z } from 'zod';
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
  const { host, queue, log } = options;
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
  const runs = backend.openWorker(QUEUES.runs.name, (job) => processRun(job, options), lock, onError);
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
  const { store, host, name: worker } = options;
  const payload = readPayload(QUEUES.trials, job, options);
  const lastAttempt = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
  try {
    await runTrialProcessor(payload, { store, host, worker, signal, lastAttempt });
  } catch (thrown) {
    if (signal.aborted) {
      // Handed back without using up an attempt.
      await job.moveToDelayed(Date.now(), token);
      throw new DelayedError();
    }
    throw queueError(LonghaulError.from(thrown, `trial ${payload.trialId}`), options);
  }
}

async function processRun(job: Job, options: WorkerOptions): Promise<void> {
  const payload = readPayload(QUEUES.runs, job, options);
  try {
    await finishRunProcessor(payload, options.store);
  } catch (thrown) {
    throw queueError(LonghaulError.from(thrown, `finishing run ${payload.runId}`), options);
  }
}

/** A payload that is not what it must be stays so: the job fails at once. */
function readPayload<T>({ name, payload }: { name: string; payload: z.ZodType<T> }, job: Job, options: WorkerOptions): T {
  const parsed = payload.safeParse(job.data);
  if (parsed.success) return parsed.data;
  const message = `job ${job.id} of the queue ${name} is malformed: ${z.prettifyError(parsed.error)}`;
  throw queueError(new LonghaulError('E_INTERNAL', message, { cause: parsed.error }), options);
}

/** For the operator in words, for the queue as retry or final. */
function queueError(error: LonghaulError, { log }: WorkerOptions): Error {
  log(`${error.code} ${error.message}`);
  if (error.code === 'E_INTERNAL' && error.stack) log(error.stack);
  return error.retryable ? error : new UnrecoverableError(error.message);
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
