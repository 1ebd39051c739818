/** The connection to PostgreSQL: typed queries, migrations, and patience with a server that is away. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { LonghaulError } from '#contracts';
import { migrate } from './migrations/index.ts';
import type { Tables } from './tables.ts';

export interface DatabaseOptions {
  connectionString: string;
  /** Brings the server back where that is in our hands; called between tries. */
  revive?: () => Promise<void>;
  /** How long an operation waits for a server that is away, milliseconds. */
  patienceMs?: number;
}

export interface Database {
  /**
   * Runs an operation, again and again while the server is away. An operation whose answer was lost may have been done,
   * so every one must bear being done twice.
   * @throws E_DATABASE_UNREACHABLE when patience is at its end; what the operation throws otherwise.
   */
  run<T>(operation: (db: Kysely<Tables>) => Promise<T>): Promise<T>;
  /** A connection of its own, for as long as the work lasts; not of the pool, which long work would drain. */
  onOneConnection<T>(work: (client: pg.Client) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const POOL_SIZE = 6;
const DEFAULT_PATIENCE_MS = 120_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** @throws E_DATABASE_UNREACHABLE, E_DATABASE_NEWER */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const address = { connectionString: options.connectionString, connectionTimeoutMillis: 10_000, keepAlive: true };
  const pool = new pg.Pool({ ...address, max: POOL_SIZE });
  // A connection that dies is replaced at the next use; without a listener it would end the process, be it idle or in a transaction.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const patiently = patience(options);
  const database: Database = {
    run: (operation) => patiently(() => operation(db)),
    onOneConnection: async (work) => {
      const client = await patiently(() => connect(address));
      try {
        return await work(client);
      } finally {
        await client.end().catch(() => {});
      }
    },
    close: () => db.destroy(),
  };
  try {
    await database.run(migrate);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

async function connect(address: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client(address);
  client.on('error', () => {});
  try {
    return await client.connect();
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}

function patience({ connectionString, revive, patienceMs = DEFAULT_PATIENCE_MS }: DatabaseOptions) {
  return async <T>(operation: () => Promise<T>): Promise<T> => {
    const deadline = performance.now() + patienceMs;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        return await operation();
      } catch (error) {
        if (isDiskFull(error)) throw new LonghaulError('E_DISK_FULL', `PostgreSQL: ${(error as Error).message}`, { cause: error });
        if (isRefusal(error)) throw unreachable(connectionString, error);
        if (!isAway(error)) throw error;
        if (performance.now() > deadline) throw unreachable(connectionString, error);
        await sleep(pauseMs);
        await revive?.().catch(() => {});
      }
    }
  };
}

/** Never with the password. */
function unreachable(connectionString: string, error: unknown): LonghaulError {
  const place = URL.canParse(connectionString) ? new URL(connectionString) : null;
  const where = place === null ? 'DATABASE_URL' : `${place.hostname}:${place.port || 5432}`;
  const why = error instanceof Error ? (error as { code?: string }).code || error.message : String(error);
  return new LonghaulError('E_DATABASE_UNREACHABLE', `Cannot reach PostgreSQL at ${where} (${why}).`, { cause: error });
}

/** PostgreSQL's class 53100: disk full. */
function isDiskFull(error: unknown): boolean {
  return error instanceof Error && (error as { code?: string }).code === '53100';
}

/** It answers, and knows no such role, password (class 28) or database (3D000): waiting changes nothing. */
function isRefusal(error: unknown): boolean {
  return error instanceof pg.DatabaseError && /^(28...|3D000)$/.test(error.code ?? '');
}

/**
 * Connection exceptions (class 08), shutdown and start-up (57P01 to 57P03), no connection left (53300), and the errors of the socket below.
 * Source: PostgreSQL documentation, appendix A, error codes.
 */
function isAway(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isAway);
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: string }).code ?? '';
  return (
    /^(08...|57P0[123]|53300|ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN)$/.test(code) ||
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(error.message)
  );
}
