/** The machine as the program found it: read once at the top, handed down, never read again from `process.env`. */
import { randomBytes } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LonghaulError } from '#contracts';

export interface Host {
  /** The environment of the process, secrets included: nothing of it reaches a sandbox unless a list names it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Holds mirrors, install snapshots, tools and open workspaces. May be deleted while nothing runs. */
  readonly cacheFolder: string;
}

/** A folder of the cache, made when missing. @throws E_NO_WRITE_PERMISSION, E_DISK_FULL */
export async function cacheFolder(host: Host, ...parts: string[]): Promise<string> {
  const folder = join(host.cacheFolder, ...parts);
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw LonghaulError.from(await firstRefusal(folder, error), `creating ${folder}`);
  }
  return folder;
}

/** On a read-only disk Node's recursive mkdir says ENOENT; the first folder that is missing knows better. */
async function firstRefusal(folder: string, error: unknown): Promise<unknown> {
  const parent = dirname(folder);
  if (parent !== folder && !(await isThere(parent))) return firstRefusal(parent, error);
  return mkdir(folder).then(
    () => error,
    (refusal: unknown) => ((refusal as NodeJS.ErrnoException).code === 'EEXIST' ? error : refusal),
  );
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
