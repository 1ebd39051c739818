/** What a folder takes on the disk. */
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';

const BLOCK_BYTES = 512;

export interface FolderMeasure {
  /** As allocated, folders included. A file of several names counts once for each. */
  bytes: number;
  /** Files, folders and links in it, at any depth. */
  entries: number;
}

/** Links are counted, not followed. What disappears meanwhile counts as nothing. */
export async function measureFolder(folder: string): Promise<FolderMeasure> {
  const sum = { bytes: 0, entries: 0 };
  const waiting = [folder];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for await (const entry of await opendir(at)) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) waiting.push(path);
      sum.entries += 1;
      sum.bytes += await lstat(path).then(
        ({ blocks }) => blocks * BLOCK_BYTES,
        () => 0,
      );
    }
  }
  return sum;
}
