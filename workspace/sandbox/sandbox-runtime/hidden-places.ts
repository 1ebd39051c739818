/** Everything of this machine that a command must not read: all but its programs, its libraries and their settings. */
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Of a prefix that packages are installed below. Its `var` holds databases. */
const PREFIX = ['Cellar', 'Frameworks', 'bin', 'etc', 'include', 'lib', 'libexec', 'opt', 'sbin', 'share'];

/**
 * Of each folder, what stays visible. A folder of users, of other disks or of temporary files is on no list, on macOS or Linux.
 * Not the root as a whole is denied: the loader of macOS aborts every program that cannot read it.
 */
const VISIBLE: Readonly<Record<string, readonly string[]>> = {
  '/': ['Applications', 'Library', 'System', 'bin', 'dev', 'etc', 'lib', 'lib64', 'opt', 'private', 'proc', 'sbin', 'usr'],
  '/Library': ['Apple', 'Developer', 'Fonts', 'Frameworks', 'Java', 'Perl', 'Preferences', 'Python', 'Ruby'],
  // The user's disk lies there a second time.
  '/System/Volumes': ['Preboot'],
  '/private': ['etc', 'var'],
  '/private/var': ['db', 'select'],
  '/opt': ['homebrew'],
  '/opt/homebrew': PREFIX,
  '/usr': ['bin', 'include', 'lib', 'lib64', 'libexec', 'local', 'sbin', 'share'],
  '/usr/local': PREFIX,
};

/** As the disk is now. Links are not among them: what one leads to is judged by its own path. */
export async function hiddenPlaces(): Promise<string[]> {
  const found = await Promise.all(Object.entries(VISIBLE).map(([folder, visible]) => othersIn(folder, visible)));
  return found.flat();
}

async function othersIn(folder: string, visible: readonly string[]): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => []);
  return entries.filter((entry) => !entry.isSymbolicLink() && !visible.includes(entry.name)).map(({ name }) => join(folder, name));
}
