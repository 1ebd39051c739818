/** What people did since, laid or merged into a tree that an agent has worked in. */
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CommitSha } from '#contracts';
import type { GitRepository } from '../helpers/git-repository.ts';
import { useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
const SONG = 'one\n\n\ntwo\n\n\nthree\n';

let choir: GitRepository;
beforeAll(async () => {
  choir = await workshop.repository(
    { files: { 'song.txt': SONG, 'notes/a.txt': 'a\n', 'old.txt': 'old\n' } },
    { files: { 'song.txt': SONG.replace('one', 'ONE'), 'notes/b.txt': 'b\n', 'old.txt': null, 'run.sh': { program: '#!/bin/sh\n' } } },
  );
});
const commit = (index: number) => choir.commits[index] as CommitSha;
const ALL_ITS_OWN = { withheld: [], notOwn: () => false, yielding: () => false };
const change = () => ({ ...ALL_ITS_OWN, from: commit(0), to: commit(1) });

describe('mergeIn', () => {
  test('keeps both sides’ work, and what people deleted goes', async () => {
    await using workspace = await workshop.open(choir, { referenceCommits: [commit(1)] });
    await workspace.writeFile('song.txt', SONG.replace('three', 'THREE'));
    await workspace.writeFile('mine.txt', 'mine\n');
    expect(await workspace.mergeIn(change())).toEqual([]);
    expect(await workspace.readFile('song.txt')).toBe(SONG.replace('one', 'ONE').replace('three', 'THREE'));
    expect(await workspace.listFiles()).toEqual(['mine.txt', 'notes/a.txt', 'notes/b.txt', 'run.sh', 'song.txt']);
    expect((await workspace.exec(['./run.sh'])).exitCode).toBe(0);
  });

  test('changes nothing where both changed the same', async () => {
    await using workspace = await workshop.open(choir, { referenceCommits: [commit(1)] });
    await workspace.writeFile('song.txt', SONG.replace('one', '1'));
    await workspace.writeFile('old.txt', 'young\n');
    const before = await workspace.freeze(commit(0));
    expect(await workspace.mergeIn(change())).toEqual(['old.txt', 'song.txt']);
    expect(await workspace.freeze(commit(0))).toEqual(before);
    // Unless it was never the tree's to change, or the tree was never given it.
    expect(await workspace.mergeIn({ ...change(), withheld: ['old.txt'], notOwn: (path) => path === 'song.txt' })).toEqual([]);
    expect([await workspace.readFile('song.txt'), await workspace.readFile('old.txt')]).toEqual([SONG.replace('one', 'ONE'), 'young\n']);
  });

  test('yields where it may, and only where sides conflict', async () => {
    await using workspace = await workshop.open(choir, { referenceCommits: [commit(1)] });
    await workspace.writeFile('song.txt', SONG.replace('one', '1').replace('three', 'THREE'));
    await workspace.writeFile('notes/a.txt', 'mine\n');
    const yielding = (path: string) => path.endsWith('.txt');
    expect(await workspace.mergeIn({ ...change(), yielding: (path) => path === 'old.txt' })).toEqual(['song.txt']);
    expect(await workspace.mergeIn({ ...change(), yielding })).toEqual([]);
    expect([await workspace.readFile('song.txt'), await workspace.readFile('notes/a.txt')]).toEqual([SONG.replace('one', 'ONE'), 'mine\n']);
  });

  test('reads no driver and runs no program that the tree names', async () => {
    await using workspace = await workshop.open(choir, { referenceCommits: [commit(1)] });
    const proof = join(await workshop.folder(), 'proof');
    await workspace.writeFile('.gitattributes', '* merge=mine filter=mine diff=mine\n');
    await workspace.exec(['git', 'config', 'merge.mine.driver', `touch ${proof}; exit 0`]);
    await workspace.exec(['git', 'config', 'filter.mine.smudge', `touch ${proof}; cat`]);
    await workspace.writeFile('song.txt', SONG.replace('three', 'THREE'));
    expect(await workspace.mergeIn(change())).toEqual([]);
    expect(await workspace.readFile('song.txt')).toBe(SONG.replace('one', 'ONE').replace('three', 'THREE'));
    await expect(readFile(proof)).rejects.toThrow('ENOENT');
  });
});

describe('adopt', () => {
  test('named paths become what people have there, deleted ones included', async () => {
    await using workspace = await workshop.open(choir, { referenceCommits: [commit(1)] });
    await workspace.writeFile('notes/b.txt', 'mine\n');
    await workspace.writeFile('song.txt', 'mine\n');
    await workspace.adopt(commit(1), ['notes/b.txt', 'old.txt', 'neither.txt']);
    expect(await workspace.listFiles()).toEqual(['notes/a.txt', 'notes/b.txt', 'song.txt']);
    expect([await workspace.readFile('notes/b.txt'), await workspace.readFile('song.txt')]).toEqual(['b\n', 'mine\n']);
  });

  test('a link in place of a folder is replaced, not followed', async () => {
    await using workspace = await workshop.open(choir, { referenceCommits: [commit(1)] });
    const outside = await workshop.folder();
    await mkdir(join(outside, 'kept'));
    await writeFile(join(outside, 'b.txt'), 'outside\n');
    await workspace.exec(['rm', '-rf', 'notes']);
    await symlink(outside, join(workspace.folder, 'notes'));
    await workspace.adopt(commit(1), ['notes/b.txt']);
    expect(await workspace.readFile('notes/b.txt')).toBe('b\n');
    expect([(await readdir(outside)).sort(), await readFile(join(outside, 'b.txt'), 'utf8')]).toEqual([['b.txt', 'kept'], 'outside\n']);
  });
});
