/** Remembers what was computed, and lets only one process of all compute it. */
import type { z } from 'zod';
import type { Database } from './database.ts';
import type { Redact } from './redact-secrets.ts';
import { toStoredJson } from './stored-json.ts';

/**
 * Callers of one key at the same time wait for the first of them, wherever they run. When the database goes away in between,
 * the wait ends and the value may be computed twice, which is dear but not wrong.
 * @param schema what a stored value must look like; one that does not is computed anew.
 * @param worthKeeping asked before a value is stored; one that is not kept is computed anew by the next caller.
 */
export async function remember<T>(
  database: Database,
  redact: Redact,
  key: string,
  schema: z.ZodType<T>,
  compute: () => Promise<T>,
  worthKeeping: (value: T) => boolean = () => true,
): Promise<T> {
  const known = await read(database, key, schema);
  if (known !== undefined) return known;
  return database.onOneConnection(async (client) => {
    // The lock belongs to the connection: it is gone with it, also when this process is killed.
    await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [key]).catch(() => {});
    const meanwhile = await read(database, key, schema);
    if (meanwhile !== undefined) return meanwhile;
    const { value, json } = toStoredJson(schema, await compute(), redact);
    if (!worthKeeping(value)) return value;
    await write(database, key, json);
    // What the next caller will get, so that all go on from the same value.
    return schema.parse(await readBody(database, key));
  });
}

async function read<T>(database: Database, key: string, schema: z.ZodType<T>): Promise<T | undefined> {
  return schema.safeParse(await readBody(database, key)).data;
}

async function readBody(database: Database, key: string): Promise<unknown> {
  const row = await database.run((db) => db.selectFrom('longhaul.memos').select('body').where('key', '=', key).executeTakeFirst());
  return row?.body;
}

async function write(database: Database, key: string, body: string): Promise<void> {
  await database.run((db) =>
    db
      .insertInto('longhaul.memos')
      .values({ key, body })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ body }))
      .execute(),
  );
}
