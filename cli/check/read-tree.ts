/** The architecture of a folder whose files are known. */
import { join } from 'node:path';
import { type ArchitectureSnapshot, rebuildArchitecture } from '#architecture';
import { LonghaulError } from '#contracts';

export interface TreeReading {
  snapshot: ArchitectureSnapshot;
  /** What was not as it should be and changes nothing. */
  notes: string[];
}

/**
 * In a process of its own: no text may end the program that is to say so.
 * @param cacheFolder of checks; null: nothing is remembered. @throws E_TREE_UNREADABLE
 */
export async function readTree(
  folder: string,
  files: readonly string[],
  { cacheFolder, signal }: { cacheFolder: string | null; signal: AbortSignal },
): Promise<TreeReading> {
  const notes: string[] = [];
  const reading = await rebuildArchitecture(folder, {
    files,
    signal,
    ...(cacheFolder !== null && { cache: join(cacheFolder, 'facts') }),
    onCacheTrouble: (reason) => notes.push(`Facts about files could not be remembered: ${reason}.`),
  });
  if (reading.status === 'unreadable') throw new LonghaulError('E_TREE_UNREADABLE', `${folder} could not be read: ${reading.reason}.`);
  return { snapshot: reading.snapshot, notes };
}
