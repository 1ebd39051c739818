/** One bare mirror per repository in the cache folder, fetched only when a wanted commit is not there yet. */
import { createHash } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type CommitSha, CommitSha as CommitShaSchema, LonghaulError } from '#contracts';
import { cacheFolder, type Host, isThere, unfinished } from '../host.ts';
import { git, gitFetch } from './git.ts';

/**
 * The folder of a bare repository that has all the named commits.
 * Never shown to an agent. Safe under parallel callers and a crash at any point: a new mirror is made aside and renamed.
 * @param repository anything `git fetch` takes: a URL, or an absolute path.
 * @throws E_REPOSITORY_UNREACHABLE, E_COMMIT_UNKNOWN
 */
export async function openMirror(host: Host, repository: string, commits: readonly CommitSha[], signal?: AbortSignal): Promise<string> {
  const name = createHash('sha256').update(repository).digest('hex').slice(0, 24);
  const mirror = join(await cacheFolder(host, 'mirrors'), `${name}.git`);
  if (!(await isThere(mirror))) await createMirror(host, repository, mirror, signal);
  else if ((await missingCommits(host, mirror, commits)).length > 0) await fetchAll(host, repository, mirror, signal);

  const missing = await missingCommits(host, mirror, commits);
  for (const commit of missing) await fetchCommit(host, repository, mirror, commit, signal);
  return mirror;
}

/**
 * The full id of a commit that a person named: a full or short id, a tag, a branch.
 * @throws E_REPOSITORY_UNREACHABLE, E_COMMIT_UNKNOWN
 */
export async function resolveCommit(host: Host, repository: string, name: string, signal?: AbortSignal): Promise<CommitSha> {
  const full = CommitShaSchema.safeParse(name);
  const mirror = await openMirror(host, repository, full.success ? [full.data] : [], signal);
  if (full.success) return full.data;
  const find = () => git({ host, gitDir: mirror }, ['rev-parse', '--verify', '--end-of-options', `${name}^{commit}`]);
  const ask = async () => {
    await fetchAll(host, repository, mirror, signal);
    return find();
  };
  try {
    // An id means the same for ever; a branch has to be asked for where it stands today.
    const found = await (/^[0-9a-f]{4,64}$/.test(name) ? find().catch(ask) : ask());
    return CommitShaSchema.parse(found.trim());
  } catch (error) {
    if (!(error instanceof LonghaulError) || error.code !== 'E_GIT_FAILED') throw error;
    throw new LonghaulError('E_COMMIT_UNKNOWN', `${repository} has no commit "${name}".`, { cause: error });
  }
}

async function createMirror(host: Host, repository: string, mirror: string, signal?: AbortSignal): Promise<void> {
  const aside = unfinished(mirror);
  try {
    await git({ host, gitDir: host.cacheFolder, ...(signal && { signal }) }, ['init', '--quiet', '--bare', aside]);
    await fetchAll(host, repository, aside, signal);
    // The loser of a race finds the winner's mirror in place: just as good.
    await rename(aside, mirror).catch(async (error: unknown) => {
      if (!(await isThere(mirror))) throw error;
    });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

const FETCH_TRIES = 8;

/** Others may fetch into the same mirror at the same time: who finds a branch locked or moved meanwhile tries again. */
async function fetchAll(host: Host, repository: string, mirror: string, signal?: AbortSignal): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await fetch(host, repository, mirror, ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'], signal);
      return;
    } catch (error) {
      if (tries === FETCH_TRIES || !/cannot lock ref|\.lock': File exists/.test(String(error))) throw error;
      await setTimeout(tries * 50 * (1 + Math.random()), undefined, signal && { signal });
    }
  }
}

/** For commits that no branch holds, such as a pull request's: servers that allow it hand them out by id. */
async function fetchCommit(host: Host, repository: string, mirror: string, commit: CommitSha, signal?: AbortSignal): Promise<void> {
  try {
    await fetch(host, repository, mirror, [`${commit}:refs/longhaul/${commit}`], signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw new LonghaulError('E_COMMIT_UNKNOWN', `${repository} has no commit ${commit}.`, { cause: error });
  }
  if ((await missingCommits(host, mirror, [commit])).length > 0) {
    throw new LonghaulError('E_COMMIT_UNKNOWN', `${repository} has an object ${commit}, but it is no commit.`);
  }
}

async function fetch(host: Host, repository: string, mirror: string, refspecs: string[], signal?: AbortSignal): Promise<void> {
  if (repository.startsWith('-')) throw new LonghaulError('E_REPOSITORY_UNREACHABLE', `"${repository}" is no repository.`);
  if (isAbsolute(repository) && !(await isThere(repository))) {
    throw new LonghaulError('E_REPOSITORY_UNREACHABLE', `${repository} does not exist.`);
  }
  try {
    const place = { host, gitDir: mirror, asUser: true, ...(signal && { signal }) };
    await gitFetch(place, [
      '--quiet',
      '--no-tags',
      '--no-write-fetch-head',
      '--no-recurse-submodules',
      '--prune',
      '--',
      repository,
      ...refspecs,
    ]);
  } catch (error) {
    if (!(error instanceof LonghaulError) || error.code !== 'E_GIT_FAILED') throw error;
    throw new LonghaulError('E_REPOSITORY_UNREACHABLE', `Cannot fetch from ${repository}: ${error.message}`, { cause: error });
  }
}

async function missingCommits(host: Host, mirror: string, commits: readonly CommitSha[]): Promise<CommitSha[]> {
  const missing: CommitSha[] = [];
  for (const commit of commits) {
    const known = await git({ host, gitDir: mirror }, ['cat-file', '-e', `${commit}^{commit}`]).then(
      () => true,
      (error: unknown) => {
        if (error instanceof LonghaulError && error.code === 'E_GIT_FAILED') return false;
        throw error;
      },
    );
    if (!known) missing.push(commit);
  }
  return missing;
}
