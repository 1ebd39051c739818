/** An empty repository, as gitrepository-layout(5) asks for it: no process, no sample hook, no template of the machine. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** @param options.borrowsFrom folders of objects that are read as if they lay in the repository, first one first. */
export async function layRepository(gitDir: string, options: { bare: boolean; borrowsFrom?: readonly string[] }): Promise<void> {
  const { bare, borrowsFrom = [] } = options;
  await Promise.all(
    ['objects/info', 'objects/pack', 'refs/heads', 'info'].map((folder) => mkdir(join(gitDir, folder), { recursive: true })),
  );
  await writeFile(join(gitDir, 'config'), `[core]\n\trepositoryformatversion = 0\n\tbare = ${bare}\n`);
  if (borrowsFrom.length > 0) await writeFile(join(gitDir, 'objects/info/alternates'), borrowsFrom.map((folder) => `${folder}\n`).join(''));
  await writeFile(join(gitDir, 'HEAD'), 'ref: refs/heads/main\n');
}
