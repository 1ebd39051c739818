/** Reads one file of a tree that nobody vouches for: never a link, a pipe or something huge. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { SkipReason } from './skipped.ts';

/** Above this a file is generated: the largest source a person wrote in the repositories we measured has 0.5 MB. */
const MAX_FILE_BYTES = 2 * 1024 * 1024;

/** One for all: this thread reads one file at a time. */
const buffer = Buffer.allocUnsafe(MAX_FILE_BYTES);

/** What could not be read, or `missing`. */
export type ReadFailure = Extract<SkipReason, 'too-large' | 'symbolic-link' | 'unreadable'> | 'missing';

/** @returns the bytes, good until the next call @param followLinks for files of an installed package, which pnpm links */
export function readBytes(file: string, { followLinks = false } = {}): Buffer | ReadFailure {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | (followLinks ? 0 : constants.O_NOFOLLOW));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'missing';
    return code === 'ELOOP' ? 'symbolic-link' : 'unreadable';
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return stats.isDirectory() ? 'missing' : 'unreadable';
    if (stats.size > MAX_FILE_BYTES) return 'too-large';
    let length = 0;
    for (let read = -1; read !== 0 && length < MAX_FILE_BYTES; length += read) {
      read = readSync(descriptor, buffer, length, MAX_FILE_BYTES - length, null);
      // A regular file gives all it has at once; one more call would only say so.
      if (length + read === stats.size) return buffer.subarray(0, stats.size);
    }
    return buffer.subarray(0, length);
  } catch {
    return 'unreadable';
  } finally {
    closeSync(descriptor);
  }
}

/** @returns nothing when there is no such file or it cannot be read */
export function readText(file: string, options?: { followLinks?: boolean }): string | undefined {
  const bytes = readBytes(file, options);
  return typeof bytes === 'string' ? undefined : bytes.toString('utf8');
}
