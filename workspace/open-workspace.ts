/** Opens a private copy of a repository: commit in, ready repository out. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type CommitSha, LonghaulError } from '#contracts';
import { openEquippedPlace } from './equipped-place.ts';
import { type ControlRepository, createControlRepository } from './git/control-repository.ts';
import { openMirror } from './git/repository-mirror.ts';
import { createWorkTree } from './git/work-tree.ts';
import type { Host } from './host.ts';
import { OpenedWorkspace } from './opened-workspace.ts';
import { type OwnedFolder, openOwnedFolder } from './owned-folder.ts';
import { chooseSandbox } from './sandbox/choose-sandbox.ts';
import type { Mount } from './sandbox/sandbox.ts';
import { spreadFolder } from './spread-folder.ts';
import { layHumanTests } from './tests/lay-human-tests.ts';
import type { Frozen, Workspace, WorkspaceOptions } from './workspace.ts';

/**
 * Nothing of it is left after disposal: no folder, no process, no mount.
 * @throws E_REPOSITORY_UNREACHABLE, E_COMMIT_UNKNOWN, E_PATCH_REFUSED, E_SANDBOX_UNAVAILABLE, what `openEnvironment` throws, and what fills or locks a disk
 */
export async function openWorkspace(host: Host, options: WorkspaceOptions): Promise<Workspace> {
  const room = await spreadFolder(host, 'workspaces');
  let owned: OwnedFolder | null = null;
  try {
    owned = await openOwnedFolder(room, options.signal);
    return await open(host, owned, options);
  } catch (error) {
    await owned?.[Symbol.asyncDispose]();
    options.signal?.throwIfAborted();
    throw LonghaulError.from(error, `opening a workspace in ${room}`);
  }
}

async function open(host: Host, owned: OwnedFolder, options: WorkspaceOptions): Promise<Workspace> {
  const { signal } = options;
  const folder = owned.path;
  const tree = join(folder, 'tree');
  const sandbox = await chooseSandbox(host, options.sandbox, folder, options.limits);
  const commits = [
    options.commit,
    options.environmentFrom,
    ...(options.testsFrom ? [options.testsFrom] : []),
    ...(options.referenceCommits ?? []),
  ];
  const mirror = await openMirror(host, options.repository, [...new Set(commits)], signal);
  await mkdir(tree);
  const control = await createControlRepository(host, {
    folder: join(folder, 'control.git'),
    workTree: tree,
    mirror,
    ...(signal && { signal }),
  });
  const baseTree = await control.treeOf(options.commit);
  const start = await startingCommit(host, control, baseTree, options);
  const notes = await createWorkTree(host, { folder: tree, control, start, baseTree, ...(signal && { signal }) });

  const mount: Mount = { host: tree, inside: '/workspace', writable: true };
  const equipment = {
    repository: options.repository,
    sandbox,
    tree: mount,
    gitDir: control.folder,
    setup: options.setup,
    root: folder,
    treeNotes: notes,
  };
  const place = await openEquippedPlace(host, { ...equipment, ...(signal && { signal }) }, options.environmentFrom);
  return new OpenedWorkspace(host, options, { owned, tree: mount, control, place, start });
}

async function startingCommit(host: Host, control: ControlRepository, base: CommitSha, options: WorkspaceOptions): Promise<Frozen> {
  let tree = base;
  if (options.patch) tree = await control.applyPatch(tree, options.patch);
  if (options.testsFrom) tree = await layHumanTests(host, control, { tree, base, from: options.testsFrom });
  return { tree, commit: await control.commitTree(tree, null, 'The repository as it stands') };
}
