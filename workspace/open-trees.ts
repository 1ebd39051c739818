/** Opens a repository for reading only: commits and a patched tree as git has them, with no file of theirs on the disk. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type CommitSha, LonghaulError } from '#contracts';
import { createControlRepository } from './git/control-repository.ts';
import { type FrozenTree, readFrozenTree } from './git/frozen-tree.ts';
import { openMirror } from './git/repository-mirror.ts';
import type { Host } from './host.ts';
import { openOwnedFolder } from './owned-folder.ts';
import { spreadFolder } from './spread-folder.ts';
import type { WorkspaceOptions } from './workspace.ts';

export interface OpenedTrees extends AsyncDisposable {
  /** The files of a tree or commit: one of those named, or what the patch makes of the first. */
  read(tree: CommitSha): Promise<FrozenTree>;
}

/** Nothing of it is left after disposal. @throws E_REPOSITORY_UNREACHABLE, E_COMMIT_UNKNOWN, E_GIT_FAILED when the patch does not apply */
export async function openTrees(
  host: Host,
  options: Pick<WorkspaceOptions, 'repository' | 'commit' | 'patch' | 'referenceCommits' | 'signal'>,
): Promise<OpenedTrees> {
  const { repository, commit, patch = new Uint8Array(), referenceCommits = [], signal } = options;
  const room = await spreadFolder(host, 'workspaces');
  const owned = await openOwnedFolder(room, signal);
  try {
    const mirror = await openMirror(host, repository, [...new Set([commit, ...referenceCommits])], signal);
    const workTree = join(owned.path, 'tree');
    await mkdir(workTree);
    const control = await createControlRepository(host, {
      ...{ folder: join(owned.path, 'control.git'), workTree, mirror },
      ...(signal && { signal }),
    });
    await control.applyPatch(await control.treeOf(commit), patch);
    return {
      read: (tree) => readFrozenTree(host, control.folder, tree),
      [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose](),
    };
  } catch (error) {
    await owned[Symbol.asyncDispose]();
    signal?.throwIfAborted();
    throw LonghaulError.from(error, `opening trees in ${room}`);
  }
}
