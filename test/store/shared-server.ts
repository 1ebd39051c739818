/** One real embedded server per test file, in a folder that root's stand-in user may enter, gone without a trace afterwards. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect } from 'vitest';
import { ensureEmbeddedPostgres, openStore, type Store, type StoreOptions, stopEmbeddedPostgres } from '#store';

/** Not below os.tmpdir(), which may be a private folder. */
export function temporaryFolder(): string {
  const folder = mkdtempSync('/tmp/longhaul-store-');
  chmodSync(folder, 0o755);
  return folder;
}

/** Process numbers of the servers that were started for a folder, without their helpers. */
export function serversOf(folder: string): number[] {
  return execFileSync('ps', ['-ww', '-eo', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(`-D ${folder}/`))
    .map((line) => Number.parseInt(line, 10));
}

/** kill -9, as a machine short of memory does it. */
export function killServer(folder: string): void {
  for (const pid of serversOf(folder)) process.kill(pid, 'SIGKILL');
}

export async function removeServer(stateFolder: string): Promise<void> {
  await stopEmbeddedPostgres({ stateFolder });
  const left = serversOf(stateFolder);
  rmSync(stateFolder, { recursive: true, force: true });
  expect(left, 'servers that are still running').toEqual([]);
}

export interface SharedServer {
  readonly stateFolder: string;
  readonly connectionString: string;
  /** Stores are closed after the tests of the file. */
  open(options?: Partial<StoreOptions>): Promise<Store>;
  /** Rows as PostgreSQL has them. */
  query(statement: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
}

export function sharedServer(): SharedServer {
  const stateFolder = temporaryFolder();
  const stores: Store[] = [];
  let connectionString = '';
  beforeAll(async () => {
    ({ connectionString } = await ensureEmbeddedPostgres({ stateFolder }));
  });
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await removeServer(stateFolder);
  });
  return {
    stateFolder,
    get connectionString() {
      return connectionString;
    },
    async open(options = {}) {
      const store = await openStore({
        connectionString,
        artifactsFolder: join(stateFolder, 'artifacts'),
        environment: {},
        now: () => new Date('2026-11-23T21:15:02.500Z'),
        ...options,
      });
      stores.push(store);
      return store;
    },
    async query(statement, values) {
      const client = new pg.Client({ connectionString });
      await client.connect();
      try {
        return (await client.query(statement, values)).rows;
      } finally {
        await client.end();
      }
    },
  };
}
