/** Questions about a repository's history that need no work tree. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type CommitSha, CommitSha as CommitShaSchema, LonghaulError } from '#contracts';
import { cacheFolder, type Host } from '../host.ts';
import { openOwnedFolder } from '../owned-folder.ts';
import { git, gitBytes } from './git.ts';
import { splitAtNul } from './path-names.ts';

export interface CommitFacts {
  commit: CommitSha;
  /** In git's order: the first is the branch that was merged into. */
  parents: CommitSha[];
  message: string;
}

/**
 * By the git binary: isomorphic-git reads a whole pack into memory for one commit of it, 220 ms of CPU for 55 MB.
 * @param mirror a folder that `openMirror` returned, holding the commit.
 */
export async function readCommit(host: Host, mirror: string, commit: CommitSha): Promise<CommitFacts> {
  const facts = await git({ host, gitDir: mirror }, ['log', '-1', '--format=%P%x00%B', commit]);
  const [parents = '', message = ''] = facts.split('\0');
  return {
    commit,
    parents: parents
      .split(' ')
      .filter((parent) => parent !== '')
      .map((parent) => CommitShaSchema.parse(parent)),
    message: `${message.trimEnd()}\n`,
  };
}

/** Whether `earlier` is `later`, or one of its first parents all the way back. @param mirror holding both. */
export async function comesAfter(host: Host, mirror: string, later: CommitSha, earlier: CommitSha): Promise<boolean> {
  return (await git({ host, gitDir: mirror }, ['rev-list', '--first-parent', later])).split('\n').includes(earlier);
}

/** Paths that differ between two commits, deleted ones included; a rename is a deletion and an addition. Sorted. */
export async function changedPaths(host: Host, mirror: string, from: CommitSha, to: CommitSha): Promise<string[]> {
  const list = await git({ host, gitDir: mirror }, ['diff-tree', '-r', '-z', '--no-renames', '--name-only', from, to]);
  return list
    .split('\0')
    .filter((path) => path !== '')
    .sort();
}

/**
 * The binary patch that turns one commit into another; empty when they are equal.
 * @param mirror a folder that `openMirror` returned, holding both.
 * @param excluding paths that the patch leaves alone.
 */
export async function patchBetween(
  host: Host,
  mirror: string,
  { from, to, excluding = [] }: { from: CommitSha; to: CommitSha; excluding?: readonly string[] },
): Promise<Uint8Array> {
  await using folder = await openOwnedFolder(await cacheFolder(host, 'workspaces'));
  return await binaryPatch(host, { gitDir: mirror, from, to, excluding, scratch: join(folder.path, 'patch') });
}

/** Read into memory whole, and kept in the store. */
const MAX_PATCH_BYTES = 512 * 1024 * 1024;

/** By way of a file, because file content is bytes and need not be UTF-8. @throws E_SUBMISSION_TOO_LARGE */
export async function binaryPatch(
  host: Host,
  options: { gitDir: string; from: CommitSha; to: CommitSha; excluding: readonly string[]; scratch: string },
): Promise<Uint8Array> {
  const { gitDir, from, to, excluding, scratch } = options;
  const form = ['--no-ext-diff', '--no-textconv', '--binary', '--full-index', '--no-renames', '--no-color'];
  const paths = ['.', ...excluding.map((path) => `:(exclude,top,literal)${path}`)];
  await git({ host, gitDir }, ['diff', ...form, `--output=${scratch}`, from, to, '--', ...paths]);
  const { size } = await stat(scratch);
  if (size > MAX_PATCH_BYTES)
    throw new LonghaulError('E_SUBMISSION_TOO_LARGE', `The changes from ${from} to ${to} are a patch of ${size} bytes.`);
  return readFile(scratch);
}

export type TreeListing = ReadonlyMap<string, { mode: string; oid: string }>;

/** An opening asks several times for each of a few trees. */
const MAX_LISTINGS = 8;
const listings = new Map<string, Promise<TreeListing>>();

/**
 * All files of a commit or tree: path, as of `splitAtNul`, to mode and object id.
 * @param tree an id, which means the same in every repository that has it: the last few are remembered.
 */
export function listTree(host: Host, gitDir: string, tree: CommitSha): Promise<TreeListing> {
  const listing = listings.get(tree) ?? readListing(host, gitDir, tree);
  listings.delete(tree);
  listings.set(tree, listing);
  listing.catch(() => listings.get(tree) === listing && listings.delete(tree));
  const [oldest] = listings.keys();
  if (oldest !== undefined && listings.size > MAX_LISTINGS) listings.delete(oldest);
  return listing;
}

async function readListing(host: Host, gitDir: string, tree: CommitSha): Promise<TreeListing> {
  const list = await gitBytes({ host, gitDir }, ['ls-tree', '-r', '-z', '--full-tree', tree]);
  const files = new Map<string, { mode: string; oid: string }>();
  for (const line of splitAtNul(list)) {
    const match = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(line);
    if (match?.[1] && match[2] && match[3] !== undefined) files.set(match[3], { mode: match[1], oid: match[2] });
  }
  return files;
}

/** The text of a file in a commit; null when the commit has no such file. */
export async function readFileAt(host: Host, gitDir: string, commit: string, path: string): Promise<string | null> {
  const place = { host, gitDir };
  const answer = await git(place, ['cat-file', '--batch'], `${commit}:${path}\n`);
  const header = /^[0-9a-f]+ blob \d+\n/.exec(answer)?.[0];
  // The content is followed by a line feed of its own.
  return header === undefined ? null : answer.slice(header.length, -1);
}
