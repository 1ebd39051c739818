/** Store and queue opened together: what every program that starts runs or works on them begins with. */
import { join } from 'node:path';
import { type ContentHash, LonghaulError, type RegradeReport, type RunId } from '#contracts';
import { openStore } from '#store';
import type { Host } from '#workspace';
import { assertQueueAnswers, openQueueBackend, type QueueConnection } from './backend.ts';
import { type DatabasePlace, findDatabase } from './database.ts';
import { enqueueRun, type RunRequest } from './enqueue-run.ts';
import { type RegradeRequest, regradeRun } from './regrade-run.ts';
import { type RunningWorkers, startWorkers } from './start-workers.ts';

export interface OrchestrationPlace extends DatabasePlace {
  /** Null: the queue lives in PostgreSQL, beside the results. */
  redisUrl: string | null;
  /** Secrets in it are kept out of everything that is stored. */
  environment: Readonly<Record<string, string>>;
  now: () => Date;
}

export interface Orchestration extends AsyncDisposable {
  /** Keeps a document that jobs refer to by its hash. */
  keepText(text: string): Promise<ContentHash>;
  /** May be called again with the same request. */
  enqueue(request: RunRequest): Promise<void>;
  /** Whoever works on the run's trials stops within seconds; what is graded stays. */
  cancel(run: RunId): Promise<void>;
  /** Works in this process. @throws E_RUN_NOT_FOUND, E_ARTIFACT_MISSING */
  regrade(request: RegradeRequest): Promise<RegradeReport>;
  work(options: { host: Host; concurrency: number; name: string; log: (line: string) => void }): Promise<RunningWorkers>;
}

/** @throws E_DATABASE_UNREACHABLE, E_QUEUE_UNREACHABLE and what keeps the embedded server from starting */
export async function openOrchestration(place: OrchestrationPlace): Promise<Orchestration> {
  const database = await findDatabase(place);
  const queue: QueueConnection =
    place.redisUrl === null
      ? { backend: 'postgres', connectionString: database.connectionString }
      : { backend: 'redis', url: place.redisUrl };
  await assertQueueAnswers(queue);
  const store = await openStore({
    connectionString: database.connectionString,
    artifactsFolder: join(place.stateFolder, 'artifacts'),
    environment: place.environment,
    revive: database.revive,
    now: place.now,
  });
  return {
    keepText: (text) => store.artifacts.putText(text),
    async enqueue(request) {
      const backend = openQueueBackend(queue);
      const flow = backend.openFlow(() => {});
      try {
        await enqueueRun(store, flow, request);
      } catch (error) {
        throw LonghaulError.from(error, `enqueuing run ${request.id}`);
      } finally {
        await flow.close();
        backend.close();
      }
    },
    cancel: (run) => store.cancelRun(run),
    regrade: (request) => regradeRun(store, request),
    work: (options) => startWorkers({ ...options, store, queue, revive: database.revive }),
    [Symbol.asyncDispose]: () => store.close(),
  };
}
