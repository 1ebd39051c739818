/** Packages that a submission makes of folders of tests. */
import { dirname } from 'node:path/posix';
import { isTestFile } from './test-files.ts';

/**
 * A package.json above a test decides how the test is loaded and where its imports lead, like a runner's configuration.
 * @param human paths of the human tree. @returns whether a path is a package.json that people lack, in a folder of tests that holds one of theirs.
 */
export function foreignScopes(human: readonly string[]): (path: string) => boolean {
  const known = new Set(human);
  const folders = new Set(human.filter(isTestFile).flatMap(foldersAbove));
  return (path) => /(^|\/)package\.json$/.test(path) && isTestFile(path) && !known.has(path) && folders.has(dirname(path));
}

function foldersAbove(path: string): string[] {
  const folder = dirname(path);
  return folder === '.' ? [] : [folder, ...foldersAbove(folder)];
}
