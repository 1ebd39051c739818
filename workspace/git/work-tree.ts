/** The repository an agent sees: one commit, and nothing else in reach. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CommitSha, LonghaulError } from '#contracts';
import type { Host } from '../host.ts';
import { BYTE_FOR_BYTE, git } from './git.ts';

/**
 * Checks a commit without parents out into a new repository that has no other commit, no remote, no tag, no reflog, no alternates.
 * @param source bare repository that hands out `commit` by id; its objects are copied, not referred to.
 */
export async function createWorkTree(
  host: Host,
  options: { folder: string; source: string; commit: CommitSha; signal?: AbortSignal },
): Promise<void> {
  const { folder, source, commit, signal } = options;
  const gitDir = join(folder, '.git');
  const place = { host, gitDir, workTree: folder, ...(signal && { signal }) };
  await mkdir(folder, { recursive: true });
  await git(place, ['init', '--quiet']);
  await mkdir(join(gitDir, 'info'), { recursive: true });
  await writeFile(join(gitDir, 'info/attributes'), BYTE_FOR_BYTE);
  await writeFile(join(gitDir, 'info/exclude'), 'node_modules\n');
  // `file://`, because a plain path would hard-link the whole store.
  await git(place, ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', `file://${source}`, commit]);
  await git(place, ['update-ref', '--no-deref', 'refs/heads/main', commit]);
  await git(place, ['symbolic-ref', 'HEAD', 'refs/heads/main']);
  await git(place, ['reset', '--quiet', '--hard', 'HEAD']);
  await rm(join(gitDir, 'logs'), { recursive: true, force: true });
  await rm(join(gitDir, 'ORIG_HEAD'), { force: true });
  await writeFile(join(gitDir, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = false\n');
  await assertOneCommit(host, folder, gitDir);
}

/** Made on every open, not only in a test: a tree with more than one commit in reach is never handed to an agent. */
async function assertOneCommit(host: Host, folder: string, gitDir: string): Promise<void> {
  const place = { host, gitDir, workTree: folder };
  const reachable = (await git(place, ['rev-list', '--all', '--reflog', 'HEAD'])).trim().split('\n');
  const refs = (await git(place, ['for-each-ref', '--format=%(refname)'])).trim();
  const alternates = await readFile(join(gitDir, 'objects/info/alternates'), 'utf8').catch(() => '');
  const leftovers = (await readdir(gitDir)).filter((name) => /^(FETCH_HEAD|ORIG_HEAD|packed-refs|shallow|logs)$/.test(name));
  if (reachable.length !== 1 || refs !== 'refs/heads/main' || alternates !== '' || leftovers.length > 0) {
    throw new LonghaulError(
      'E_INTERNAL',
      `${folder} would show an agent more than one commit: ${reachable.length} commits, refs "${refs}", left over: ${leftovers.join(', ') || 'nothing'}.`,
    );
  }
}
