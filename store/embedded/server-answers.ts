/** Asks the embedded server whether it is there and ours. */
import pg from 'pg';
import { HOST } from './choose-port.ts';
import type { ServerFile } from './server-file.ts';

/** The role that owns the database of the same name. Not a superuser. */
export const ROLE = 'longhaul';

const CONNECT_TIMEOUT_MS = 5_000;

export function connectionStringOf({ password }: Pick<ServerFile, 'password'>, port: number): string {
  return `postgres://${ROLE}:${password}@${HOST}:${port}/${ROLE}`;
}

/**
 * `yes`: our role can work. `no`: nothing listens, or it is not ready yet. `refused`: it does not know our role, password or database.
 * By SCRAM a server must prove that it knows the password too, so a stranger on the port is never a `yes`.
 */
export async function serverAnswers(connectionString: string): Promise<'yes' | 'no' | 'refused'> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  // A server that dies under an open connection reports it as an event, which would end this process.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return 'yes';
  } catch (error) {
    const state = error instanceof pg.DatabaseError ? (error.code ?? '') : '';
    return /^(28|3D)/.test(state) ? 'refused' : 'no';
  } finally {
    await client.end().catch(() => {});
  }
}
