/** Keeps the cache below its cap: the least recently used goes first, what is in use stays. */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tryLock } from '../file-lock.ts';
import { cacheFolder, type Host, isThere } from '../host.ts';
import { EVICTABLE_ROOMS, lockOf, removeEntry, sizeOf } from './cache-entry.ts';
import { measureFolder } from './measure-folder.ts';

const DEFAULT_CAP_BYTES = 20e9;

interface Candidate {
  folder: string;
  usedMs: number;
  bytes: number;
}

/**
 * Mirrors, workspaces and built repositories do not count: they are sources, or belong to somebody.
 * One process of a host trims at a time; another that wants to meanwhile does nothing. @returns the entries removed.
 */
export async function trimCache(host: Host): Promise<string[]> {
  using turn = tryLock(join(await cacheFolder(host), 'trim.lock'), 'exclusive');
  if (turn === null) return [];
  const candidates = (await Promise.all(EVICTABLE_ROOMS.map(async (room) => candidatesIn(await cacheFolder(host, room))))).flat();
  let excess = candidates.reduce((sum, { bytes }) => sum + bytes, 0) - (host.cacheCapBytes ?? DEFAULT_CAP_BYTES);
  const removed: string[] = [];
  for (const { folder, bytes } of candidates.sort((a, b) => a.usedMs - b.usedMs)) {
    if (excess <= 0) break;
    using alone = tryLock(lockOf(folder), 'exclusive');
    if (alone === null || !(await isThere(folder))) continue;
    await removeEntry(folder);
    excess -= bytes;
    removed.push(folder);
  }
  return removed;
}

async function candidatesIn(room: string): Promise<Candidate[]> {
  const locks = (await readdir(room)).filter((name) => name.endsWith('.lock'));
  const found: Candidate[] = [];
  for (const name of locks) {
    const folder = join(room, name.slice(0, -'.lock'.length));
    if (await isThere(folder)) found.push({ folder, usedMs: (await stat(join(room, name))).mtimeMs, bytes: await sizeOfEntry(folder) });
  }
  return found;
}

/** As recorded when it was made, or as it is where nobody recorded it. */
async function sizeOfEntry(folder: string): Promise<number> {
  const recorded = Number(await readFile(sizeOf(folder), 'utf8').catch(() => ''));
  if (recorded > 0) return recorded;
  const { bytes } = await measureFolder(folder);
  await writeFile(sizeOf(folder), String(bytes));
  return bytes;
}
