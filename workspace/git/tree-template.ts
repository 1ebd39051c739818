/** What opening the same tree again would compute again, kept in the cache: its objects as one pack, and notes on its content. */
import { mkdir, readdir, readFile, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { CommitSha } from '#contracts';
import { holdLock } from '../file-lock.ts';
import { cacheFolder, isThere, unfinished } from '../host.ts';
import { removeLocked } from '../locked-files.ts';
import { type GitPlace, git } from './git.ts';
import { noteTree } from './note-tree.ts';

const Notes = z.array(z.string());

/** Disposal gives it back: until then nobody may remove it from the cache. */
export interface TreeTemplate extends Disposable {
  /** `pack-<hash>.pack` and `.idx` with every tree and blob of the tree, and no commit. To be copied, never linked: an agent may write into its copy. */
  readonly packs: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Made at the first use. In use it is locked by `<entry>.lock`, whose time says when it was last used.
 * @param place a repository that has the tree.
 */
export async function openTreeTemplate(place: GitPlace, tree: CommitSha): Promise<TreeTemplate> {
  const entry = join(await cacheFolder(place.host, 'trees'), tree);
  const lease = await holdLock(`${entry}.lock`, 'shared', place.signal);
  try {
    const now = new Date();
    await utimes(`${entry}.lock`, now, now);
    if (!(await isThere(entry))) await makeTemplate({ ...place, transient: false }, tree, entry);
    const notes = Notes.parse(JSON.parse(await readFile(join(entry, 'notes.json'), 'utf8')));
    const packs = (await readdir(entry)).filter((name) => name.startsWith('pack-')).map((name) => join(entry, name));
    return { packs, notes, [Symbol.dispose]: () => lease[Symbol.dispose]() };
  } catch (error) {
    lease[Symbol.dispose]();
    throw error;
  }
}

async function makeTemplate(place: GitPlace, tree: CommitSha, entry: string): Promise<void> {
  const aside = unfinished(entry);
  try {
    await mkdir(aside);
    await packTree(place, { tree, into: aside });
    await writeFile(join(aside, 'notes.json'), JSON.stringify(await noteTree(place, tree)), { flush: true });
    // The loser of a race finds the winner's in place: just as good.
    await rename(aside, entry).catch(async (error: unknown) => {
      if (!(await isThere(entry))) throw error;
    });
  } finally {
    await removeLocked(aside);
  }
}

/** Writes the objects of a tree that `without` lacks as a pack into a folder. Stored deltas are used and no new ones sought: twice as fast, and as small. */
export async function packTree(place: GitPlace, options: { tree: CommitSha; without?: CommitSha; into: string }): Promise<void> {
  const { tree, without, into } = options;
  const wanted = [tree, ...(without ? [`^${without}`] : [])].map((line) => `${line}\n`).join('');
  await git(place, ['pack-objects', '--revs', '--quiet', '--window=0', join(into, 'pack')], wanted);
}
