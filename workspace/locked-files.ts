/** Files whose permissions a program in a tree has taken away from their owner. */
import { chmod, lstat, readdir, rm } from 'node:fs/promises';
import { sep } from 'node:path';
import { execa } from 'execa';

/**
 * Makes every file below a folder readable and every folder open to its owner. Links are not followed. Root needs none of it.
 * What lies deeper than any path reaches is passed over: git does not see it either.
 */
export async function unlockFiles(folder: string, skipped: readonly string[] = []): Promise<void> {
  if (process.getuid?.() !== 0) await unlock(Buffer.from(folder), skipped);
}

/** PATH_MAX, which counts the zero at the end too. */
const MAX_PATH_BYTES = process.platform === 'darwin' ? 1024 : 4096;

/** Names are bytes here: they need not be UTF-8. */
async function unlock(folder: Buffer, skipped: readonly string[]): Promise<void> {
  if (folder.length >= MAX_PATH_BYTES) return;
  const { mode } = await lstat(folder);
  if ((mode & 0o700) !== 0o700) await chmod(folder, (mode & 0o777) | 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true, encoding: 'buffer' })) {
    const path = Buffer.concat([folder, Buffer.from(sep), entry.name]);
    if (entry.isDirectory()) {
      if (!skipped.includes(entry.name.toString())) await unlock(path, skipped);
    } else if (entry.isFile() && path.length < MAX_PATH_BYTES) {
      const facts = await lstat(path);
      if ((facts.mode & 0o400) === 0) await chmod(path, (facts.mode & 0o777) | 0o600);
    }
  }
}

const REMOVE_TRIES = 5;

/** Removes a folder, locked ones in it included. Nothing happens when it is not there. */
export async function removeLocked(folder: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      return;
    } catch (error) {
      // A program can go down folder by folder to where no path leads; rm(1) goes the same way, Node cannot.
      if ((error as NodeJS.ErrnoException).code === 'ENAMETOOLONG')
        await execa('rm', ['-rf', '--', folder], { env: { PATH: '/usr/bin:/bin' }, extendEnv: false });
      else if (tries === REMOVE_TRIES || !isRefusal(error)) throw error;
      // Node goes on removing after it has failed: what is gone meanwhile needs no unlocking.
      await unlockFiles(folder).catch((gone: NodeJS.ErrnoException) => {
        if (gone.code !== 'ENOENT') throw gone;
      });
    }
  }
}

function isRefusal(error: unknown): boolean {
  return ['EACCES', 'EPERM', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '');
}
