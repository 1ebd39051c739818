/** Reads runs back; every row goes through its schema before anyone believes it. */
import type { Kysely } from 'kysely';
import { LonghaulError, type RunId, RunRecord, StoredEvent, TrialRecord } from '#contracts';
import type { Database } from './database.ts';
import type { Tables } from './tables.ts';

export interface RunReader {
  /** @throws E_RUN_NOT_FOUND */
  readRun(run: RunId): Promise<RunRecord>;
  /** Newest first. */
  listRuns(limit: number): Promise<RunRecord[]>;
  /** Events after a number, in order. */
  readEvents(run: RunId, after: number): Promise<StoredEvent[]>;
}

export function createRunReader(database: Database): RunReader {
  return {
    readRun: (run) => database.run((db) => readRun(db, run)),
    listRuns: (limit) =>
      database.run(async (db) => {
        const rows = await db
          .selectFrom('longhaul.runs')
          .select('id')
          .orderBy('created_at', 'desc')
          .orderBy('id', 'desc')
          .limit(limit)
          .execute();
        return Promise.all(rows.map(({ id }) => readRun(db, id)));
      }),
    readEvents: (run, after) =>
      database.run(async (db) => {
        const rows = await db
          .selectFrom('longhaul.events')
          .select(['seq', 'at', 'body'])
          .where('run_id', '=', run)
          .where('seq', '>', after)
          .orderBy('seq')
          .execute();
        return rows.map(({ seq, at, body }) => StoredEvent.parse({ seq, at: at.toISOString(), event: body }));
      }),
  };
}

async function readRun(db: Kysely<Tables>, id: string): Promise<RunRecord> {
  const run = await db.selectFrom('longhaul.runs').selectAll().where('id', '=', id).executeTakeFirst();
  if (run === undefined) throw new LonghaulError('E_RUN_NOT_FOUND', `There is no run ${id}.`);
  const trials = await db.selectFrom('longhaul.trials').select('id').where('run_id', '=', id).orderBy('position').execute();
  return RunRecord.parse({
    id: run.id,
    state: run.state,
    config: run.config,
    fingerprint: run.fingerprint,
    createdAt: run.created_at.toISOString(),
    finishedAt: run.finished_at?.toISOString() ?? null,
    trials: await Promise.all(trials.map((trial) => readTrial(db, trial.id))),
  });
}

export async function readTrial(db: Kysely<Tables>, id: string): Promise<TrialRecord> {
  const trial = await db.selectFrom('longhaul.trials').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const milestones = await db.selectFrom('longhaul.milestones').select('grade').where('trial_id', '=', id).orderBy('position').execute();
  const { agent, seed, task, state, isolation, error } = trial;
  return TrialRecord.parse({ id, agent, seed, task, state, isolation, error, milestones: milestones.map(({ grade }) => grade) });
}
