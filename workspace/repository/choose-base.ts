/** Which commit a working tree is compared with, and why that one. */
import { CommitSha, LonghaulError } from '#contracts';
import { git } from '../git/git.ts';
import type { WorkingTree } from './working-tree.ts';

export interface Base {
  commit: CommitSha;
  /** Its tree: equal for equal content, whatever the history. */
  tree: CommitSha;
  /** One sentence for a reader. */
  why: string;
}

/** Where a branch is usually taken from, the likeliest first. */
const DEFAULT_BRANCHES = [
  'refs/remotes/origin/HEAD',
  'refs/remotes/origin/main',
  'refs/remotes/origin/master',
  'refs/heads/main',
  'refs/heads/master',
];
const SHOWN_NAMES = 5;

/**
 * Of a named ref: where HEAD and it parted, so that what others have done there since is not blamed on this branch.
 * Without one: where the branch left the default branch; on the default branch, HEAD, so that what is not yet committed is judged.
 * @throws E_BASE_UNKNOWN
 */
export async function chooseBase(tree: WorkingTree, named: string | null): Promise<Base> {
  const { head } = tree;
  if (head === null) throw new LonghaulError('E_BASE_UNKNOWN', `${tree.root} has no commit yet.`, { action: 'Commit something first.' });
  return named === null ? await defaultBase(tree, head) : await namedBase(tree, head, named);
}

async function namedBase(tree: WorkingTree, head: CommitSha, named: string): Promise<Base> {
  const commit = await commitOf(tree, named);
  if (commit === null) throw await unknown(tree, named);
  const parted = await mergeBase(tree, head, commit);
  if (parted === null) {
    const because = tree.isShallow ? 'the clone is shallow, so where they parted is not known' : 'the two have no commit in common';
    return baseAt(tree, commit, `${named} itself: ${because}`);
  }
  return baseAt(tree, parted, parted === commit ? `${named}` : `where this work and ${named} parted`);
}

async function defaultBase(tree: WorkingTree, head: CommitSha): Promise<Base> {
  const listed = await git(tree.place, ['for-each-ref', '--format=%(refname) %(objectname) %(symref)', ...DEFAULT_BRANCHES]);
  const refs = new Map(listed.split('\n').map((line) => [line.split(' ')[0] ?? '', line.split(' ')]));
  const found = DEFAULT_BRANCHES.map((name) => refs.get(name)).find((ref) => ref !== undefined);
  if (found === undefined) {
    if (tree.isShallow || tree.branch === null) throw nothingToCompare(tree);
    return baseAt(tree, head, 'HEAD: there is no main, master or origin to compare the branch with');
  }
  const [name = '', commit = '', target = ''] = found;
  const short = (target || name).replace(/^refs\/(heads|remotes)\//, '');
  const parted = await mergeBase(tree, head, CommitSha.parse(commit));
  if (parted === null && tree.isShallow) throw nothingToCompare(tree);
  if (parted === null) return baseAt(tree, head, `HEAD: it has no commit in common with ${short}`);
  return parted === head
    ? baseAt(tree, head, `HEAD: all commits here are in ${short}, so what is not committed is judged`)
    : baseAt(tree, parted, `where this work and ${short} parted`);
}

async function baseAt({ place }: WorkingTree, commit: CommitSha, why: string): Promise<Base> {
  const tree = await git(place, ['rev-parse', '--verify', `${commit}^{tree}`]).catch((error: unknown) => {
    throw new LonghaulError('E_BASE_UNKNOWN', `The tree of ${commit} is not in this clone.`, { cause: error });
  });
  return { commit, tree: CommitSha.parse(tree.trim()), why };
}

/** Null where nothing joins them, or a shallow clone does not say. */
async function mergeBase({ place }: WorkingTree, one: CommitSha, other: CommitSha): Promise<CommitSha | null> {
  const found = await git(place, ['merge-base', one, other]).catch(() => '');
  return found === '' ? null : CommitSha.parse(found.trim());
}

async function commitOf({ place }: WorkingTree, named: string): Promise<CommitSha | null> {
  const found = await git(place, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${named}^{commit}`]).catch(() => '');
  return found === '' ? null : CommitSha.parse(found.trim());
}

async function unknown(tree: WorkingTree, named: string): Promise<LonghaulError> {
  const listed = await git(tree.place, ['for-each-ref', '--format=%(refname)', 'refs/heads', 'refs/remotes', 'refs/tags']).catch(() => '');
  const names = listed.split('\n').flatMap((ref) => (ref === '' ? [] : [ref.replace(/^refs\/(heads|remotes|tags)\//, '')]));
  const near = nearest(named, names);
  const shallow = tree.isShallow ? ' The clone is shallow: what lies further back is not here.' : '';
  const known = near.length === 0 ? '' : ` Names that come near: ${near.join(', ')}.`;
  return new LonghaulError('E_BASE_UNKNOWN', `${tree.root} has no commit "${named}".${known}${shallow}`);
}

function nothingToCompare({ root, isShallow }: WorkingTree): LonghaulError {
  const why = isShallow ? 'the clone is shallow' : 'HEAD is detached';
  return new LonghaulError(
    'E_BASE_UNKNOWN',
    `${root} does not say what it is to be compared with: ${why}, and no default branch is in reach.`,
  );
}

/** By shared pairs of letters (Dice 1945); only names that have something in common with the one that was asked for. */
function nearest(asked: string, names: readonly string[]): string[] {
  const pairs = (word: string) =>
    new Set([...word.toLowerCase()].slice(1).map((letter, index) => `${word[index]?.toLowerCase()}${letter}`));
  const wanted = pairs(asked);
  return names
    .map((name) => {
      const own = pairs(name);
      const shared = [...own].filter((pair) => wanted.has(pair)).length;
      return { name, likeness: (2 * shared) / Math.max(1, own.size + wanted.size) };
    })
    .filter(({ likeness }) => likeness >= 0.3)
    .sort((a, b) => b.likeness - a.likeness || (a.name < b.name ? -1 : 1))
    .slice(0, SHOWN_NAMES)
    .map(({ name }) => name);
}
