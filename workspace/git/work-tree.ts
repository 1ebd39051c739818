/** The repository an agent sees: one commit, and nothing else in reach. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { CommitSha } from '#contracts';
import type { Host } from '../host.ts';
import { assertOneCommit } from './assert-one-commit.ts';
import type { ControlRepository } from './control-repository.ts';
import { BYTE_FOR_BYTE } from './git.ts';
import { layRepository } from './lay-repository.ts';
import { openTreeTemplate, packTree } from './tree-template.ts';

export interface WorkTreeOptions {
  folder: string;
  control: ControlRepository;
  /** Without parents. */
  start: { commit: CommitSha; tree: CommitSha };
  /** A tree that many workspaces start from: its objects come from the cache, and only those that `start` adds are packed anew. */
  baseTree: CommitSha;
  signal?: AbortSignal;
}

/**
 * Lays files and a repository that has no other commit, no remote, no tag, no reflog, no alternates. Objects are copied, not referred to.
 * No git runs in the new repository but for the last look, and none ever after.
 * @returns notes on what a person might miss in the tree.
 */
export async function createWorkTree(host: Host, options: WorkTreeOptions): Promise<readonly string[]> {
  const { folder, control, start, baseTree, signal } = options;
  const gitDir = join(folder, '.git');
  await layRepository(gitDir, { bare: false });
  await writeFile(join(gitDir, 'info/attributes'), BYTE_FOR_BYTE);
  await writeFile(join(gitDir, 'info/exclude'), 'node_modules\n');
  await writeFile(join(gitDir, 'refs/heads/main'), `${start.commit}\n`);
  const notes = await copyObjects(host, options, join(gitDir, 'objects'));
  await copyFile(await control.populate(start.tree), join(gitDir, 'index'));
  await assertOneCommit({ host, gitDir, ...(signal && { signal }) }, { commit: start.commit, baseTree });
  return notes;
}

async function copyObjects(host: Host, { control, start, baseTree, signal }: WorkTreeOptions, objects: string): Promise<readonly string[]> {
  const place = { host, gitDir: control.folder, transient: true, ...(signal && { signal }) };
  using template = await openTreeTemplate(place, baseTree);
  await Promise.all(template.packs.map((pack) => copyFile(pack, join(objects, 'pack', basename(pack)))));
  if (start.tree !== baseTree) await packTree(place, { tree: start.tree, without: baseTree, into: join(objects, 'pack') });
  const loose = join(start.commit.slice(0, 2), start.commit.slice(2));
  await mkdir(join(objects, start.commit.slice(0, 2)));
  await copyFile(join(control.folder, 'objects', loose), join(objects, loose));
  return template.notes;
}
