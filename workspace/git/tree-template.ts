/** What opening the same tree again would compute again, kept in the cache: its objects as one pack, and notes on its content. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { CommitSha } from '#contracts';
import { openCacheEntry } from '../cache/cache-entry.ts';
import { isThere } from '../host.ts';
import { type GitPlace, git } from './git.ts';
import { noteTree } from './note-tree.ts';

const Notes = z.array(z.string());
/** Written last. */
const NOTES = 'notes.json';

/** Disposal gives it back: until then nobody may remove it from the cache. */
export interface TreeTemplate extends Disposable {
  /** `pack-<hash>.pack` and `.idx` with every tree and blob of the tree, and no commit. To be copied, never linked: an agent may write into its copy. */
  readonly packs: readonly string[];
  readonly notes: readonly string[];
}

/** Made at the first use. @param place a repository that has the tree. */
export async function openTreeTemplate(place: GitPlace, tree: CommitSha): Promise<TreeTemplate> {
  const entry = await openCacheEntry(place.host, {
    room: 'trees',
    name: tree,
    async make(folder) {
      const lasting = { ...place, transient: false };
      await packTree(lasting, { tree, into: folder });
      await writeFile(join(folder, NOTES), JSON.stringify(await noteTree(lasting, tree)), { flush: true });
    },
    isWhole: (folder) => isThere(join(folder, NOTES)),
    ...(place.signal && { signal: place.signal }),
  });
  try {
    const notes = Notes.parse(JSON.parse(await readFile(join(entry.folder, NOTES), 'utf8')));
    const packs = (await readdir(entry.folder)).filter((name) => name.startsWith('pack-')).map((name) => join(entry.folder, name));
    return { packs, notes, [Symbol.dispose]: () => entry[Symbol.dispose]() };
  } catch (error) {
    entry[Symbol.dispose]();
    throw error;
  }
}

/** Writes the objects of a tree that `without` lacks as a pack into a folder. Stored deltas are used and no new ones sought: twice as fast, and as small. */
export async function packTree(place: GitPlace, options: { tree: CommitSha; without?: CommitSha; into: string }): Promise<void> {
  const { tree, without, into } = options;
  const wanted = [tree, ...(without ? [`^${without}`] : [])].map((line) => `${line}\n`).join('');
  await git(place, ['pack-objects', '--revs', '--quiet', '--window=0', join(into, 'pack')], wanted);
}
