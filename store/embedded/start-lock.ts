/** Lets one process at a time start or stop the server of a state folder. */
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';

const SQLITE_BUSY = 5;
const RETRY_MS = 25;

/**
 * Waits for the lock, without a limit: whoever holds it works within limits of its own.
 * An empty SQLite file is locked rather than a file of ours, because Node offers no lock of the operating system:
 * the kernel drops it when its holder dies, by kill -9 too, so there is no stale lock to judge.
 */
export async function holdStartLock(file: string): Promise<Disposable> {
  const lock = new DatabaseSync(file);
  for (;;) {
    try {
      lock.exec('BEGIN EXCLUSIVE');
      return { [Symbol.dispose]: () => lock.close() };
    } catch (error) {
      if (!(error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY)) {
        lock.close();
        throw error;
      }
      await setTimeout(RETRY_MS);
    }
  }
}
