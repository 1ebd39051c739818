/** A file of a tree that a stranger has filled. */
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Its text; null when it is missing, a folder, or a link, which may lead anywhere. */
export async function readOwnFile(tree: string, name: string): Promise<string | null> {
  const path = join(tree, name);
  const facts = await lstat(path).catch(() => null);
  return facts?.isFile() ? readFile(path, 'utf8') : null;
}
