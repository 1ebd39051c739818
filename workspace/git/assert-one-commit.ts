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
 * @throws E_INTERNAL when anything but this commit, its trees and its files can be found, reachable or not.
 */
export async function assertOneCommit(place: GitPlace, commit: CommitSha): Promise<void> {
  const { gitDir } = place;
  const entries = await readdir(gitDir, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name).slice(gitDir.length + 1));
  const unexpected = paths.filter((path) => !EXPECTED.test(path));
  const objects = await git(place, ['cat-file', '--batch-all-objects', '--unordered', '--batch-check=%(objecttype) %(objectname)']);
  const history = objects.split('\n').filter((line) => line !== '' && !/^(blob|tree) /.test(line));
  const log = (await isomorphicGit.log({ fs, gitdir: gitDir })).map(({ oid, commit: { parent } }) => [oid, ...parent].join(' '));
  if (unexpected.length === 0 && isJust(history, `commit ${commit}`) && isJust(log, commit)) return;
  const found = [...unexpected, ...history.slice(0, 5), ...log.slice(0, 5)].join(', ');
  throw new LonghaulError('E_INTERNAL', `${gitDir} would show an agent more than the one commit ${commit}: ${found}.`);
}

function isJust(list: readonly string[], only: string): boolean {
  return list.length === 1 && list[0] === only;
}
