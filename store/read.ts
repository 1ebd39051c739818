/** The second door: what everybody but the workers may do with the store, which is to read it. */
import { type ArtifactReader, openArtifactReader } from './artifacts.ts';
import { type DatabaseOptions, openDatabase } from './database.ts';
import { createRunReader, type RunReader } from './read-runs.ts';

export { describeEmbeddedPostgres } from './embedded-postgres.ts';

export interface StoreReader extends RunReader, AsyncDisposable {
  readonly artifacts: ArtifactReader;
}

/** @throws E_DATABASE_UNREACHABLE, E_DATABASE_NEWER */
export async function openStoreReader(options: DatabaseOptions & { artifactsFolder: string }): Promise<StoreReader> {
  const database = await openDatabase(options);
  return {
    ...createRunReader(database),
    artifacts: openArtifactReader(options.artifactsFolder),
    [Symbol.asyncDispose]: () => database.close(),
  };
}
