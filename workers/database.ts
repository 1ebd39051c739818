/** Finds the PostgreSQL that holds queue and results: the one that is named, or the one that npm brought. */
import { ensureEmbeddedPostgres, stopEmbeddedPostgres } from '#store';
import { openStoreReader } from '#store/read';

/** Somebody waits for the answer, which is most often that the URL is wrong; once work has begun, patience is longer. */
const START_PATIENCE_MS = 5_000;

export interface DatabasePlace {
  /** Null: the embedded server. */
  databaseUrl: string | null;
  /** Holds the embedded server and the artifacts. */
  stateFolder: string;
  /** Only for the embedded server; null: any free port, remembered. */
  databasePort: number | null;
}

export interface FoundDatabase {
  connectionString: string;
  /** Brings the server back after an outage; nothing to do where it is somebody else's. */
  revive: () => Promise<void>;
}

/**
 * Starts the embedded server when it does not run; it outlives this process until `stopDatabase`.
 * @throws E_DATABASE_UNREACHABLE within seconds, E_DATABASE_NEWER, and what keeps the embedded server from starting
 */
export async function findDatabase({ databaseUrl, stateFolder, databasePort }: DatabasePlace): Promise<FoundDatabase> {
  if (databaseUrl !== null) {
    await assertDatabaseAnswers(databaseUrl, stateFolder);
    return { connectionString: databaseUrl, revive: async () => {} };
  }
  const ensure = () => ensureEmbeddedPostgres({ stateFolder, ...(databasePort !== null && { port: databasePort }) });
  const { connectionString } = await ensure();
  return {
    connectionString,
    revive: async () => {
      await ensure();
    },
  };
}

async function assertDatabaseAnswers(connectionString: string, artifactsFolder: string): Promise<void> {
  await using _reader = await openStoreReader({ connectionString, artifactsFolder, patienceMs: START_PATIENCE_MS });
}

/** Stops the embedded server. What it holds stays. */
export function stopDatabase({ stateFolder }: Pick<DatabasePlace, 'stateFolder'>): Promise<'stopped' | 'not-running'> {
  return stopEmbeddedPostgres({ stateFolder });
}
