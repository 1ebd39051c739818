/** The folders that an install made in a tree. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Every `node_modules` that lies in no other one: the root's, and those of workspace packages. Sorted; links are not followed. */
export async function findNodeModules(tree: string, below = ''): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(tree, below), { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name === '.git') continue;
    const path = join(below, entry.name);
    if (entry.name === 'node_modules') found.push(path);
    else found.push(...(await findNodeModules(tree, path)));
  }
  return found.sort();
}
