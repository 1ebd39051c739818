/** A working tree as its owner has it: where it lies, what is checked out, and which files belong to it. Nothing in it is run or changed. */
import { realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { execa } from 'execa';
import { CommitSha, LonghaulError } from '#contracts';
import { discoveryEnvironment, type GitPlace, git, gitFailure } from '../git/git.ts';
import type { Host } from '../host.ts';
import { presenceIn } from './presence.ts';

export interface WorkingTree {
  /** Its top folder, absolute, links resolved. */
  readonly root: string;
  /** The folder that was asked about, relative to `root`; empty for the whole tree. */
  readonly folder: string;
  /** Where git is asked about it. */
  readonly place: GitPlace;
  /** Null: no commit yet. */
  readonly head: CommitSha | null;
  /** Null: a detached HEAD. */
  readonly branch: string | null;
  /** The history has no beginning: a clone with `--depth`. */
  readonly isShallow: boolean;
}

/**
 * Finds the working tree that holds a path. Linked work trees and submodules are trees of their own.
 * A repository that belongs to another user is read too: nothing of its configuration can start a program here.
 * @throws E_NO_WORKING_TREE when the path is not there, or in no repository, or in a bare one
 */
export async function openWorkingTree(host: Host, path: string, signal?: AbortSignal): Promise<WorkingTree> {
  const asked = await folderOf(path);
  const questions = ['--is-bare-repository', '--is-inside-work-tree', '--is-shallow-repository', '--absolute-git-dir', '--show-toplevel'];
  const { stdout, stderr, code } = await execa('git', ['rev-parse', ...questions], {
    cwd: asked,
    env: discoveryEnvironment(host),
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    ...(signal && { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  if (code === 'ENOENT') throw new LonghaulError('E_GIT_FAILED', 'There is no git on this machine.', { action: 'Install git.' });
  const [bare, inside, shallow, gitDir, root] = stdout.split('\n');
  if (gitDir === undefined) throw refused(asked, stderr);
  if (inside !== 'true' || root === undefined) {
    throw new LonghaulError(
      'E_NO_WORKING_TREE',
      bare === 'true'
        ? `${asked} is a bare repository: it has no working tree.`
        : `${asked} lies in git's own folder, not in a working tree.`,
    );
  }
  const place: GitPlace = { host, gitDir, workTree: root, ...(signal && { signal }) };
  const [head, branch] = await Promise.all([
    git(place, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']).catch(() => ''),
    git(place, ['symbolic-ref', '--quiet', '--short', 'HEAD']).catch(() => ''),
  ]);
  return {
    root,
    folder: asked === root ? '' : asked.slice(root.length + 1),
    place,
    head: head === '' ? null : CommitSha.parse(head.trim()),
    branch: branch.trim() || null,
    isShallow: shallow === 'true',
  };
}

/**
 * Paths of the files that are tracked, or neither tracked nor ignored, and that are there. Sorted, each once, relative to the root.
 * What the user ignores everywhere is ignored here. Files behind a symbolic link, in submodules and in repositories within are left out;
 * so are names that are no UTF-8.
 */
export async function listFiles({ place, root }: WorkingTree): Promise<string[]> {
  const listed = await git({ ...place, heedsUser: true }, ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  const isThere = presenceIn(root);
  return [...new Set(listed.split('\0'))].filter((path) => path !== '' && !path.includes('\uFFFD') && isThere(path)).sort();
}

/** Paths go to git as arguments, and a system takes only so many. */
const PATHS_AT_ONCE = 500;

/** Those of some paths, relative to the root, under which lies a file that git ignores and does not track. Files behind a symbolic link are none. */
export async function listIgnored({ place, root }: WorkingTree, paths: readonly string[]): Promise<string[]> {
  const files = paths.filter(presenceIn(root)).map((path) => `:(literal)${path}`);
  const ignored: string[] = [];
  for (let start = 0; start < files.length; start += PATHS_AT_ONCE) {
    const some = files.slice(start, start + PATHS_AT_ONCE);
    const listed = await git({ ...place, heedsUser: true }, [
      'ls-files',
      '-z',
      '--others',
      '--ignored',
      '--exclude-standard',
      '--',
      ...some,
    ]);
    ignored.push(...listed.split('\0').filter((path) => path !== ''));
  }
  return ignored;
}

async function folderOf(path: string): Promise<string> {
  const absolute = resolve(path);
  const facts = await stat(absolute).catch(() => null);
  if (facts === null) throw new LonghaulError('E_NO_WORKING_TREE', `${absolute} does not exist.`);
  return await realpath(facts.isDirectory() ? absolute : dirname(absolute));
}

function refused(folder: string, words: string): LonghaulError {
  if (/not a git repository/.test(words)) return new LonghaulError('E_NO_WORKING_TREE', `${folder} lies in no git repository.`);
  const { message } = gitFailure(['rev-parse'], words.trim());
  return new LonghaulError('E_NO_WORKING_TREE', `${folder}: ${message}`);
}
