/** Brings a database to the schema of this version, whoever comes first. */
import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { LonghaulError } from '#contracts';
import { SCHEMA, type Tables } from '../tables.ts';
import { first } from './0001-first.ts';

/** In order; a name never changes once it is released. */
const MIGRATIONS: Record<string, Migration> = { '0001-first': first };

/**
 * Safe to call from several processes at once.
 * @throws E_DATABASE_NEWER when a newer Longhaul has been here.
 */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  if (await isCurrent(db)) return;
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS }, migrationTableSchema: SCHEMA });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  if (error instanceof Error && /previously executed migration .* is missing/.test(error.message)) {
    throw new LonghaulError('E_DATABASE_NEWER', `The database has been migrated by a newer version: ${error.message}.`, { cause: error });
  }
  throw error;
}

/** One cheap look, so that an up-to-date database is not locked by every process that opens it. */
async function isCurrent(db: Kysely<Tables>): Promise<boolean> {
  const exists = await sql<{ found: boolean }>`SELECT to_regclass(${`${SCHEMA}.kysely_migration`}) IS NOT NULL AS found`.execute(db);
  if (!exists.rows[0]?.found) return false;
  const done = await sql<{ name: string }>`SELECT name FROM ${sql.table(`${SCHEMA}.kysely_migration`)}`.execute(db);
  const names = done.rows.map(({ name }) => name).sort();
  return JSON.stringify(names) === JSON.stringify(Object.keys(MIGRATIONS).sort());
}
