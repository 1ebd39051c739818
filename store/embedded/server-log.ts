/** The log of the embedded server: kept small, quoted when a start fails. */
import { existsSync } from 'node:fs';
import { type FileHandle, open, rename, stat } from 'node:fs/promises';

const ROTATE_BYTES = 10 * 1024 * 1024;
const QUOTED_BYTES = 16 * 1024;
const QUOTED_LINES = 12;

/** Opened for appending. A log over 10 MB becomes `<log>.1`, in place of an older one. Only while no server writes it. */
export async function openServerLog(log: string): Promise<FileHandle> {
  if (existsSync(log) && (await stat(log)).size > ROTATE_BYTES) await rename(log, `${log}.1`);
  return await open(log, 'a', 0o600);
}

/** The last lines written at or after `from`, a position in bytes. */
export async function lastLines(log: string, from: number): Promise<string> {
  await using file = await open(log, 'r');
  const { size } = await file.stat();
  const start = Math.max(from, size - QUOTED_BYTES);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.max(0, size - start)), { position: start });
  return buffer.subarray(0, bytesRead).toString('utf8').trimEnd().split('\n').slice(-QUOTED_LINES).join('\n');
}
