/** The trees that every tool of a bench reads: a copy of plain files, without what was installed, as a repository of one commit. */
import { cp, mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';

const CODE = /\.[cm]?[jt]sx?$/;
const LEFT_OUT = new Set(['node_modules', '.git', '.fallow']);

export interface Tree {
  name: string;
  folder: string;
  /** TypeScript and JavaScript files without declarations. */
  files: number;
}

/** @param source a folder, or `folder#part`: the part, and of the files beside it those that are no code (manifest, tsconfig) */
export async function copyTree(root: string, name: string, source: string): Promise<Tree> {
  const [folder = source, part] = source.split('#');
  const target = await mkdtemp(join(root, 'tree-'));
  const isWanted = (path: string) => !LEFT_OUT.has(basename(path));
  const entries = (await readdir(folder, { withFileTypes: true })).filter((each) => isWanted(each.name));
  const chosen = part === undefined ? entries : entries.filter((each) => each.name === part || (each.isFile() && !CODE.test(each.name)));
  for (const entry of chosen) {
    await cp(join(folder, entry.name), join(target, entry.name), { recursive: true, filter: (path) => path === folder || isWanted(path) });
  }
  return commitTree(name, target);
}

/** @param files path to text */
export async function writeTree(root: string, name: string, files: Iterable<readonly [string, string]>): Promise<Tree> {
  const target = await mkdtemp(join(root, 'tree-'));
  for (const [path, text] of files) {
    await mkdir(join(target, path, '..'), { recursive: true });
    await writeFile(join(target, path), text);
  }
  return commitTree(name, target);
}

async function commitTree(name: string, folder: string): Promise<Tree> {
  const git = (...args: string[]) => execa('git', ['-C', folder, '-c', 'user.name=bench', '-c', 'user.email=bench@example.org', ...args]);
  await git('init', '--quiet');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'as copied');
  const { stdout } = await git('ls-files', '-z');
  const files = stdout.split('\0').filter((path) => CODE.test(path) && !/\.d\.([^.]+\.)?[cm]?ts$/.test(path));
  return { name, folder, files: files.length };
}
