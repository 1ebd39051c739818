/** Made on every open, not only in a test: a tree with more than one commit in reach is never handed to an agent. */
import fs from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import isomorphicGit from 'isomorphic-git';
import { type CommitSha, LonghaulError } from '#contracts';
import { type GitPlace, git } from './git.ts';

/**
 * Everything that may lie in the repository. Whatever git keeps elsewhere (other refs, reflogs, FETCH_HEAD, alternates, shallow roots,
 * hooks, other work trees, submodules, bundle lists, commit graphs) is therefore not there.
 */
const EXPECTED =
  /^(HEAD|config|index|info\/(attributes|exclude)|refs\/heads\/main|objects\/[0-9a-f]{2}\/[0-9a-f]{38,62}|objects\/pack\/pack-[0-9a-f]+\.(pack|idx))$/;

/**
 * The history is read by isomorphic-git, a second implementation that needs no process: it sees what an agent's tool would see.
 * @param baseTree whose objects may lie there too: they come whole from the cache, also where a patch on top leaves some of them unused.
 * @throws E_INTERNAL when anything but this commit and the trees and files of these two can be found, reachable or not.
 */
export async function assertOneCommit(place: GitPlace, { commit, baseTree }: { commit: CommitSha; baseTree: CommitSha }): Promise<void> {
  const { gitDir } = place;
  const entries = await readdir(gitDir, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name).slice(gitDir.length + 1));
  const unexpected = paths.filter((path) => !EXPECTED.test(path));
  const [present, expected] = await Promise.all([
    git(place, ['cat-file', '--batch-all-objects', '--unordered', '--batch-check=%(objectname) %(objecttype)']),
    git(place, ['rev-list', '--objects', '--no-object-names', commit, baseTree]),
  ]);
  const ids = new Set(expected.split('\n'));
  const strays = present.split('\n').filter((line) => line !== '' && !ids.has(line.slice(0, line.indexOf(' '))));
  const log = (await isomorphicGit.log({ fs, gitdir: gitDir })).map(({ oid, commit: { parent } }) => [oid, ...parent].join(' '));
  if (unexpected.length === 0 && strays.length === 0 && log.length === 1 && log[0] === commit) return;
  const found = [...unexpected, ...strays.slice(0, 5), ...log.slice(0, 5)].join(', ');
  throw new LonghaulError('E_INTERNAL', `${gitDir} would show an agent more than the one commit ${commit}: ${found}.`);
}
