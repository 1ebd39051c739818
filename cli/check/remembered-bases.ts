/** Bases that were read before, kept in the cache by what they were read from. */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';

/** A base of 3,600 files takes about a megabyte. */
const MAX_KEPT = 40;

export interface Remembered<T> {
  value: T;
  isRemembered: boolean;
  /** Why it could not be kept; null where it is. A check goes on without. */
  problem: string | null;
}

/**
 * What cannot be read, is of another form, or is cut short counts as not remembered: it is made again.
 * @param folder made when missing. @param key one path segment that names all that the value depends on.
 */
export async function remember<T>(folder: string, key: string, schema: z.ZodType<T>, make: () => Promise<T>): Promise<Remembered<T>> {
  const file = join(folder, `${key}.json`);
  const known = await read(file, schema);
  if (known !== null) return { value: known, isRemembered: true, problem: null };
  const value = await make();
  const aside = join(folder, `${key}.${randomUUID()}.unfinished`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(aside, JSON.stringify(value));
    await rename(aside, file);
    await forgetOldest(folder);
    return { value, isRemembered: false, problem: null };
  } catch (error) {
    await rm(aside, { force: true }).catch(() => {});
    return { value, isRemembered: false, problem: error instanceof Error ? error.message : String(error) };
  }
}

async function read<T>(file: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    const parsed = schema.safeParse(JSON.parse(await readFile(file, 'utf8')));
    if (!parsed.success) return null;
    // Its time is that of its last use.
    const now = new Date();
    await utimes(file, now, now).catch(() => {});
    return parsed.data;
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
