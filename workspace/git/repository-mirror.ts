/** One bare mirror per repository in the cache folder, fetched only when a wanted commit is not there yet. */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type CommitSha, CommitSha as CommitShaSchema, LonghaulError } from '#contracts';
import { holdLock } from '../file-lock.ts';
import { cacheFolder, type Host, isThere, unfinished } from '../host.ts';
import { removeLocked } from '../locked-files.ts';
import { fetchAsUser } from './fetch.ts';
import { git, withoutUserinfo } from './git.ts';
import { layRepository } from './lay-repository.ts';

/**
 * The folder of a bare repository that has all the named commits, whole. Never shown to an agent.
 *
 * git only ever reads in a mirror. A fetch goes into a repository of its own beside it, which borrows the mirror's objects;
 * finished packs are then moved in, and the list of refs is replaced by one rename. So a crash at any moment, of us or of git,
 * leaves at most a folder that the next fetch removes, and readers wait for nobody. Objects never leave a mirror: a commit once seen
 * stays, and whoever borrows from it is safe.
 * @param repository a URL, `user@host:path`, or the absolute path of a repository, a work tree or a bundle.
 * @throws what `fetchAsUser` throws
 */
export async function openMirror(host: Host, repository: string, commits: readonly CommitSha[], signal?: AbortSignal): Promise<string> {
  const mirror = await mirrorFolder(host, repository);
  if ((await isFetched(mirror)) && (await missingCommits(host, mirror, commits, signal)).length === 0) return mirror;
  return fetchInto(host, { repository, mirror, ...(signal && { signal }) }, async (fetch) => {
    // Somebody else may have fetched while we waited for our turn.
    if (!(await isFetched(mirror)) || (await missingCommits(host, mirror, commits, signal)).length > 0) await fetch(ALL_REFS);
    for (const commit of await missingCommits(host, mirror, commits, signal))
      await fetchCommit(host, { repository, mirror, commit }, fetch);
    return mirror;
  });
}

/**
 * The full id of a commit that a person named: a full or short id, a tag, a branch, `HEAD`.
 * @throws what `fetchAsUser` throws
 */
export async function resolveCommit(host: Host, repository: string, name: string, signal?: AbortSignal): Promise<CommitSha> {
  const full = CommitShaSchema.safeParse(name);
  if (full.success) {
    await openMirror(host, repository, [full.data], signal);
    return full.data;
  }
  const mirror = await mirrorFolder(host, repository);
  // A mirror's own HEAD says nothing about where the repository's stands.
  const asked = name.replace(/^(HEAD|@)(?=$|[~^])/, REMOTE_HEAD);
  const find = () => git({ host, gitDir: mirror }, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${asked}^{commit}`]);
  const ask = () =>
    fetchInto(host, { repository, mirror, ...(signal && { signal }) }, async (fetch) => {
      await fetch(asked === name ? ALL_REFS : [...ALL_REFS, `+HEAD:${REMOTE_HEAD}`]);
      return find();
    });
  try {
    // An id means the same for ever; a branch has to be asked for where it stands today.
    const found = await (/^[0-9a-f]{4,64}$/.test(name) && (await isFetched(mirror)) ? find().catch(ask) : ask());
    return CommitShaSchema.parse(found.trim());
  } catch (error) {
    if (!(error instanceof LonghaulError) || error.code !== 'E_GIT_FAILED') throw error;
    throw new LonghaulError('E_COMMIT_UNKNOWN', `${withoutUserinfo(repository)} has no commit "${name}".`, { cause: error });
  }
}

const ALL_REFS = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
const REMOTE_HEAD = 'refs/longhaul/HEAD';

async function mirrorFolder(host: Host, repository: string): Promise<string> {
  const name = createHash('sha256').update(repository).digest('hex').slice(0, 24);
  return join(await cacheFolder(host, 'mirrors'), `${name}.git`);
}

/** The list of refs is the last thing a fetch brings. */
function isFetched(mirror: string): Promise<boolean> {
  return isThere(join(mirror, 'packed-refs'));
}

type Fetch = (refspecs: readonly string[]) => Promise<void>;

/** One at a time per mirror, among all processes of the host. */
async function fetchInto<T>(
  host: Host,
  { repository, mirror, signal }: { repository: string; mirror: string; signal?: AbortSignal },
  work: (fetch: Fetch) => Promise<T>,
): Promise<T> {
  using _turn = await holdLock(fetchLockOf(mirror), 'exclusive', signal);
  await removeUnfinished(mirror);
  // Awaited here: the turn ends with this function.
  return await work(async (refspecs) => {
    const aside = unfinished(mirror);
    try {
      if (!(await isThere(mirror))) {
        await layRepository(aside, { bare: true });
        await rename(aside, mirror);
      }
      await layRepository(aside, { bare: true, borrowsFrom: [join(mirror, 'objects')] });
      if (await isFetched(mirror)) await copyFile(join(mirror, 'packed-refs'), join(aside, 'packed-refs'));
      await fetchAsUser(host, { gitDir: aside, repository, refspecs, ...(signal && { signal }) });
      await git({ host, gitDir: aside }, ['pack-refs', '--all', '--no-prune']);
      await moveObjects(aside, mirror);
      await rename(join(aside, 'packed-refs'), join(mirror, 'packed-refs'));
    } finally {
      await removeLocked(aside);
    }
  });
}

export function fetchLockOf(mirror: string): string {
  return `${mirror}.fetching.lock`;
}

/** Whoever holds the turn knows that nobody works in these any more; a git that outlived its caller finds its folder gone. */
async function removeUnfinished(mirror: string): Promise<void> {
  const leftovers = (await readdir(dirname(mirror))).filter(
    (name) => name.startsWith(`${basename(mirror)}.`) && name.endsWith('.unfinished'),
  );
  for (const name of leftovers) await removeLocked(join(dirname(mirror), name));
}

/** A pack can be read from the moment its index is there, so that comes last. */
async function moveObjects(from: string, to: string): Promise<void> {
  const entries = await readdir(join(from, 'objects'), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /^([0-9a-f]{38,62}|pack-[0-9a-f]+\.(pack|rev|idx))$/.test(entry.name));
  const inOrder = [...files.filter(({ name }) => !name.endsWith('.idx')), ...files.filter(({ name }) => name.endsWith('.idx'))];
  for (const { parentPath, name } of inOrder) {
    const folder = join(to, parentPath.slice(from.length));
    await mkdir(folder, { recursive: true });
    await rename(join(parentPath, name), join(folder, name));
  }
}

/** For commits that no branch holds, such as a pull request's: servers that allow it hand them out by id. */
async function fetchCommit(host: Host, what: { repository: string; mirror: string; commit: CommitSha }, fetch: Fetch): Promise<void> {
  const repository = withoutUserinfo(what.repository);
  try {
    await fetch([`+${what.commit}:refs/longhaul/${what.commit}`]);
  } catch (error) {
    if (!(error instanceof LonghaulError) || error.code !== 'E_COMMIT_UNKNOWN') throw error;
    throw new LonghaulError('E_COMMIT_UNKNOWN', `${repository} has no commit ${what.commit}.`, { cause: error });
  }
  if ((await missingCommits(host, what.mirror, [what.commit])).length > 0) {
    throw new LonghaulError('E_COMMIT_UNKNOWN', `${repository} has an object ${what.commit}, but it is no commit.`);
  }
}

async function missingCommits(host: Host, mirror: string, commits: readonly CommitSha[], signal?: AbortSignal): Promise<CommitSha[]> {
  if (commits.length === 0) return [];
  const questions = commits.map((commit) => `${commit}^{commit}\n`).join('');
  const answers = await git({ host, gitDir: mirror, ...(signal && { signal }) }, ['cat-file', '--batch-check=%(objecttype)'], questions);
  const lines = answers.split('\n');
  return commits.filter((_, index) => lines[index] !== 'commit');
}
