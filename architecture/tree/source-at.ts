/** The order in which a path without a promise finds its file. */
import { posix } from 'node:path';

/** TypeScript is written with the extension of what it becomes. Code comes before the declaration that lies beside it: it is what runs. */
const BECOMES: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.js', '.jsx', '.d.ts'],
  '.jsx': ['.tsx', '.ts', '.jsx', '.js', '.d.ts'],
  '.mjs': ['.mts', '.mjs', '.d.mts'],
  '.cjs': ['.cts', '.cjs', '.d.cts'],
};
const SOURCE_EXTENSIONS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.d.ts', '.d.mts', '.d.cts'] as const;

/** @returns the file that a path means, its extension replaced, kept or added @param has whether a file is a source of the tree */
export function fileAt(path: string, has: (path: string) => boolean): string | undefined {
  const dot = path.lastIndexOf('.');
  const extension = dot > path.lastIndexOf('/') ? path.slice(dot) : '';
  for (const written of BECOMES[extension] ?? []) {
    const file = path.slice(0, dot) + written;
    if (has(file)) return file;
  }
  if (extension !== '' && has(path)) return path;
  for (const added of SOURCE_EXTENSIONS) if (has(path + added)) return path + added;
  return undefined;
}

export function indexOf(folder: string, has: (path: string) => boolean): string | undefined {
  const stem = posix.join(folder, 'index');
  const extension = SOURCE_EXTENSIONS.find((each) => has(stem + each));
  return extension && stem + extension;
}
