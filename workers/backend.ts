/** BullMQ on PostgreSQL, or on Redis: the only place that knows which. */
import { createPostgresBackend, type FlowJob, FlowProducer, type Processor, Worker, type WorkerOptions, withBackend } from 'bullmq';
import { Redis } from 'ioredis';
import { LonghaulError } from '#contracts';

/** `namespace` keeps queues of several installations on one server apart: a PostgreSQL schema, or a Redis key prefix. */
export type QueueConnection =
  | { backend: 'postgres'; connectionString: string; namespace?: string }
  | { backend: 'redis'; url: string; namespace?: string };

const DEFAULT_NAMESPACE = 'longhaul_queue';
/** Pooled connections of each queue object; a worker holds one more to listen on. */
const POOL_SIZE = 3;

/** Told about every outage; the objects come back by themselves afterwards. */
export type OnQueueError = (error: Error) => void;

/** As much of BullMQ's objects as is used here, whichever backend they run on. */
export interface JobFlow {
  add(flow: FlowJob): Promise<unknown>;
  close(): Promise<void>;
}
export interface JobWorker {
  /** Takes no new job; waits for the ones at hand, or with `force` leaves them to another worker. */
  close(force?: boolean): Promise<void>;
}

export interface QueueBackend {
  openFlow(onError: OnQueueError): JobFlow;
  openWorker(name: string, processor: Processor, options: Omit<WorkerOptions, 'connection' | 'prefix'>, onError: OnQueueError): JobWorker;
  close(): void;
}

/** Connections are made at first use and come back by themselves after an outage. */
export function openQueueBackend(connection: QueueConnection): QueueBackend {
  return connection.backend === 'postgres' ? openPostgres(connection) : openRedis(connection);
}

function openPostgres({ connectionString, namespace }: Extract<QueueConnection, { backend: 'postgres' }>): QueueBackend {
  const onPostgres = withBackend(createPostgresBackend);
  const connection = { connectionString, migrate: true, max: POOL_SIZE, schema: namespace ?? DEFAULT_NAMESPACE };
  return {
    openFlow: (onError) => new onPostgres.FlowProducer({ connection }).on('error', onError),
    openWorker: (name, processor, options, onError) =>
      new onPostgres.Worker(name, processor, { ...options, connection }).on('error', onError),
    close: () => {},
  };
}

function openRedis({ url, namespace }: Extract<QueueConnection, { backend: 'redis' }>): QueueBackend {
  // Workers wait for ever for a server that is away; that is their job.
  const connection = new Redis(url, { maxRetriesPerRequest: null, lazyConnect: true });
  // Every object reports the same outage through its own error event; this one would only repeat it.
  connection.on('error', () => {});
  const common = { connection, prefix: namespace ?? DEFAULT_NAMESPACE };
  return {
    openFlow: (onError) => new FlowProducer(common).on('error', onError),
    openWorker: (name, processor, options, onError) => new Worker(name, processor, { ...options, ...common }).on('error', onError),
    close: () => connection.disconnect(),
  };
}

/**
 * Fails fast where a worker would wait for ever.
 * @throws E_QUEUE_UNREACHABLE
 */
export async function assertQueueAnswers(connection: QueueConnection): Promise<void> {
  if (connection.backend === 'postgres') return;
  const probe = new Redis(connection.url, { maxRetriesPerRequest: 0, lazyConnect: true, retryStrategy: () => null });
  probe.on('error', () => {});
  try {
    await probe.connect();
    await probe.ping();
  } catch (error) {
    const place = URL.canParse(connection.url) ? new URL(connection.url).host : 'REDIS_URL';
    throw new LonghaulError('E_QUEUE_UNREACHABLE', `Cannot reach Redis at ${place}: ${(error as Error).message}`, { cause: error });
  } finally {
    probe.disconnect();
  }
}
