/** The store as workers use it: everything the readers have, and every write. */
import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import {
  AgentSpec,
  Fingerprint,
  LonghaulError,
  ProgressEvent,
  type RunConfig,
  RunConfig as RunConfigSchema,
  type RunId,
  RunId as RunIdSchema,
  type RunRecord,
  type TrialId,
  type TrialRecord,
} from '#contracts';
import { type Artifacts, openArtifacts } from './artifacts.ts';
import { type DatabaseOptions, openDatabase } from './database.ts';
import { remember } from './memo.ts';
import { createRunReader, type RunReader, readTrial } from './read-runs.ts';
import { createRedactor, type Redact } from './redact-secrets.ts';
import { toStoredJson } from './stored-json.ts';
import type { Tables } from './tables.ts';
import { createTrialWriter, type TrialWriter } from './trial-writer.ts';

export interface StoreOptions extends DatabaseOptions {
  artifactsFolder: string;
  /** Its secrets are kept out of everything that is written. */
  environment: Readonly<Record<string, string>>;
  now: () => Date;
}

export interface NewRun {
  id: RunId;
  config: RunConfig;
  fingerprint: Fingerprint;
  trials: readonly { id: TrialId; agent: AgentSpec; seed: number; task: string }[];
}

export interface ClaimedTrial {
  runId: RunId;
  config: RunConfig;
  trial: TrialRecord;
  /** Proves the claim to `trialWriter`. */
  fence: number;
}

/**
 * Every method bears being called twice with the same arguments; only `appendEvent` then appends two events.
 * A call whose answer was lost is repeated here, and its event is stored once.
 */
export interface Store extends RunReader {
  readonly artifacts: Artifacts;
  createRun(run: NewRun): Promise<void>;
  /** Takes a trial over from whoever had it. Null when there is nothing left to do: finished, failed, cancelled. */
  claimTrial(trial: TrialId, worker: string): Promise<ClaimedTrial | null>;
  trialWriter(trial: TrialId, fence: number): TrialWriter;
  /** A run that was cancelled stays so. */
  setRunState(run: RunId, state: RunRecord['state']): Promise<void>;
  /** Trials that have not ended become cancelled, and their workers are fenced off. */
  cancelRun(run: RunId): Promise<void>;
  /** @throws E_RUN_NOT_FOUND */
  appendEvent(run: RunId, event: ProgressEvent): Promise<void>;
  memo<T>(key: string, schema: z.ZodType<T>, compute: () => Promise<T>, worthKeeping?: (value: T) => boolean): Promise<T>;
  close(): Promise<void>;
}

/** @throws E_DATABASE_UNREACHABLE, E_DATABASE_NEWER */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { now } = options;
  const redact = createRedactor(options.environment);
  const database = await openDatabase(options);
  return {
    ...createRunReader(database),
    artifacts: openArtifacts(options.artifactsFolder, redact),
    createRun: (run) => database.run((db) => db.transaction().execute((transaction) => insertRun(transaction, run, redact, now()))),
    claimTrial: (trial, worker) => database.run((db) => db.transaction().execute((transaction) => claim(transaction, trial, worker))),
    trialWriter: (trial, fence) => createTrialWriter(database, redact, trial, fence),
    setRunState: async (run, state) => {
      const finished_at = ['finished', 'failed', 'cancelled'].includes(state) ? now() : null;
      await database.run((db) =>
        db.updateTable('longhaul.runs').set({ state, finished_at }).where('id', '=', run).where('state', '!=', 'cancelled').execute(),
      );
    },
    cancelRun: (run) => database.run((db) => db.transaction().execute((transaction) => cancel(transaction, run, now()))),
    appendEvent: async (run, event) => {
      const row = { run_id: run, id: randomUUID(), at: now(), body: toStoredJson(ProgressEvent, event, redact).json };
      await database.run((db) => db.transaction().execute((transaction) => insertEvent(transaction, row)));
    },
    memo: (key, schema, compute, worthKeeping) => remember(database, redact, key, schema, compute, worthKeeping),
    close: () => database.close(),
  };
}

async function insertRun(db: Kysely<Tables>, { id, config, fingerprint, trials }: NewRun, redact: Redact, createdAt: Date): Promise<void> {
  await db
    .insertInto('longhaul.runs')
    .values({
      id,
      state: 'queued',
      config: toStoredJson(RunConfigSchema, config, redact).json,
      fingerprint: toStoredJson(Fingerprint, fingerprint, redact).json,
      created_at: createdAt,
      finished_at: null,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  const rows = trials.map((trial, position) => ({
    ...{ id: trial.id, run_id: id, position, agent: toStoredJson(AgentSpec, trial.agent, redact).json, seed: trial.seed, task: trial.task },
    ...{ state: 'queued', worker: null, isolation: null, error: null },
  }));
  await db
    .insertInto('longhaul.trials')
    .values(rows)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

async function claim(db: Kysely<Tables>, id: TrialId, worker: string): Promise<ClaimedTrial | null> {
  const claimed = await db
    .updateTable('longhaul.trials')
    .set((values) => ({ state: 'running', worker, fence: values('fence', '+', 1) }))
    .where('id', '=', id)
    .where('state', 'in', ['queued', 'running'])
    .returning(['run_id', 'fence'])
    .executeTakeFirst();
  if (claimed === undefined) {
    const known = await db.selectFrom('longhaul.trials').select('id').where('id', '=', id).executeTakeFirst();
    if (known === undefined) throw new LonghaulError('E_RUN_NOT_FOUND', `The store has no trial ${id}, though the queue has a job for it.`);
    return null;
  }
  const { config } = await db.selectFrom('longhaul.runs').select('config').where('id', '=', claimed.run_id).executeTakeFirstOrThrow();
  return {
    runId: RunIdSchema.parse(claimed.run_id),
    config: RunConfigSchema.parse(config),
    trial: await readTrial(db, id),
    fence: claimed.fence,
  };
}

async function cancel(db: Kysely<Tables>, run: RunId, finishedAt: Date): Promise<void> {
  await db
    .updateTable('longhaul.trials')
    .set((values) => ({ state: 'cancelled', fence: values('fence', '+', 1) }))
    .where('run_id', '=', run)
    .where('state', 'in', ['queued', 'running'])
    .execute();
  await db
    .updateTable('longhaul.runs')
    .set({ state: 'cancelled', finished_at: finishedAt })
    .where('id', '=', run)
    .where('state', 'in', ['queued', 'running'])
    .execute();
}

/** The run's row is locked first, so that numbers have no gaps and come in the order they are seen. */
async function insertEvent(db: Kysely<Tables>, row: { run_id: string; id: string; at: Date; body: string }): Promise<void> {
  const run = await db.selectFrom('longhaul.runs').select('id').where('id', '=', row.run_id).forUpdate().executeTakeFirst();
  if (run === undefined) throw new LonghaulError('E_RUN_NOT_FOUND', `There is no run ${row.run_id}.`);
  const last = await db
    .selectFrom('longhaul.events')
    .select((values) => values.fn.max('seq').as('seq'))
    .where('run_id', '=', row.run_id)
    .executeTakeFirst();
  await db
    .insertInto('longhaul.events')
    .values({ ...row, seq: (last?.seq ?? 0) + 1 })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}
