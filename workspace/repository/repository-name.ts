/** One name for all clones and work trees of a repository on a machine. */
import { createHash } from 'node:crypto';
import { git, withoutUserinfo } from '../git/git.ts';
import type { WorkingTree } from './working-tree.ts';

/**
 * By the address it was cloned from, or else by where it lies: the first commit would be a better name, but finding it takes a walk through
 * the whole history. It proves nothing: what is kept under it may inform, and never decide. @returns one path segment
 */
export async function repositoryName({ place }: WorkingTree): Promise<string> {
  const address = await git(place, ['config', '--get', 'remote.origin.url']).catch(() => '');
  const origin = withoutUserinfo(address.trim()) || (await git(place, ['rev-parse', '--path-format=absolute', '--git-common-dir'])).trim();
  return createHash('sha256').update(origin).digest('hex').slice(0, 24);
}
