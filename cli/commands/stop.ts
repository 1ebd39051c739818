/** `longhaul stop`: stops the embedded database server. */
import { stopDatabase } from '#workers';
import type { Config } from '../config.ts';
import { PASSED } from '../exit-codes.ts';

export async function stop(config: Config, options: { json?: boolean }): Promise<number> {
  const outcome = await stopDatabase(config);
  const text = outcome === 'stopped' ? 'The embedded PostgreSQL has stopped; its data is kept.' : 'No embedded PostgreSQL is running.';
  process.stdout.write(options.json ? `${JSON.stringify({ schemaVersion: 1, database: outcome })}\n` : `${text}\n`);
  return PASSED;
}
