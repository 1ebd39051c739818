/** A store and a queue of a test's own, on PostgreSQL and on a Redis that is started for it. */
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DEFAULT_LIMITS, type Fingerprint, type ProgressEvent, RunConfig, RunId, type RunRecord, type Task } from '#contracts';
import { loadTask } from '#harness';
import { openStore, type Store } from '#store';
import { enqueueRun, findDatabase, openQueueBackend, type QueueConnection, type RunningWorkers, startWorkers } from '#workers';
import type { Host } from '#workspace';
import { LIGHTHOUSE } from '../helpers/lighthouse.ts';
import { openPlace, type Place, until } from '../helpers/place.ts';

export type BackendName = 'postgres' | 'redis';

export interface House extends AsyncDisposable {
  readonly place: Place;
  readonly host: Host;
  readonly store: Store;
  /** Three milestones; not bundled. */
  readonly task: Task;
  /** A queue that no other test uses. */
  openQueue(): Promise<QueueConnection>;
}

export async function openHouse(backend: BackendName): Promise<House> {
  const place = openPlace();
  const { connectionString, revive } = await findDatabase({ databaseUrl: null, databasePort: null, stateFolder: place.stateFolder });
  const host: Host = { environment: place.environment, cacheFolder: place.cacheFolder };
  const store = await openStore({
    ...{ connectionString, revive, artifactsFolder: join(place.stateFolder, 'artifacts') },
    ...{ environment: {}, now: () => new Date() },
  });
  const redis = backend === 'redis' ? await startRedis(place.folder) : null;
  let queues = 0;
  return {
    place,
    host,
    store,
    task: await loadTask(host, LIGHTHOUSE, false),
    async openQueue() {
      queues += 1;
      const namespace = `queue_${queues}`;
      return redis === null ? { backend: 'postgres', connectionString, namespace } : { backend: 'redis', url: redis.url, namespace };
    },
    async [Symbol.asyncDispose]() {
      await store.close();
      await redis?.stop();
      await place[Symbol.asyncDispose]();
    },
  };
}

export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

async function startRedis(folder: string): Promise<{ url: string; stop(): Promise<void> }> {
  const port = await freePort();
  const server = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let said = '';
  server.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await until('Redis accepts connections', () => /Ready to accept connections/.test(said));
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill();
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const FINGERPRINT: Fingerprint = { longhaul: 'test', node: 'test', platform: 'test', git: 'test' };
let runs = 0;

export interface Asked {
  task?: Task;
  agent?: 'nothing' | 'reference' | { script: string };
  repeat?: number;
}

/** A request for a run without a sandbox, whose task and script are kept as `longhaul run` keeps them. */
export async function request({ store, task: whole }: House, { task = whole, agent = 'nothing', repeat = 1 }: Asked) {
  runs += 1;
  const spec = typeof agent === 'string' ? { name: agent } : { name: 'scripted', script: await store.artifacts.putText(agent.script) };
  const config = RunConfig.parse({
    ...{ schemaVersion: 1, agents: [spec], repeat, mode: 'continuous', tests: 'hidden', session: 'fresh', sandbox: 'none' },
    limits: DEFAULT_LIMITS,
    task: { id: task.id, artifact: await store.artifacts.putText(JSON.stringify(task)), milestones: task.milestones.map(({ id }) => id) },
  });
  return { id: RunId.parse(`20260101-000000-${String(runs).padStart(4, '0')}`), config, fingerprint: FINGERPRINT };
}

export async function enqueue(
  house: House,
  queue: QueueConnection,
  asked: Asked & { request?: Awaited<ReturnType<typeof request>> } = {},
): Promise<RunId> {
  const made = asked.request ?? (await request(house, asked));
  const backend = openQueueBackend(queue);
  const flow = backend.openFlow(() => {});
  try {
    await enqueueRun(house.store, flow, made);
  } finally {
    await flow.close();
    backend.close();
  }
  return made.id;
}

export interface TestWorkers extends RunningWorkers, AsyncDisposable {
  readonly lines: string[];
}

export async function work({ store, host }: House, queue: QueueConnection, name = 'keeper'): Promise<TestWorkers> {
  const lines: string[] = [];
  const running = await startWorkers({ store, host, queue, concurrency: 2, name, revive: async () => {}, log: (line) => lines.push(line) });
  return { ...running, lines, [Symbol.asyncDispose]: () => running.stop() };
}

export function ended({ store }: House, run: RunId): Promise<RunRecord> {
  return until(`run ${run} has ended`, async () => {
    const record = await store.readRun(run);
    if (record.state === 'cancelled') return record;
    // It is told a moment after the state is set.
    const isTold = (await store.readEvents(run, 0)).some(({ event }) => event.type === 'run-finished');
    return isTold ? record : null;
  });
}

export async function eventsOf<T extends ProgressEvent['type']>(
  { store }: House,
  run: RunId,
  type: T,
): Promise<Extract<ProgressEvent, { type: T }>[]> {
  const events = await store.readEvents(run, 0);
  return events.map(({ event }) => event).filter((event): event is Extract<ProgressEvent, { type: T }> => event.type === type);
}

export function firstMilestone(task: Task): Task {
  return { ...task, milestones: task.milestones.slice(0, 1) };
}
