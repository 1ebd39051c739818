/** Files whose permissions a program in a tree has taken away from their owner. */
import { chmod, lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Makes every file below a folder readable and every folder open to its owner. Links are not followed. Root needs none of it. */
export async function unlockFiles(folder: string, skipped: readonly string[] = []): Promise<void> {
  if (process.getuid?.() === 0) return;
  const { mode } = await lstat(folder);
  if ((mode & 0o700) !== 0o700) await chmod(folder, (mode & 0o777) | 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!skipped.includes(entry.name)) await unlockFiles(path, skipped);
    } else if (entry.isFile()) {
      const facts = await lstat(path);
      if ((facts.mode & 0o400) === 0) await chmod(path, (facts.mode & 0o777) | 0o600);
    }
  }
}

/** Removes a folder, locked ones in it included. Nothing happens when it is not there. */
export async function removeLocked(folder: string): Promise<void> {
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
  await remove().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EACCES' && error.code !== 'EPERM') throw error;
    await unlockFiles(folder);
    await remove();
  });
}
