/** One installed set of `node_modules` folders per set of manifests, made once per host, shared by every tree, never written again. */
import { copyFile, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { type CommitSha, LonghaulError } from '#contracts';
import { type CacheEntry, openCacheEntry } from '../cache/cache-entry.ts';
import { measureFolder } from '../cache/measure-folder.ts';
import { trimCache } from '../cache/trim-cache.ts';
import { git } from '../git/git.ts';
import type { Host } from '../host.ts';
import type { NodeProgram } from '../node/node-program.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { findNodeModules } from './find-node-modules.ts';
import type { ManagerProgram } from './manager-program.ts';
import { runInstall } from './run-install.ts';
import { snapshotKey, type TreeFiles } from './snapshot-key.ts';

/** Lie in every snapshot, so that tools find a place to write where dependencies are read-only. */
export const TOOL_CACHES = ['.cache', '.vite', '.vite-temp', '.vitest'] as const;

const RECORD = 'snapshot.json';
const Record = z.strictObject({
  schemaVersion: z.literal(1),
  notes: z.array(z.string()),
  places: z.array(
    z.strictObject({
      /** Of a `node_modules` folder in the repository. */
      path: z.string(),
      /** Files, folders and links in it, at any depth. */
      entries: z.number(),
      /** Names in the folder itself: a cheap look whether it is still whole. */
      names: z.number(),
    }),
  ),
});
type Record = z.infer<typeof Record>;

/** In use until disposed. Its folder keeps, where there was none in the commit, the lockfile that was resolved. */
export interface InstallSnapshot extends CacheEntry {
  /** Changes whenever another install would be made. */
  key: string;
  places: readonly InstalledPlace[];
  notes: readonly string[];
}

export interface InstalledPlace {
  /** `node_modules`, or `packages/shop/node_modules`. */
  path: string;
  /** On the host. Its own name is `node_modules`, so that what looks for neighbours in it finds them. */
  folder: string;
  entries: number;
}

export interface SnapshotOptions {
  /** The address it came from. */
  repository: string;
  /** Repository that holds the commit. */
  gitDir: string;
  commit: CommitSha;
  files: TreeFiles;
  /** Text of the lockfile and of package.json, for the folders they point to. */
  manifestTexts: readonly string[];
  program: ManagerProgram;
  lockfile: string | null;
  node: NodeProgram;
  scripts: boolean;
  sandbox: Sandbox;
  signal?: AbortSignal;
}

/**
 * The snapshot for a commit, installed now if this host has none yet. Safe under parallel callers, of whom one installs.
 * @throws E_INSTALL_FAILED with the end of the manager's output, E_REGISTRY_DENIED, E_REGISTRY_UNREACHABLE, E_DISK_FULL, E_CACHE_DAMAGED
 */
export async function openInstallSnapshot(host: Host, options: SnapshotOptions): Promise<InstallSnapshot> {
  const { signal } = options;
  const key = snapshotKey(options);
  let isNew = false;
  const entry = await openCacheEntry(host, {
    room: 'installs',
    name: key,
    make: async (folder) => {
      isNew = true;
      await makeSnapshot(host, folder, options);
    },
    isWhole: async (folder) => (await readRecord(folder)) !== null,
    ...(signal && { signal }),
  });
  using held = new DisposableStack();
  held.use(entry);
  if (isNew) await trimCache(host);
  const record = await readRecord(entry.folder);
  if (record === null) throw new LonghaulError('E_CACHE_DAMAGED', `${entry.folder} changed while it was in use.`);
  held.move();
  const places = record.places.map(({ path, entries }, index) => ({ path, entries, folder: placeFolder(entry.folder, index) }));
  return { ...entry, key, places, notes: record.notes };
}

function placeFolder(snapshot: string, index: number): string {
  return join(snapshot, String(index), 'node_modules');
}

async function makeSnapshot(host: Host, folder: string, options: SnapshotOptions): Promise<void> {
  const scratch = join(folder, 'scratch');
  const tree = join(scratch, 'tree');
  await mkdir(tree, { recursive: true });
  const place = { host, gitDir: options.gitDir, workTree: tree, indexFile: join(scratch, 'index') };
  await git(place, ['read-tree', options.commit]);
  await git(place, ['checkout-index', '--all', '--force']);
  await clearTheWay(tree, options.files);
  // What an agent leaves in its own, npm would run: it trusts the compile cache that it finds in the temporary folder.
  const sandbox = await options.sandbox.apart(join(scratch, 'sandbox'));
  const notes = await runInstall(host, { ...options, sandbox, tree, scratch });

  const places: Record['places'] = [];
  for (const path of await findNodeModules(tree)) {
    if (isOfRepository(path, options.files)) continue;
    const target = placeFolder(folder, places.length);
    await mkdir(dirname(target));
    await rename(join(tree, path), target);
    for (const name of TOOL_CACHES) await mkdir(join(target, name), { recursive: true });
    places.push({ path, entries: (await measureFolder(target)).entries, names: (await readdir(target)).length });
  }
  await keepResolvedLockfile(tree, folder);
  await rm(scratch, { recursive: true, force: true });
  const record: Record = { schemaVersion: 1, notes, places };
  await writeFile(join(folder, RECORD), JSON.stringify(record));
}

/** A `node_modules` of the commit itself would be in the manager's way; one that is a link would lead it elsewhere. */
async function clearTheWay(tree: string, files: TreeFiles): Promise<void> {
  await rm(join(tree, 'node_modules'), { recursive: true, force: true });
  const links = [...files].filter(([path, { mode }]) => mode === '120000' && /(^|\/)node_modules$/.test(path));
  for (const [path] of links) await rm(join(tree, path), { force: true });
}

/** Folders of that name which hold files of the commit, such as fixtures of tests, are its own; only the root's is made by installs all the same. */
function isOfRepository(path: string, files: TreeFiles): boolean {
  return path !== 'node_modules' && [...files.keys()].some((file) => file.startsWith(`${path}/`));
}

async function keepResolvedLockfile(tree: string, folder: string): Promise<void> {
  for (const name of ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb']) {
    // A link may lead to any file of the host.
    const facts = await lstat(join(tree, name)).catch(() => null);
    if (facts?.isFile()) await copyFile(join(tree, name), join(folder, name));
  }
}

async function readRecord(folder: string): Promise<Record | null> {
  try {
    const record = Record.parse(JSON.parse(await readFile(join(folder, RECORD), 'utf8')));
    for (const [index, { names }] of record.places.entries()) {
      if ((await readdir(placeFolder(folder, index))).length !== names) return null;
    }
    return record;
  } catch {
    return null;
  }
}
