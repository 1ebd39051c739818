/** Writes of one attempt at a trial, each fenced: a worker that has lost the trial can change nothing any more. */
import type { Kysely, Transaction } from 'kysely';
import { type CheckResult, Isolation, LonghaulError, MilestoneGrade, StoredError, type TrialId } from '#contracts';
import type { Database } from './database.ts';
import type { Redact } from './redact-secrets.ts';
import { toStoredJson } from './stored-json.ts';
import type { Tables } from './tables.ts';

/** Every method but `isCurrent` throws E_FENCED when the trial was claimed by another worker or cancelled; each may be called twice. */
export interface TrialWriter {
  isCurrent(): Promise<boolean>;
  setIsolation(isolation: Isolation): Promise<void>;
  /** A milestone that is stored already stays as it is: nothing is counted twice. */
  saveGrade(position: number, grade: MilestoneGrade): Promise<void>;
  finish(): Promise<void>;
  fail(error: StoredError): Promise<void>;
}

export function createTrialWriter(database: Database, redact: Redact, trial: TrialId, fence: number): TrialWriter {
  /** The row is locked for the whole write, so that no claim can come in between. */
  const fenced = (write: (db: Transaction<Tables>) => Promise<unknown>) =>
    database.run((db) =>
      db.transaction().execute(async (transaction) => {
        if (!(await holds(transaction, trial, fence, true))) {
          throw new LonghaulError('E_FENCED', `Trial ${trial} has been claimed by another worker, or cancelled.`);
        }
        await write(transaction);
      }),
    );
  const update = (values: { isolation?: string; state?: string; error?: string }) =>
    fenced((db) => db.updateTable('longhaul.trials').set(values).where('id', '=', trial).execute());
  return {
    isCurrent: () => database.run((db) => holds(db, trial, fence, false)),
    setIsolation: (isolation) => update({ isolation: toStoredJson(Isolation, isolation, redact).json }),
    saveGrade: (position, grade) => fenced((db) => insertGrade(db, trial, position, toStoredJson(MilestoneGrade, grade, redact))),
    finish: () => update({ state: 'finished' }),
    fail: (error) => update({ state: 'failed', error: toStoredJson(StoredError, error, redact).json }),
  };
}

async function holds(db: Kysely<Tables>, trial: TrialId, fence: number, lock: boolean): Promise<boolean> {
  const query = db.selectFrom('longhaul.trials').select(['fence']).where('id', '=', trial);
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
  return row?.fence === fence;
}

async function insertGrade(
  db: Transaction<Tables>,
  trial_id: string,
  position: number,
  { value: grade, json }: { value: MilestoneGrade; json: string },
): Promise<void> {
  const { id: name, resolved, useful, regressions, checks, submission } = grade;
  const inserted = await db
    .insertInto('longhaul.milestones')
    .values({ trial_id, position, name, resolved, useful, regressions: regressions.length, grade: json })
    .onConflict((conflict) => conflict.columns(['trial_id', 'position']).doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows === 0n) return;

  const rows = checks.map((check) => ({ trial_id, position, name: check.check, status: check.status, summary: summaryOf(check) }));
  if (rows.length > 0) await db.insertInto('longhaul.checks').values(rows).execute();
  const findings = checks
    .flatMap((check) => (check.status === 'unscored' ? [] : check.findings))
    .map(({ id, rule, severity, place, message }) => ({ trial_id, position, id, rule, severity, path: place.path, message }));
  if (findings.length > 0) {
    await db
      .insertInto('longhaul.findings')
      .values(findings)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  const { modelCalls, promptTokens, cachedTokens, completionTokens, costUsd, costSource, wallMs } = submission.usage;
  await db
    .insertInto('longhaul.usage')
    .values({
      trial_id,
      position,
      model_calls: modelCalls,
      prompt_tokens: promptTokens,
      cached_tokens: cachedTokens,
      completion_tokens: completionTokens,
      cost_usd: costUsd,
      cost_source: costSource,
      wall_ms: wallMs,
    })
    .execute();
}

function summaryOf(check: CheckResult): string {
  return check.status === 'unscored' ? check.reason : check.evidence.summary;
}
