/** Removes what processes that were killed could not remove themselves. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EVICTABLE_ROOMS, lockOf } from './cache/cache-entry.ts';
import { trimCache } from './cache/trim-cache.ts';
import { tryLock } from './file-lock.ts';
import { fetchLockOf } from './git/repository-mirror.ts';
import { cacheFolder, type Host } from './host.ts';
import { removeLocked } from './locked-files.ts';
import { removeOrphans } from './owned-folder.ts';

/**
 * Removes workspaces and unfinished cache entries whose process is gone, and what the cache holds beyond its cap.
 * Who is gone is known by locks, never by process ids: other containers may share the cache. @returns how many of the former.
 */
export async function sweepWorkspaces(host: Host): Promise<number> {
  let removed = await removeOrphans(await cacheFolder(host, 'workspaces'));
  for (const room of [...EVICTABLE_ROOMS, 'repositories']) removed += await removeUnfinished(await cacheFolder(host, room), lockOf);
  removed += await removeUnfinished(await cacheFolder(host, 'mirrors'), fetchLockOf);
  await trimCache(host);
  return removed;
}

/** @param makersLock the lock that whoever makes this entry holds exclusively. Its users hold it shared, and may go on. */
async function removeUnfinished(room: string, makersLock: (entry: string) => string): Promise<number> {
  let removed = 0;
  for (const name of await readdir(room)) {
    const entry = /^(.+)\.\d+-[0-9a-f]+\.unfinished$/.exec(name)?.[1];
    if (entry === undefined) continue;
    using lock = tryLock(makersLock(join(room, entry)), 'shared');
    if (lock === null) continue;
    await removeLocked(join(room, name));
    removed += 1;
  }
  return removed;
}
