/** The architecture of a folder whose files are known. */
import { type ArchitectureSnapshot, rebuildArchitecture } from '#architecture';
import { LonghaulError } from '#contracts';

export interface TreeReading {
  snapshot: ArchitectureSnapshot;
  /** What was not as it should be and changes nothing. */
  notes: string[];
}

/**
 * In a process of its own: no text may end the program that is to say so.
 * @param facts the folder in which facts about files are remembered; null: none are. @throws E_TREE_UNREADABLE
 */
export async function readTree(
  folder: string,
  files: readonly string[],
  { facts, signal }: { facts: string | null; signal: AbortSignal },
): Promise<TreeReading> {
  const notes: string[] = [];
  const reading = await rebuildArchitecture(folder, {
    files,
    signal,
    ...(facts !== null && { cache: facts }),
    onCacheTrouble: (reason) => notes.push(`Facts about files could not be remembered: ${reason}.`),
  });
  if (reading.status === 'unreadable') throw new LonghaulError('E_TREE_UNREADABLE', `${folder} could not be read: ${reading.reason}.`);
  return { snapshot: reading.snapshot, notes };
}
