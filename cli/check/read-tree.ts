/** The architecture of a folder whose files are known. */
import { join } from 'node:path';
import { type ArchitectureSnapshot, openArchitecture } from '#architecture';

export interface TreeReading {
  snapshot: ArchitectureSnapshot;
  /** What was not as it should be and changes nothing. */
  notes: string[];
}

/** @param cacheFolder of checks; null: nothing is remembered. */
export async function readTree(
  folder: string,
  files: readonly string[],
  { cacheFolder, signal }: { cacheFolder: string | null; signal: AbortSignal },
): Promise<TreeReading> {
  const cache = cacheFolder === null ? {} : { cache: join(cacheFolder, 'facts') };
  const architecture = await openArchitecture(folder, { files, signal, ...cache });
  const { cacheTrouble } = architecture;
  return {
    snapshot: architecture.snapshot(),
    notes: cacheTrouble === undefined ? [] : [`Facts about files could not be remembered: ${cacheTrouble}.`],
  };
}
