/** What a person should know about a tree before they wonder: files whose content is elsewhere. */
import type { CommitSha } from '#contracts';
import { type GitPlace, git } from './git.ts';
import { listTree } from './history.ts';

/** Longer ones are no pointers. Source: git-lfs, docs/spec.md ("must be less than 1024 bytes"). */
const LONGEST_POINTER_BYTES = 1023;
const NAMES_SHOWN = 5;

/** One sentence per peculiarity; empty when the tree has none. */
export async function noteTree(place: GitPlace, tree: CommitSha): Promise<string[]> {
  const entries = [...(await listTree(place.host, place.gitDir, tree))].map(([path, entry]) => ({ path, ...entry }));
  const submodules = entries.filter(({ mode }) => mode === '160000').map(({ path }) => path);
  const pointers = await lfsPointers(
    place,
    entries.filter(({ mode }) => mode === '100644' || mode === '100755'),
  );
  return [
    ...note(
      pointers,
      'file is a Git LFS pointer, whose content was not fetched',
      'files are Git LFS pointers, whose content was not fetched',
    ),
    ...note(submodules, 'submodule is empty', 'submodules are empty'),
  ];
}

/** All small blobs are read only where the tree says that it uses Git LFS. */
async function lfsPointers(place: GitPlace, files: readonly { path: string; oid: string }[]): Promise<string[]> {
  const attributes = files.filter(({ path }) => /(^|\/)\.gitattributes$/.test(path));
  if (attributes.length === 0 || !(await readAll(place, attributes)).includes('filter=lfs')) return [];
  const sizes = (await git(place, ['cat-file', '--batch-check=%(objectsize)'], idLines(files))).split('\n');
  const small = files.filter((_, index) => Number(sizes[index]) <= LONGEST_POINTER_BYTES);
  const found = (await readAll(place, small)).matchAll(/^([0-9a-f]+) blob \d+\nversion https:\/\/git-lfs\.github\.com\/spec\//gm);
  const ids = new Set([...found].map(([, oid]) => oid));
  return small.filter(({ oid }) => ids.has(oid)).map(({ path }) => path);
}

/** `<id> blob <bytes>`, then the content, for one after the other. */
function readAll(place: GitPlace, files: readonly { oid: string }[]): Promise<string> {
  return git(place, ['cat-file', '--batch'], idLines(files));
}

function idLines(files: readonly { oid: string }[]): string {
  return files.map(({ oid }) => `${oid}\n`).join('');
}

function note(paths: readonly string[], one: string, many: string): string[] {
  if (paths.length === 0) return [];
  const more = paths.length > NAMES_SHOWN ? ` and ${paths.length - NAMES_SHOWN} more` : '';
  return [`${paths.length} ${paths.length === 1 ? one : many}: ${paths.slice(0, NAMES_SHOWN).join(', ')}${more}`];
}
