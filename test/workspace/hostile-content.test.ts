/** Content of repositories that other tools have tripped over: it is laid out as it is, noted, or refused by name. */
import { lstat, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CommitSha } from '#contracts';
import { gitOf } from '../helpers/git-repository.ts';
import { refusal, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
/** Beside them stands which Node was chosen. */
const ofTheTree = (note: string) => !note.startsWith('Node ');
const pointer = (id: string) => `version https://git-lfs.github.com/spec/v1\noid sha256:${id.repeat(64)}\nsize 12345\n`;

test('Git LFS pointers stay pointers and submodules empty folders, and both are noted', async () => {
  const gallery = await workshop.repository({
    files: {
      '.gitattributes': '*.png filter=lfs diff=lfs merge=lfs -text\n',
      'a.png': pointer('a'),
      'rooms/b.png': pointer('b'),
      'drawn-here.png': 'no pointer\n',
      'lfs.md': `How a pointer looks:\n\n${pointer('c')}`,
      'long.txt': `${pointer('d')}${'x'.repeat(1024)}`,
      'vendor/frames': { submodule: '1234567890123456789012345678901234567890' },
    },
  });
  const notes = ['2 files are Git LFS pointers, whose content was not fetched: a.png, rooms/b.png', '1 submodule is empty: vendor/frames'];
  for (const which of ['first', 'from the cache']) {
    await using workspace = await workshop.open(gallery);
    expect(workspace.environment.notes.filter(ofTheTree), which).toEqual(notes);
    expect(await workspace.readFile('a.png')).toBe(pointer('a'));
    expect((await lstat(join(workspace.folder, 'vendor/frames'))).isDirectory()).toBe(true);
    expect((await workspace.freeze(gallery.commits[0] as CommitSha)).tree).toBe(workspace.start.tree);
  }
});

test('a plain tree has no notes, and many names are cut short', async () => {
  const plain = await workshop.repository({ files: { '.gitattributes': '* text\n', 'a.png': pointer('a') } });
  await using workspace = await workshop.open(plain);
  expect(workspace.environment.notes.filter(ofTheTree)).toEqual([]);
  const submodules = Array.from({ length: 7 }, (_, index) => [`vendor/${index}`, { submodule: '1'.repeat(40) }] as const);
  await using crowded = await workshop.open(await workshop.repository({ files: Object.fromEntries(submodules) }));
  expect(crowded.environment.notes.filter(ofTheTree)).toEqual([
    '7 submodules are empty: vendor/0, vendor/1, vendor/2, vendor/3, vendor/4 and 2 more',
  ]);
});

test('names that differ only in case, and links that lead out, lie there as they are', async () => {
  const twins = await workshop.repository({
    files: {
      'Readme.md': 'one\n',
      'README.md': 'two\n',
      'src/A.ts': 'A\n',
      'SRC/a.ts': 'a\n',
      out: { link: '/etc' },
      up: { link: '../../..' },
    },
  });
  await using workspace = await workshop.open(twins);
  expect(await workspace.readFile('Readme.md')).toBe('one\n');
  expect(await workspace.readFile('README.md')).toBe('two\n');
  expect(await workspace.readFile('SRC/a.ts')).toBe('a\n');
  expect(await readlink(join(workspace.folder, 'out'))).toBe('/etc');
  for (const path of ['out/passwd', 'up/x', 'out']) expect((await refusal(workspace.readFile(path))).code).toBe('E_WORKSPACE_PATH');
  expect((await workspace.freeze(twins.commits[0] as CommitSha)).tree).toBe(workspace.start.tree);
});

/** A commit whose tree git itself would not make. */
async function oddTree(entries: (blob: string, mktree: (lines: string) => string) => string) {
  const { repository } = await workshop.repository({ files: { 'a.txt': 'a\n' } });
  const mktree = (lines: string) => gitOf(repository, ['mktree'], lines).trim();
  const blob = gitOf(repository, ['rev-parse', 'main:a.txt']).trim();
  const commit = CommitSha.parse(gitOf(repository, ['commit-tree', '-m', 'Odd', mktree(entries(blob, mktree))]).trim());
  gitOf(repository, ['update-ref', 'refs/heads/odd', commit]);
  return { repository, commits: [commit] };
}

test.each(['.git', '.GIT', '.Git', 'git~1', '.git ', '.git::$INDEX_ALLOCATION'])('a folder called %j is refused by name', async (name) => {
  const trap = await oddTree((blob, mktree) => `040000 tree ${mktree(`100755 blob ${blob}\tpost-checkout\n`)}\t${name}\n`);
  expect(await refusal(workshop.open(trap))).toMatchObject({ code: 'E_REPOSITORY_UNSUPPORTED', retryable: false });
  expect(await workshop.room('workspaces')).toEqual([]);
});

test.each(['..', '.'])('a folder called %j is refused by name', async (name) => {
  const trap = await oddTree((blob, mktree) => `040000 tree ${mktree(`100644 blob ${blob}\tx.txt\n`)}\t${name}\n`);
  expect(await refusal(workshop.open(trap))).toMatchObject({ code: 'E_REPOSITORY_UNSUPPORTED' });
});

test('a path of 3,000 bytes is a path, and one that no disk takes is refused by name', async () => {
  const nest = (blob: string, mktree: (lines: string) => string, depth: number, name: string) => {
    let lines = `100644 blob ${blob}\tend.txt\n`;
    for (let level = 0; level < depth; level += 1) lines = `040000 tree ${mktree(lines)}\t${name}\n`;
    return lines;
  };
  const deep = await oddTree((blob, mktree) => nest(blob, mktree, 30, 'd'.repeat(99)));
  await using workspace = await workshop.open(deep);
  expect(await workspace.readFile(`${`${'d'.repeat(99)}/`.repeat(30)}end.txt`)).toBe('a\n');
  const deeper = await oddTree((blob, mktree) => nest(blob, mktree, 45, 'd'.repeat(99)));
  expect(await refusal(workshop.open(deeper))).toMatchObject({ code: 'E_REPOSITORY_UNSUPPORTED' });
  const long = await oddTree((blob) => `100644 blob ${blob}\t${'n'.repeat(300)}\n`);
  expect(await refusal(workshop.open(long))).toMatchObject({ code: 'E_REPOSITORY_UNSUPPORTED' });
});

test('filters and drivers that a tree asks for are not run, and its attributes change nothing', async () => {
  const filtered = await workshop.repository({
    files: { '.gitattributes': '* filter=lfs text eol=crlf ident export-subst diff=word merge=union\n', 'a.txt': '$Id$ $Format:%H$\n' },
  });
  await using workspace = await workshop.open(filtered);
  expect(await readFile(join(workspace.folder, 'a.txt'), 'utf8')).toBe('$Id$ $Format:%H$\n');
});

test('an agent that digs deeper than any path reaches is frozen without what lies there, and cleaned away all the same', async () => {
  const field = await workshop.repository({ files: { 'a.txt': 'a\n' } });
  const workspace = await workshop.open(field);
  const dig =
    'for i in $(seq 60); do mkdir dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd && cd ddd*; done; echo x >bottom.txt';
  await workspace.exec(['bash', '-c', dig]);
  expect((await workspace.freeze(field.commits[0] as CommitSha)).tree).toBe(workspace.start.tree);
  await workspace[Symbol.asyncDispose]();
  expect(await workshop.room('workspaces')).toEqual([]);
});
