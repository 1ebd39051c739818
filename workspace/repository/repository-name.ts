/** One name for all clones and work trees of a repository on a machine. */
import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { git, withoutUserinfo } from '../git/git.ts';
import type { Host } from '../host.ts';
import type { WorkingTree } from './working-tree.ts';

/**
 * By the address it was cloned from, or else by where it lies: the first commit would be a better name, but finding it takes a walk through
 * the whole history. It proves nothing: what is kept under it may inform, and never decide. @returns one path segment
 */
export async function repositoryName({ place }: WorkingTree): Promise<string> {
  const address = await git(place, ['config', '--get', 'remote.origin.url']).catch(() => '');
  return nameOf(address.trim() || (await git(place, ['rev-parse', '--path-format=absolute', '--git-common-dir'])).trim());
}

/** The same name for a repository that is known by its address, as tasks know theirs: that of a clone is the name of what it was cloned from. */
export async function repositoryNameOf(host: Host, address: string): Promise<string> {
  const gitDir = [join(address, '.git'), address].find((folder) => existsSync(folder) && statSync(folder).isDirectory());
  if (gitDir === undefined) return nameOf(address);
  const origin = await git({ host, gitDir }, ['config', '--get', 'remote.origin.url']).catch(() => '');
  return nameOf(origin.trim() || gitDir);
}

function nameOf(origin: string): string {
  return createHash('sha256').update(withoutUserinfo(origin)).digest('hex').slice(0, 24);
}
