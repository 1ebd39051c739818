/** Finds the source files of a tree, without following a link out of it. */
import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';
import type { SkipReason } from '../snapshot.ts';

/** `test` covers fixtures and mocks. Production rules look at `production` only. */
export type Role = 'production' | 'test' | 'config';

export interface SourceFile {
  path: string;
  role: Role;
}

export interface SourceTree {
  /** Absolute, with links resolved: the resolver answers in real paths. */
  root: string;
  /** Sorted by path; relative, forward slashes. */
  files: SourceFile[];
  /** Folders that hold a package.json, `.` for the root. */
  packageFolders: string[];
  tsconfigs: string[];
  /** `lib` folders that the tsconfig beside them declares as output. */
  outputFolders: Set<string>;
  skipped: { path: string; reason: SkipReason }[];
}

const SOURCE = /\.[cm]?[jt]sx?$/;
const DECLARATION = /\.d\.([^.]+\.)?[cm]?ts$/;
const TEST_FOLDER = /^(tests?|__tests__|spec|specs|e2e|cypress|fixtures?|__fixtures__|mocks?|__mocks__|__snapshots__|testdata)$/i;
const TEST_FILE = /[.-](test|spec|e2e|cy|test-d|bench|stories|mock|fixture)\.[^.]+$|^(setupTests|(vitest|jest|test)[.-]setup)\.[^.]+$/i;
const CONFIG_FILE = /\.config\.[^.]+$|^\.|^(gulpfile|Gruntfile)\./;

/**
 * Reads folders only; no file but tsconfig.json is opened. Links are counted and never followed, so neither a loop nor a
 * file outside can enter. Declarations (`.d.ts`) are no sources: they say what others run.
 */
export async function findSourceFiles(folder: string, signal?: AbortSignal): Promise<SourceTree> {
  const tree: SourceTree = {
    root: await realpath(folder),
    files: [],
    packageFolders: [],
    tsconfigs: [],
    outputFolders: new Set(),
    skipped: [],
  };
  await walk(tree, '.', false, signal);
  tree.files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return tree;
}

/**
 * Whether a folder is never read: dependencies, dot folders and build output. `dist`, `coverage`, `build` and `out` are output unless they
 * lie below a `src` folder (some programs have a source folder named `build`); `lib` only when the tsconfig beside it declares it as output.
 */
export function isIgnoredFolder(path: string, outputFolders: ReadonlySet<string>): boolean {
  const parts = path.split('/');
  const name = parts.at(-1) ?? '';
  if (name === 'node_modules' || name === 'bower_components' || (name.startsWith('.') && name.length > 2)) return true;
  if (outputFolders.has(path)) return true;
  return /^(dist|coverage|build|out)$/.test(name) && !parts.slice(0, -1).includes('src');
}

async function walk(tree: SourceTree, folder: string, inTests: boolean, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  const entries = (await readdir(join(tree.root, folder), { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = new Set(entries.filter((entry) => entry.isFile()).map((entry) => entry.name));
  const hasManifest = names.has('package.json');
  if (hasManifest && !inTests) tree.packageFolders.push(folder);
  const tsconfig = ['tsconfig.json', 'jsconfig.json'].find((name) => names.has(name));
  if (tsconfig) tree.tsconfigs.push(posix.join(folder, tsconfig));
  if (tsconfig && (await declaresLibAsOutput(join(tree.root, folder, tsconfig)))) tree.outputFolders.add(posix.join(folder, 'lib'));

  for (const entry of entries) {
    const path = posix.join(folder, entry.name);
    if (entry.isSymbolicLink()) {
      if (isSource(entry.name)) tree.skipped.push({ path, reason: 'symbolic-link' });
    } else if (entry.isDirectory()) {
      // A name that is no UTF-8 leads nowhere as text, here as in an import.
      if (isIgnoredFolder(path, tree.outputFolders) || entry.name.includes('\uFFFD')) continue;
      await walk(tree, path, inTests || TEST_FOLDER.test(entry.name), signal);
    } else if (entry.isFile() && isSource(entry.name)) {
      tree.files.push({ path, role: roleOf(entry.name, inTests, folder === '.' || hasManifest) });
    }
  }
}

function isSource(name: string): boolean {
  return SOURCE.test(name) && !DECLARATION.test(name);
}

/** `app.config.ts` inside `src` is part of the program; beside a package.json it configures a tool. */
function roleOf(name: string, inTestFolder: boolean, atPackageRoot: boolean): Role {
  if (inTestFolder || TEST_FILE.test(basename(name))) return 'test';
  return atPackageRoot && CONFIG_FILE.test(name) ? 'config' : 'production';
}

async function declaresLibAsOutput(tsconfig: string): Promise<boolean> {
  return /"outDir"\s*:\s*"(\.\/)?lib\/?"/.test(await readFile(tsconfig, 'utf8').catch(() => ''));
}
