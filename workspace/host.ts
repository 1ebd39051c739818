/** The machine as the program found it: read once at the top, handed down, never read again from `process.env`. */
import { randomBytes } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Isolation, LonghaulError } from '#contracts';

export interface Host {
  /** The environment of the process, secrets included: nothing of it reaches a sandbox unless a list names it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Holds mirrors, install snapshots, tools and open workspaces. May be deleted while nothing runs. */
  readonly cacheFolder: string;
  /** What evictable rooms of the cache may hold together, in bytes. Unset: 20 GB. */
  readonly cacheCapBytes?: number;
  /** How dependencies are laid into trees. Unset: the first of the list that works here. */
  readonly layMethod?: LayMethod;
  /** What isolates foreign code wherever something must. Unset: the first that works here. */
  readonly sandbox?: Exclude<Isolation['sandbox'], 'none'>;
}

/** Ways to give a tree its dependencies, the best first. Only the last two need no sandbox that isolates mounts. */
export const LAY_METHODS = ['overlay', 'read-only', 'reflink', 'copy'] as const;
export type LayMethod = (typeof LAY_METHODS)[number];

/** A folder of the cache, made when missing. @throws E_NO_WRITE_PERMISSION, E_DISK_FULL */
export async function cacheFolder(host: Host, ...parts: string[]): Promise<string> {
  const folder = join(host.cacheFolder, ...parts);
  try {
    await makeFolder(folder);
  } catch (error) {
    throw LonghaulError.from(error, `creating ${folder}`);
  }
  return folder;
}

/** One folder at a time: where one cannot be made, as below /proc or on a read-only disk, Node's recursive mkdir says ENOENT or does not end. */
async function makeFolder(folder: string): Promise<void> {
  if (await isThere(folder)) return;
  if (folder !== dirname(folder)) await makeFolder(dirname(folder));
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

/** A name beside `path` that nobody else uses: write there, then rename, and readers never see half of it. */
export function unfinished(path: string): string {
  return `${path}.${process.pid}-${randomBytes(4).toString('hex')}.unfinished`;
}

export function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
