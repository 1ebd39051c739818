/** Gives a tree its dependencies: shared by mounts where the sandbox has them, as files of its own elsewhere. */
import { lstat, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { LonghaulError } from '#contracts';
import type { Host, LayMethod } from '../host.ts';
import { removeLocked } from '../locked-files.ts';
import { runProcess } from '../sandbox/run-process.ts';
import type { Mount, OverlayMount } from '../sandbox/sandbox.ts';
import { type InstalledPlace, type InstallSnapshot, TOOL_CACHES } from './install-snapshot.ts';
import type { TreeFiles } from './snapshot-key.ts';

const COPY_TIMEOUT_MS = 15 * 60_000;
/** Below this, files of its own cost a tree less than every command a mount. pnpm's packages hold a few links each. */
const MOUNTED_FROM_ENTRIES = 2000;

export interface LaidDependencies {
  readonly method: LayMethod;
  /** What the next command must be given. Looked up anew each time: the last one may have moved the folders to mount on. */
  mounts(): Promise<{ mounts: Mount[]; overlays: OverlayMount[] }>;
  /** Whether commands see more at a path of the tree than its files on the host. */
  covers(path: string): boolean;
}

export interface LayOptions {
  /** The work tree, and how commands see it. */
  tree: Mount;
  /** Of the commit whose tree it is: what it has in `node_modules` stays as it is. */
  files: TreeFiles;
  /** What commands write goes here; must be new with every set of dependencies, and lie in the cache. */
  changes: string;
  method: LayMethod;
}

/**
 * In place of what lies there. Never a link leads the way: where a file or a link stands instead of a package's folder, that package is passed over.
 *
 * A mounted folder is covered only inside the sandbox and only while a command runs, so nothing can stay mounted. For programs on the host,
 * such as a compiler that looks up types, there is a folder of links to the snapshot in its place. They must not write through it.
 */
export async function layDependencies(host: Host, snapshot: InstallSnapshot, options: LayOptions): Promise<LaidDependencies> {
  const { tree, files, method } = options;
  const mounted: InstalledPlace[] = [];
  for (const place of snapshot.places) {
    if (!(await isOwnFolder(tree.host, dirname(place.path)))) continue;
    const target = join(tree.host, place.path);
    if (isTracked(place.path, files)) {
      await mkdir(dirname(target), { recursive: true });
      await addMissing(host, place.folder, target);
      continue;
    }
    await removeLocked(target);
    await mkdir(dirname(target), { recursive: true });
    const isMounted =
      (method === 'overlay' || method === 'read-only') && (place.path === 'node_modules' || place.entries >= MOUNTED_FROM_ENTRIES);
    if (isMounted) {
      await linkEntries(place.folder, target, tree.host);
      mounted.push(place);
    } else {
      await copy(host, place.folder, target);
    }
  }
  return {
    method,
    covers: (path) => mounted.length > 0 && /(^|\/)node_modules(\/|$)/.test(path),
    async mounts() {
      const present: InstalledPlace[] = [];
      for (const place of mounted) if (await isOwnFolder(tree.host, place.path, 'present')) present.push(place);
      const index = (place: InstalledPlace) => String(snapshot.places.indexOf(place));
      if (method === 'overlay') {
        const overlays = present.map((place) => ({
          lower: place.folder,
          changes: join(options.changes, index(place)),
          inside: join(tree.inside, place.path),
        }));
        for (const { changes } of overlays) await mkdir(changes, { recursive: true });
        return { mounts: [], overlays };
      }
      const mounts = await Promise.all(
        present.map((place) => readOnly(place, join(tree.inside, place.path), join(options.changes, index(place)))),
      );
      return { mounts: mounts.flat(), overlays: [] };
    },
  };
}

async function readOnly({ folder }: InstalledPlace, inside: string, changes: string): Promise<Mount[]> {
  const caches = TOOL_CACHES.map((name) => ({ host: join(changes, name), inside: join(inside, name), writable: true }));
  for (const cache of caches) await mkdir(cache.host, { recursive: true });
  return [{ host: folder, inside, writable: false }, ...caches];
}

function isTracked(path: string, files: TreeFiles): boolean {
  return [...files.keys()].some((file) => file === path || file.startsWith(`${path}/`));
}

/**
 * Links are made as they are, because they lead to neighbours; one that leads out of the tree is left out. Folders of a scope are real,
 * because some of their entries are links.
 */
async function linkEntries(from: string, to: string, tree: string): Promise<void> {
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isSymbolicLink()) {
      const leadsTo = await readlink(source);
      if (resolve(to, leadsTo).startsWith(tree + sep)) await symlink(leadsTo, target);
    } else if (entry.isDirectory() && entry.name.startsWith('@')) await linkEntries(source, target, tree);
    else await symlink(source, target);
  }
}

/** Beside what the repository has in `node_modules` itself, package by package. Where it has a link or a file in the folder's place, nothing. */
async function addMissing(host: Host, from: string, to: string): Promise<void> {
  // What the human commit has there, the tree may lack.
  const facts = await lstat(to).catch(() => null);
  if (facts === null) return copy(host, from, to);
  if (!facts.isDirectory()) return;
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const target = join(to, entry.name);
    const present = await lstat(target).catch(() => null);
    if (present === null) await copy(host, join(from, entry.name), target);
    else if (present.isDirectory() && entry.name.startsWith('@')) await addMissing(host, join(from, entry.name), target);
  }
}

/** By cp, because it keeps links as links, and copies by reference where the file system can. */
async function copy(host: Host, from: string, to: string): Promise<void> {
  const result = await runProcess(['cp', '-a', '--reflink=auto', from, to], {
    cwd: dirname(to),
    environment: { PATH: host.environment.PATH ?? '' },
    timeoutMs: COPY_TIMEOUT_MS,
  });
  if (result.exitCode !== 0) throw LonghaulError.from(new Error(result.output), `copying dependencies to ${to}`);
}

/** Whether this path lies in the tree or could be made there: not where an agent has put a file or a link that may lead anywhere. */
async function isOwnFolder(tree: string, path: string, wanted: 'present' | 'possible' = 'possible'): Promise<boolean> {
  if (path === '.') return true;
  if (!(await isOwnFolder(tree, dirname(path), wanted))) return false;
  return lstat(join(tree, path)).then(
    (facts) => facts.isDirectory(),
    () => wanted === 'possible',
  );
}
