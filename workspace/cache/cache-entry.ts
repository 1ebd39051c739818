/** An entry of the cache: made once per host, whole or not there at all, and never removed while somebody uses it. */
import { mkdir, readdir, rename, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { LonghaulError } from '#contracts';
import { type FileLock, holdLock, tryLock } from '../file-lock.ts';
import { cacheFolder, type Host, isThere, unfinished } from '../host.ts';
import { removeLocked } from '../locked-files.ts';
import { measureFolder } from './measure-folder.ts';

/** Rooms whose entries can be made again at any time. Beside each entry lie `<entry>.lock`, whose time is that of its last use, and `<entry>.size`. */
export const EVICTABLE_ROOMS = ['installs', 'tools', 'downloads', 'trees'] as const;
export type EvictableRoom = (typeof EVICTABLE_ROOMS)[number];

/** How long others may take to find an entry damaged and let go of it. */
const LOOK_MS = 5000;
const RETRY_MS = 25;

/** In use until disposed, or until this process ends. */
export interface CacheEntry extends Disposable {
  readonly folder: string;
}

export interface EntryRecipe {
  room: EvictableRoom;
  /** One path segment. */
  name: string;
  /** Fills an empty folder. Not called when the entry is there; never called twice at once, on the whole host. */
  make(folder: string): Promise<void>;
  /** Whether an entry found in the cache is what was made. One that is not is made anew. */
  isWhole(folder: string): Promise<boolean>;
  signal?: AbortSignal;
}

/** @throws E_CACHE_DAMAGED when the entry is not whole and others still use it, and whatever `make` throws. */
export async function openCacheEntry(host: Host, recipe: EntryRecipe): Promise<CacheEntry> {
  const folder = join(await cacheFolder(host, recipe.room), recipe.name);
  let lastMs = Number.POSITIVE_INFINITY;
  for (;;) {
    const lock = await holdLock(lockOf(folder), 'shared', recipe.signal);
    const isPresent = await isThere(folder);
    if (isPresent && (await recipe.isWhole(folder))) {
      await markUsed(folder);
      return { folder, [Symbol.dispose]: () => lock[Symbol.dispose]() };
    }
    lock[Symbol.dispose]();
    lastMs = Math.min(lastMs, performance.now() + LOOK_MS);
    using alone = isPresent
      ? await claimDamaged(folder, lastMs, recipe.signal)
      : await holdLock(lockOf(folder), 'exclusive', recipe.signal);
    if (alone === null) continue;
    await removeUnfinished(folder);
    if (await isThere(folder)) {
      if (await recipe.isWhole(folder)) continue;
      await removeEntry(folder);
    }
    await makeEntry(folder, recipe);
  }
}

/**
 * Whoever uses a damaged entry must come to an end first: waiting for them could take hours. Another who only looks at it is gone at once.
 * @returns null when somebody makes it anew meanwhile.
 */
async function claimDamaged(folder: string, lastMs: number, signal?: AbortSignal): Promise<FileLock | null> {
  for (;;) {
    const lock = tryLock(lockOf(folder), 'exclusive');
    if (lock !== null) return lock;
    const beside = tryLock(lockOf(folder), 'shared');
    if (beside === null) return null;
    beside[Symbol.dispose]();
    if (performance.now() > lastMs) throw new LonghaulError('E_CACHE_DAMAGED', `${folder} is damaged, and other trials still use it.`);
    await setTimeout(RETRY_MS, undefined, signal && { signal });
  }
}

/** Of makers that were killed: an install keeps credentials there. The caller holds the lock exclusively, so that none is alive. */
async function removeUnfinished(folder: string): Promise<void> {
  const leftovers = (await readdir(dirname(folder))).filter(
    (name) => name.startsWith(`${basename(folder)}.`) && name.endsWith('.unfinished'),
  );
  for (const name of leftovers) await removeLocked(join(dirname(folder), name));
}

async function makeEntry(folder: string, { make }: EntryRecipe): Promise<void> {
  const aside = unfinished(folder);
  try {
    await mkdir(aside);
    await make(aside);
    await writeFile(sizeOf(folder), String((await measureFolder(aside)).bytes));
    await rename(aside, folder);
  } catch (error) {
    throw LonghaulError.from(error, `making ${basename(dirname(folder))}/${basename(folder)} in the cache`);
  } finally {
    await removeLocked(aside);
  }
}

/** Renamed first, so that nothing half removed is ever taken for whole. The caller holds the lock exclusively. */
export async function removeEntry(folder: string): Promise<void> {
  const aside = unfinished(folder);
  await rename(folder, aside);
  await removeLocked(aside);
}

export async function markUsed(folder: string): Promise<void> {
  const now = new Date();
  await utimes(lockOf(folder), now, now);
}

export function lockOf(folder: string): string {
  return `${folder}.lock`;
}

export function sizeOf(folder: string): string {
  return `${folder}.size`;
}
