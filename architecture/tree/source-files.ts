/** Finds the files of a tree, without following a link out of it, and says what part each source plays. */
import { type Dirent, lstatSync, readdirSync, realpathSync } from 'node:fs';
import { join, posix } from 'node:path';
import { z } from 'zod';
import { readText } from './read-file.ts';

/** `test` covers fixtures and mocks; `declaration` is a `.d.ts`: it says what others run. Production rules look at `production` only. */
export const Role = z.enum(['production', 'test', 'config', 'declaration']);
export type Role = z.infer<typeof Role>;

/** All paths are relative to the root, with forward slashes. */
export interface SourceTree {
  /** Absolute, with links resolved: the resolver answers in real paths. */
  root: string;
  sources: Map<string, Role>;
  /** Every other file: what an import of a picture or a style sheet leads to. */
  assets: Set<string>;
  /** Folders that hold a package.json, `.` for the root; fixtures of tests are no packages. */
  packageFolders: Set<string>;
  /** By folder: its tsconfig.json or jsconfig.json. */
  tsconfigs: Map<string, string>;
  /** `lib` folders that the tsconfig beside them declares as output. */
  outputFolders: Set<string>;
  /** Links that look like a source. */
  links: Set<string>;
  /** The caller named its files: the disk may hold others, which are none of ours. */
  isListed: boolean;
}

const SOURCE = /\.[cm]?[jt]sx?$/;
const DECLARATION = /\.d\.([^.]+\.)?[cm]?ts$/;
const TEST_FOLDER =
  /^(_?tests?|__tests__|benchmarks?|spec|specs|e2e|cypress|fixtures?|__fixtures__|mocks?|__mocks__|__snapshots__|testdata)$/i;
const TEST_FILE = /[.-](test|spec|e2e|cy|test-d|bench|stories|mock|fixture)\.[^.]+$|^(setupTests|(vitest|jest|test)[.-]setup)\.[^.]+$/i;
const CONFIG_FILE = /\.config\.[^.]+$|^\.|^(gulpfile|Gruntfile)\./;
const OUTPUT_FOLDER = /^(dist|coverage|build|out)$/;
/** A folder that is read in one turn, so that timers run in between. */
const ENTRIES_PER_TURN = 2_000;

export interface TreeOptions {
  signal?: AbortSignal | undefined;
  /** All files there are, relative to the folder, when the caller knows them (from git, say); otherwise the folder is walked. */
  files?: Iterable<string> | undefined;
}

/** Reads folders only; no file but tsconfig.json is opened. Links are counted and never followed, so neither a loop nor a file outside can enter. */
export async function findSourceFiles(folder: string, { signal, files }: TreeOptions = {}): Promise<SourceTree> {
  const tree: SourceTree = {
    root: realpathSync(folder),
    sources: new Map(),
    assets: new Set(),
    packageFolders: new Set(),
    tsconfigs: new Map(),
    outputFolders: new Set(),
    links: new Set(),
    isListed: files !== undefined,
  };
  // A root that cannot be read is an error, whoever knows its files.
  const names = readdirSync(tree.root, { withFileTypes: true });
  await (files ? takeList(tree, files, signal) : walk(tree, '.', names, signal));
  return tree;
}

/**
 * Whether a folder is never read: dependencies, dot folders and build output. `dist`, `coverage`, `build` and `out` are output unless they
 * lie below a `src` folder (some programs have a source folder named `build`); `lib` only when the tsconfig beside it declares it as output.
 */
function isIgnoredFolder(path: string, outputFolders: ReadonlySet<string>): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name === 'node_modules' || name === 'bower_components' || (name.startsWith('.') && name.length > 2)) return true;
  if (outputFolders.has(path)) return true;
  return OUTPUT_FOLDER.test(name) && !path.split('/').slice(0, -1).includes('src');
}

/** Whether a path lies in a folder that is never read. */
export function isIgnored(path: string, tree: Pick<SourceTree, 'outputFolders'>): boolean {
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
    if (isIgnoredFolder(path.slice(0, slash), tree.outputFolders)) return true;
  }
  return false;
}

/** Whether a file of this name holds TypeScript or JavaScript, declarations included. */
export function isSource(path: string): boolean {
  return SOURCE.test(path);
}

/** `app.config.ts` inside `src` is part of the program; beside a package.json it configures a tool. */
export function roleOf(path: string, { packageFolders }: Pick<SourceTree, 'packageFolders'>): Role {
  const folder = posix.dirname(path);
  const name = posix.basename(path);
  if (isTestFolder(folder) || TEST_FILE.test(name)) return 'test';
  if (DECLARATION.test(name)) return 'declaration';
  return packageFolders.has(folder) || folder === '.' ? (CONFIG_FILE.test(name) ? 'config' : 'production') : 'production';
}

function isTestFolder(folder: string): boolean {
  return folder.split('/').some((part) => TEST_FOLDER.test(part));
}

async function walk(tree: SourceTree, start: string, entries: Dirent[], signal: AbortSignal | undefined): Promise<void> {
  const folders: string[] = [];
  let left = ENTRIES_PER_TURN;
  for (let folder: string | undefined = start, found = entries; folder !== undefined; ) {
    takeFolder(tree, folder, found, folders);
    left -= found.length + 20;
    if (left < 0) {
      left = ENTRIES_PER_TURN;
      await new Promise<void>((resume) => setImmediate(resume));
      signal?.throwIfAborted();
    }
    folder = folders.pop();
    if (folder !== undefined) found = readdirSync(join(tree.root, folder), { withFileTypes: true });
  }
  signal?.throwIfAborted();
}

function takeFolder(tree: SourceTree, folder: string, entries: readonly Dirent[], folders: string[]): void {
  const prefix = folder === '.' ? '' : `${folder}/`;
  const files = entries.filter((entry) => entry.isFile()).map((entry) => prefix + entry.name);
  for (const path of files) takeConfig(tree, path);
  for (const path of files) takeFile(tree, path);
  for (const entry of entries) {
    const path = prefix + entry.name;
    if (entry.isSymbolicLink()) takeLink(tree, path);
    // A name that is no UTF-8 leads nowhere as text, here as in an import.
    else if (entry.isDirectory() && !entry.name.includes('\uFFFD') && !isIgnoredFolder(path, tree.outputFolders)) folders.push(path);
  }
}

async function takeList(tree: SourceTree, files: Iterable<string>, signal: AbortSignal | undefined): Promise<void> {
  const links = new Map<string, boolean>();
  const paths = [...files]
    .map((path) => posix.normalize(path))
    .filter((path) => {
      if (path.startsWith('../') || path.startsWith('/')) return false;
      const folder = posix.dirname(path);
      if (!links.has(folder)) links.set(folder, isBehindLink(tree.root, path));
      return links.get(folder) === false;
    });
  for (const path of paths) takeConfig(tree, path);
  for (const path of paths) if (!isIgnored(path, tree)) takeFile(tree, path);
  signal?.throwIfAborted();
}

/** Configuration decides what the other files are, so it is taken first. */
function takeConfig(tree: SourceTree, path: string): void {
  const name = posix.basename(path);
  const folder = posix.dirname(path);
  if (name === 'package.json' && !isTestFolder(folder)) tree.packageFolders.add(folder);
  if (name !== 'tsconfig.json' && name !== 'jsconfig.json') return;
  if (name === 'tsconfig.json' || !tree.tsconfigs.has(folder)) tree.tsconfigs.set(folder, path);
  if (/"outDir"\s*:\s*"(\.\/)?lib\/?"/.test(readText(join(tree.root, path)) ?? '')) tree.outputFolders.add(posix.join(folder, 'lib'));
}

/**
 * Reads the configuration among the files of a tree anew.
 * @returns whether other folders than before count as output
 */
export function takeConfiguration(tree: SourceTree): boolean {
  const before = new Set(tree.outputFolders);
  for (const each of [tree.packageFolders, tree.tsconfigs, tree.outputFolders]) each.clear();
  for (const path of tree.assets) takeConfig(tree, path);
  return before.symmetricDifference(tree.outputFolders).size > 0;
}

/** Whether there is a regular file by that name, which no link leads to. */
export function exists({ root }: SourceTree, path: string): boolean {
  try {
    return lstatSync(join(root, path)).isFile() && !isBehindLink(root, path);
  } catch {
    return false;
  }
}

/** Whether the folder that a path names is reached through a link, or is not there. */
export function isBehindLink(root: string, path: string): boolean {
  const folder = join(root, posix.dirname(path));
  try {
    return realpathSync.native(folder) !== folder;
  } catch {
    return true;
  }
}

/** The files below a folder: those on disk and those that were known. */
export function* filesBelow(tree: SourceTree, folder: string): Iterable<string> {
  const prefix = folder === '.' ? '' : `${folder}/`;
  for (const known of [tree.sources.keys(), tree.assets]) {
    for (const path of [...known]) if (path.startsWith(prefix)) yield path;
  }
  let entries: Dirent[] = [];
  try {
    if (lstatSync(join(tree.root, folder)).isDirectory() && !isIgnoredFolder(folder, tree.outputFolders)) {
      entries = readdirSync(join(tree.root, folder), { withFileTypes: true });
    }
  } catch {
    // Gone, or a file.
  }
  for (const entry of entries) {
    if (entry.isDirectory()) yield* filesBelow(tree, prefix + entry.name);
    else yield prefix + entry.name;
  }
}

function takeFile(tree: SourceTree, path: string): void {
  if (SOURCE.test(path)) tree.sources.set(path, roleOf(path, tree));
  else tree.assets.add(path);
}

function takeLink(tree: SourceTree, path: string): void {
  if (SOURCE.test(path)) tree.links.add(path);
}
