/** Locks between the processes of one host, which the kernel drops with their holder. */
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { LonghaulError } from '#contracts';

const SQLITE_BUSY = 5;
const SQLITE_READONLY = 8;
const SQLITE_CANTOPEN = 14;
const RETRY_MS = 25;

/**
 * `shared`: many may hold it at once. `exclusive`: one, and nobody beside it.
 * Disposal gives the lock back; so does the end of the process, by kill -9 too: there is no stale lock to judge.
 */
export type FileLock = Disposable;

/** Waits for the lock as long as it takes. @param file made when missing, never removed; its folder must exist. @throws E_NO_WRITE_PERMISSION, the signal's reason */
export async function holdLock(file: string, kind: 'shared' | 'exclusive', signal?: AbortSignal): Promise<FileLock> {
  for (;;) {
    signal?.throwIfAborted();
    const lock = tryLock(file, kind);
    if (lock !== null) return lock;
    await setTimeout(RETRY_MS, undefined, signal && { signal });
  }
}

/**
 * Null when somebody else holds it in a way that excludes this one.
 * An empty SQLite file is locked, because Node offers no lock of the operating system.
 */
export function tryLock(file: string, kind: 'shared' | 'exclusive'): FileLock | null {
  const lock = openFile(file);
  try {
    lock.exec(kind === 'exclusive' ? 'BEGIN EXCLUSIVE' : 'BEGIN; SELECT count(*) FROM sqlite_schema');
    return { [Symbol.dispose]: () => lock.close() };
  } catch (error) {
    lock.close();
    if (isSqlite(error, SQLITE_BUSY)) return null;
    throw refused(file, error);
  }
}

function openFile(file: string): DatabaseSync {
  try {
    return new DatabaseSync(file);
  } catch (error) {
    throw refused(file, error);
  }
}

function refused(file: string, error: unknown): unknown {
  if (!isSqlite(error, SQLITE_CANTOPEN) && !isSqlite(error, SQLITE_READONLY)) return error;
  return new LonghaulError('E_NO_WRITE_PERMISSION', `${file} cannot be opened for writing.`, { cause: error });
}

function isSqlite(error: unknown, code: number): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === code;
}
