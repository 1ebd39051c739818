/** Packages of the repository itself among its dependencies: they are read from the tree, never from the commit that was installed. */
import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, realpath, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { isTestFile } from '../tests/test-files.ts';
import { findNodeModules } from './find-node-modules.ts';
import { readOwnFile } from './own-file.ts';
import type { TreeFiles } from './snapshot-key.ts';

/**
 * Some managers copy `file:` folders and injected workspace packages, so that the human commit's code and tests would lie in every tree
 * that gets its dependencies. A copy becomes a relative link into the tree, as npm makes for workspaces, and its own dependencies move
 * to where the link leads. Of what is no whole copy, such as what was packed on the way, files that are tests of the commit are removed.
 * To be done before anything of the repository has run: what a script makes is no copy.
 * @param tree a checkout of the commit, installed.
 */
export async function linkOwnPackages(tree: string, files: TreeFiles): Promise<void> {
  const owned = await ownedPackages(tree, files);
  const tests = await testsOf(tree, files);
  for (const place of await findNodeModules(tree)) {
    for (const folder of await packagesIn(join(tree, place))) {
      const original = await originalOf(folder, owned, tree, files);
      if (original === null) await removeTests(folder, tests);
      else await replaceByLink(folder, join(tree, original));
    }
  }
}

const Identity = z.object({ name: z.string(), version: z.string().optional() });

interface OwnedPackage {
  /** Relative to the tree; empty for its root. */
  folder: string;
  manifest: string;
  identity: string | null;
}

async function ownedPackages(tree: string, files: TreeFiles): Promise<OwnedPackage[]> {
  const manifests = [...files.keys()].filter((path) => /(^|\/)package\.json$/.test(path) && !/(^|\/)node_modules\//.test(path));
  const owned: OwnedPackage[] = [];
  for (const path of manifests.sort()) {
    const manifest = await readOwnFile(tree, path);
    if (manifest !== null) owned.push({ folder: path.replace(/\/?package\.json$/, ''), manifest, identity: identityOf(manifest) });
  }
  return owned;
}

function identityOf(manifest: string): string | null {
  try {
    const { name, version } = Identity.parse(JSON.parse(manifest));
    return `${name}@${version}`;
  } catch {
    return null;
  }
}

/** Folders of packages in a `node_modules`, those of their own `node_modules` first. Managers keep stores in folders that begin with a dot. */
async function packagesIn(nodeModules: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(nodeModules, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const path = join(nodeModules, entry.name);
    if (entry.name.startsWith('@')) found.push(...(await packagesIn(path)));
    else if (entry.name.startsWith('.')) {
      for (const stored of await subfolders(path)) {
        if (stored === 'node_modules') found.push(...(await packagesIn(join(path, stored))));
        else found.push(...(await nestedIn(join(path, stored))));
      }
    } else found.push(...(await nestedIn(path)), path);
  }
  return found;
}

async function nestedIn(folder: string): Promise<string[]> {
  const isNested = (await subfolders(folder)).includes('node_modules');
  return isNested ? packagesIn(join(folder, 'node_modules')) : [];
}

async function subfolders(folder: string): Promise<string[]> {
  return (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** Of the repository's packages the one that this is a copy of: each of its files is the tracked one, byte for byte. Packing may rewrite manifests. */
async function originalOf(folder: string, owned: readonly OwnedPackage[], tree: string, files: TreeFiles): Promise<string | null> {
  const manifest = await readOwnFile(folder, 'package.json');
  if (manifest === null) return null;
  const identity = identityOf(manifest);
  for (const one of owned) {
    if (one.manifest !== manifest && (identity === null || one.identity !== identity)) continue;
    if (await isCopy(folder, one.folder, tree, files)) return one.folder;
  }
  return null;
}

async function isCopy(folder: string, original: string, tree: string, files: TreeFiles): Promise<boolean> {
  for (const path of await regularFiles(folder)) {
    if (path === 'package.json') continue;
    const tracked = join(original, path);
    if (!files.has(tracked)) return false;
    const [text, other] = await Promise.all([readFile(join(folder, path)), readFile(join(tree, tracked)).catch(() => null)]);
    if (other === null || !text.equals(other)) return false;
  }
  return true;
}

/** Relative paths, without those of packages inside. */
async function regularFiles(folder: string, below = ''): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    const path = join(below, entry.name);
    if (entry.isFile()) found.push(path);
    else if (entry.isDirectory() && entry.name !== 'node_modules') found.push(...(await regularFiles(folder, path)));
  }
  return found;
}

async function replaceByLink(folder: string, original: string): Promise<void> {
  const dependencies = join(original, 'node_modules');
  if ((await subfolders(folder)).includes('node_modules')) await adopt(join(folder, 'node_modules'), dependencies, rename);
  // In a store what a package needs lies beside it, as links to other folders of the store.
  const beside = folder.slice(0, folder.lastIndexOf('/node_modules/') + '/node_modules'.length);
  await rm(folder, { recursive: true });
  await symlink(relative(dirname(folder), original) || '.', folder);
  if (/\/node_modules\/\.[^/]+\/[^/]+\/node_modules$/.test(beside)) await adopt(beside, dependencies, linkTo);
}

async function adopt(from: string, to: string, take: (source: string, target: string) => Promise<void>): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    const present = await lstat(target).catch(() => null);
    if (entry.isDirectory() && entry.name.startsWith('@')) await adopt(source, target, take);
    else if (present === null) await take(source, target);
  }
}

async function linkTo(source: string, target: string): Promise<void> {
  const real = await realpath(source).catch(() => null);
  if (real !== null && real !== dirname(dirname(target))) await symlink(relative(dirname(target), real), target);
}

/** Sizes and content ids of the commit's tests. Empty ones tell nothing. */
interface Tests {
  sizes: ReadonlySet<number>;
  oids: ReadonlySet<string>;
}

async function testsOf(tree: string, files: TreeFiles): Promise<Tests> {
  const tests = [...files].filter(([path, { mode }]) => mode.startsWith('100') && isTestFile(path));
  const sizes = await Promise.all(
    tests.map(([path]) =>
      lstat(join(tree, path)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return { sizes: new Set(sizes.filter((size) => size > 0)), oids: new Set(tests.map(([, { oid }]) => oid)) };
}

/** Only where they are tests of the package too: what a fixture shares with a published package is nobody's secret. */
async function removeTests(folder: string, { sizes, oids }: Tests): Promise<void> {
  if (sizes.size === 0) return;
  for (const path of (await regularFiles(folder)).filter(isTestFile)) {
    const file = join(folder, path);
    if (!sizes.has((await lstat(file)).size)) continue;
    const content = await readFile(file);
    const isOne = ['sha1', 'sha256'].some((hash) =>
      oids.has(createHash(hash).update(`blob ${content.length}\0`).update(content).digest('hex')),
    );
    if (isOne) await rm(file);
  }
}
