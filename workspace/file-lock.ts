/** Locks between the processes of one host, which the kernel drops with their holder. */
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';

const SQLITE_BUSY = 5;
const RETRY_MS = 25;

/**
 * `shared`: many may hold it at once. `exclusive`: one, and nobody beside it.
 * Disposal gives the lock back; so does the end of the process, by kill -9 too: there is no stale lock to judge.
 */
export type FileLock = Disposable;

/** Waits for the lock as long as it takes. @param file made when missing, never removed; its folder must exist. @throws the signal's reason */
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
  const lock = new DatabaseSync(file);
  try {
    lock.exec(kind === 'exclusive' ? 'BEGIN EXCLUSIVE' : 'BEGIN; SELECT count(*) FROM sqlite_schema');
    return { [Symbol.dispose]: () => lock.close() };
  } catch (error) {
    lock.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return null;
    throw error;
  }
}
