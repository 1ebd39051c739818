/** Finds a program as the shell would. */
import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';

/** @returns its absolute path; null when there is none that this user may run. */
export async function findProgram(name: string, searchPath: string, cwd = '/'): Promise<string | null> {
  const candidates = name.includes('/')
    ? [resolve(cwd, name)]
    : searchPath
        .split(delimiter)
        .filter(Boolean)
        .map((folder) => join(folder, name));
  for (const candidate of candidates) if (await isProgram(candidate)) return candidate;
  return null;
}

async function isProgram(path: string): Promise<boolean> {
  const [facts] = await Promise.all([stat(path), access(path, constants.X_OK)]).catch(() => [null]);
  return facts?.isFile() ?? false;
}
