/** Bases that were read before, kept in the cache by what they were read from. */
import { hash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A base of 3,600 files takes about two megabytes. */
const MAX_KEPT = 40;

export interface Remembered<T> {
  value: T;
  isRemembered: boolean;
  /** Why it could not be kept; null where it is. A check goes on without. */
  problem: string | null;
}

/**
 * What cannot be read, or is not what was written, counts as not remembered: it is made again. Not parsed a second time, which would take
 * as long as all of git: its hash says that it is what was written, and the key that it was written by the same program.
 * @param folder made when missing. @param key one path segment that names all that the value depends on, the program included.
 */
export async function remember<T>(folder: string, key: string, make: () => Promise<T>): Promise<Remembered<T>> {
  const file = join(folder, `${key}.json`);
  const known = await read<T>(file);
  if (known !== null) return { value: known, isRemembered: true, problem: null };
  const value = await make();
  const aside = join(folder, `${key}.${randomUUID()}.unfinished`);
  try {
    const body = JSON.stringify(value);
    await mkdir(folder, { recursive: true });
    await writeFile(aside, `${hash('sha256', body)}\n${body}`);
    await rename(aside, file);
    await forgetOldest(folder);
    return { value, isRemembered: false, problem: null };
  } catch (error) {
    await rm(aside, { force: true }).catch(() => {});
    return { value, isRemembered: false, problem: error instanceof Error ? error.message : String(error) };
  }
}

async function read<T>(file: string): Promise<T | null> {
  try {
    const text = await readFile(file, 'utf8');
    const end = text.indexOf('\n');
    const body = text.slice(end + 1);
    if (hash('sha256', body) !== text.slice(0, end)) return null;
    // Its time is that of its last use.
    const now = new Date();
    await utimes(file, now, now).catch(() => {});
    return JSON.parse(body);
  } catch {
    return null;
  }
}

async function forgetOldest(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.length <= MAX_KEPT) return;
  const ages = await Promise.all(names.map(async (name) => ({ name, usedMs: (await stat(join(folder, name))).mtimeMs })));
  const oldest = ages.sort((a, b) => b.usedMs - a.usedMs).slice(MAX_KEPT);
  for (const { name } of oldest) await rm(join(folder, name), { force: true });
}
