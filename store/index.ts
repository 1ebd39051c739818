/** What happened, kept: runs, trials, grades, events and artifacts. This door is for workers, the only ones who write. */
export type { ArtifactReader, Artifacts } from './artifacts.ts';
export { ensureEmbeddedPostgres, stopEmbeddedPostgres } from './embedded-postgres.ts';
export { type ClaimedTrial, type NewRun, openStore, type Store, type StoreOptions } from './open-store.ts';
export type { TrialWriter } from './trial-writer.ts';
