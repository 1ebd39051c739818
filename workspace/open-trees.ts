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
import { layRunnerSettings } from './tests/lay-runner-settings.ts';
import type { WorkspaceOptions } from './workspace.ts';

/** Trees are named by their ids or by commits. */
export interface OpenedTrees extends AsyncDisposable {
  /** What the patch makes of the commit. */
  readonly tree: CommitSha;
  /** The files of a tree or commit: one of those named, or what the patch makes of the first. */
  read(tree: CommitSha): Promise<FrozenTree>;
  /** `tree` with some paths as `from` has them; those that `from` lacks go. */
  overlay(tree: CommitSha, from: CommitSha, paths: readonly string[]): Promise<CommitSha>;
  /** `tree` with whatever configures how tests run as `from` has it. */
  layRunnerSettings(tree: CommitSha, from: CommitSha): Promise<CommitSha>;
  /** Binary patch. @throws E_SUBMISSION_TOO_LARGE */
  diff(from: CommitSha, to: CommitSha): Promise<Uint8Array>;
}

/** Nothing of it is left after disposal. @throws E_REPOSITORY_UNREACHABLE, E_COMMIT_UNKNOWN, E_PATCH_REFUSED when the patch does not apply */
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
    return {
      tree: await control.applyPatch(await control.treeOf(commit), patch),
      read: (tree) => readFrozenTree(host, control.folder, tree),
      overlay: (tree, from, paths) => control.overlay(tree, from, paths),
      layRunnerSettings: (tree, from) => layRunnerSettings(host, control, { tree, from }),
      diff: (from, to) => control.diff(from, to),
      [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose](),
    };
  } catch (error) {
    await owned[Symbol.asyncDispose]();
    signal?.throwIfAborted();
    throw LonghaulError.from(error, `opening trees in ${room}`);
  }
}
