/** Packages that a submission makes of folders of tests, or puts beside them. */
import { dirname } from 'node:path/posix';
import { isTestFile } from './test-files.ts';

/**
 * A package.json above a test decides how the test is loaded and where its imports lead, like a runner's configuration; a package in a
 * node_modules nearer to it than that of the project is what it imports instead of the one that people have installed.
 * @param human paths of the human tree. @returns whether a path that people lack is a package.json in a folder of tests that holds one of
 * theirs, or lies in a node_modules, or is one, in any folder but the outermost that holds one.
 */
export function foreignPackages(human: readonly string[]): (path: string) => boolean {
  const known = new Set(human);
  const folders = new Set(human.filter(isTestFile).flatMap(foldersAbove));
  const isScope = (path: string) => /(^|\/)package\.json$/.test(path) && isTestFile(path) && folders.has(dirname(path));
  const isNearer = (path: string) => folders.has(/^(.+?)\/node_modules(\/|$)/.exec(path)?.[1] ?? '');
  return (path) => !known.has(path) && (isScope(path) || isNearer(path));
}

function foldersAbove(path: string): string[] {
  const folder = dirname(path);
  return folder === '.' ? [] : [folder, ...foldersAbove(folder)];
}
