/** Reads any lockfile of the JavaScript package managers. */
import { readBunLock } from './bun-lock.ts';
import type { LockedPackage } from './locked-package.ts';
import { readNpmLock } from './npm-lock.ts';
import { readPnpmLock } from './pnpm-lock.ts';
import { readYarnLock } from './yarn-lock.ts';

const READERS: Record<string, (text: string) => LockedPackage[]> = {
  'package-lock.json': readNpmLock,
  'npm-shrinkwrap.json': readNpmLock,
  'pnpm-lock.yaml': readPnpmLock,
  'yarn.lock': readYarnLock,
  'bun.lock': readBunLock,
};

export function isLockfile(path: string): boolean {
  return fileName(path) in READERS || fileName(path) === 'bun.lockb';
}

/** A lockfile is whoever's wrote it: whatever it holds, the outcome is a value. */
export type LockfileReading = { status: 'read'; packages: LockedPackage[] } | { status: 'unreadable'; reason: string };

/** @param text null for a lockfile that is not text, such as `bun.lockb` */
export function readLockfile(path: string, text: string | null): LockfileReading {
  const read = READERS[fileName(path)];
  if (!read || text === null) return { status: 'unreadable', reason: 'a lockfile in a binary format' };
  try {
    return { status: 'read', packages: read(text) };
  } catch (error) {
    const [reason] = error instanceof Error ? error.message.split('\n') : [String(error)];
    return { status: 'unreadable', reason: `no lockfile of its format: ${reason?.slice(0, 200)}` };
  }
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
