/** Which files of a tree a build makes, as far as git is told to ignore them. */
import { join, posix } from 'node:path';
import ignore from 'ignore';
import { readText } from './read-file.ts';

const SUFFIXES = ['', '.js', '.ts', '/index.js'];

/**
 * By the .gitignore of the root: a program may import what only its build writes, and no clone has that.
 * @returns whether an import of a file, as it is written there, leads to such a place
 */
export function buildOutput(root: string): (importer: string, specifier: string) => boolean {
  const rules = ignore().add(readText(join(root, '.gitignore')) ?? '');
  return (importer, specifier) => {
    if (!specifier.startsWith('.')) return false;
    const target = posix.join(posix.dirname(importer), specifier);
    return SUFFIXES.some((suffix) => ignore.isPathValid(target + suffix) && rules.ignores(target + suffix));
  };
}
