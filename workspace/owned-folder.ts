/** Folders that live as long as one process wants them, and that anybody may remove when that process is gone. */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type FileLock, holdLock, tryLock } from './file-lock.ts';
import { isThere } from './host.ts';
import { isAlive } from './is-alive.ts';
import { removeLocked } from './locked-files.ts';

/** Disposal removes it with all that is in it; a second one does nothing. */
export interface OwnedFolder extends AsyncDisposable {
  readonly path: string;
}

const NAME = /^(\d+)-\w+$/;

/**
 * A new, empty folder. Its owner holds `<folder>.lock`, which the kernel drops with the process: a process id would say nothing
 * to another container that shares the cache.
 * @param room exists. @throws E_NO_WRITE_PERMISSION, and what fills a disk
 */
export async function openOwnedFolder(room: string, signal?: AbortSignal): Promise<OwnedFolder> {
  for (;;) {
    const path = join(room, `${process.pid}-${randomBytes(6).toString('hex')}`);
    // Shared with nobody, but an exclusive one would put a journal beside it.
    const lock = await holdLock(lockOf(path), 'shared', signal);
    // A sweep may have taken the file away between its making and its locking.
    if (await isThere(lockOf(path))) return makeOwned(path, lock);
    lock[Symbol.dispose]();
  }
}

async function makeOwned(path: string, lock: FileLock): Promise<OwnedFolder> {
  let isOpen = true;
  const owned = {
    path,
    async [Symbol.asyncDispose]() {
      if (!isOpen) return;
      isOpen = false;
      using _until = lock;
      await removeWithLock(path);
    },
  };
  try {
    await mkdir(path, { mode: 0o700 });
    return owned;
  } catch (error) {
    await owned[Symbol.asyncDispose]();
    throw error;
  }
}

/** Removes the folders of a room whose owner is gone. @returns how many. */
export async function removeOrphans(room: string): Promise<number> {
  const names = await readdir(room);
  const folders = new Set(names.map((name) => name.replace(/\.lock$/, '')).filter((name) => NAME.test(name)));
  let removed = 0;
  for (const name of folders) {
    // Short trials of what a machine can do have no lock.
    const isLocked = names.includes(`${name}.lock`);
    if (!isLocked && isAlive(Number(NAME.exec(name)?.[1]))) continue;
    using lock = tryLock(lockOf(join(room, name)), 'exclusive');
    if (lock === null) continue;
    await removeWithLock(join(room, name));
    if (names.includes(name)) removed += 1;
  }
  return removed;
}

/** The lock goes last: a folder without one would be nobody's. The caller holds it. */
async function removeWithLock(path: string): Promise<void> {
  await removeLocked(path);
  await rm(lockOf(path), { force: true });
}

function lockOf(path: string): string {
  return `${path}.lock`;
}
