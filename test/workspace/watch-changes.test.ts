/** What happens to the files of a tree is seen beside whatever works in it, and in nobody's words. */
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { CommitSha } from '#contracts';
import type { GitRepository } from '../helpers/git-repository.ts';
import { useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
let garden: GitRepository;
beforeAll(async () => {
  garden = await workshop.repository(
    { files: { 'bed.ts': 'tulip\n', 'shed/spade.ts': 'steel\n', 'pond.ts': 'carp\n', '.gitignore': 'compost/\n' } },
    { files: { 'bed.ts': 'tulip\n', 'hedge.ts': 'yew\n' } },
  );
});
const commit = (index: number) => garden.commits[index] as CommitSha;

test('what was written, added, deleted and moved since the last look', async () => {
  await using workspace = await workshop.open(garden);
  const watch = await workspace.watchChanges();
  expect(watch.files).toEqual(['.gitignore', 'bed.ts', 'pond.ts', 'shed/spade.ts']);
  expect(await watch.next()).toEqual([]);

  await workspace.writeFile('bed.ts', 'roses\n');
  await workspace.writeFile('wall/stone.ts', 'granite\n');
  expect(await watch.next()).toEqual(['bed.ts', 'wall/stone.ts']);

  await rm(join(workspace.folder, 'pond.ts'));
  await rename(join(workspace.folder, 'shed/spade.ts'), join(workspace.folder, 'shed/shovel.ts'));
  expect(await watch.next()).toEqual(['bed.ts', 'pond.ts', 'shed/shovel.ts', 'shed/spade.ts', 'wall/stone.ts']);
});

test('what became again what it was is named once more', async () => {
  await using workspace = await workshop.open(garden);
  const watch = await workspace.watchChanges();
  await workspace.writeFile('bed.ts', 'weeds\n');
  await workspace.writeFile('wall.ts', 'granite\n');
  await watch.next();
  await workspace.writeFile('bed.ts', 'tulip\n');
  await rm(join(workspace.folder, 'wall.ts'));
  expect(await watch.next()).toEqual(['bed.ts', 'wall.ts']);
  expect(await watch.next()).toEqual([]);
});

test('a change of equal length is seen, whatever time the file claims to be of', async () => {
  await using workspace = await workshop.open(garden);
  const watch = await workspace.watchChanges();
  const bed = join(workspace.folder, 'bed.ts');
  await writeFile(bed, 'lilac\n');
  await utimes(bed, new Date('2001-02-03'), new Date('2001-02-03'));
  expect(await watch.next()).toEqual(['bed.ts']);
});

test('human commits that are carried in, and commits of the agent, are no way past it', async () => {
  await using workspace = await workshop.open(garden, { referenceCommits: [commit(1)] });
  const watch = await workspace.watchChanges();
  await workspace.mergeIn({ from: commit(0), to: commit(1), withheld: [], notOwn: () => false, yielding: () => false });
  await workspace.freeze(commit(0));
  expect(await watch.next()).toEqual(['hedge.ts']);
  await workspace.writeFile('shed/rake.ts', 'ash\n');
  const identity = ['-c', 'user.name=Gardener', '-c', 'user.email=gardener@example.org'];
  execFileSync('git', [...identity, 'add', '--all'], { cwd: workspace.folder });
  execFileSync('git', [...identity, 'commit', '--quiet', '-m', 'rake'], { cwd: workspace.folder });
  expect(await watch.next()).toEqual(['hedge.ts', 'shed/rake.ts']);
});

test('ignored files are none, and a watch leaves the tree as it is', async () => {
  await using workspace = await workshop.open(garden);
  const index = () => readFile(join(workspace.folder, '.git/index'));
  const before = await index();
  const watch = await workspace.watchChanges();
  await workspace.writeFile('compost/peel.ts', 'apple\n');
  await workspace.writeFile('node_modules/seed/index.ts', 'poppy\n');
  await symlink('/etc', join(workspace.folder, 'gate'));
  await mkdir(join(workspace.folder, 'neighbour'));
  execFileSync('git', ['init', '--quiet'], { cwd: join(workspace.folder, 'neighbour') });
  await workspace.writeFile('neighbour/fence.ts', 'oak\n');
  expect(await watch.next()).toEqual(['gate']);
  expect(await index()).toEqual(before);
  // What the workspace hands over does not depend on who else has looked.
  const { tree } = await workspace.freeze(commit(0));
  await watch.next();
  expect((await workspace.freeze(commit(0))).tree).toBe(tree);
});
