/** A tree goes in and comes out byte for byte, and the same tree always has the same id. */
import { createHash } from 'node:crypto';
import { appendFile, chmod, lstat, mkdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { CommitSha } from '#contracts';
import { type Content, type GitRepository, gitOf } from '../helpers/git-repository.ts';
import { refusal, useWorkshop } from '../helpers/workspaces.ts';

const LONG_LINE = 'x'.repeat(4 * 1024 * 1024);
const LATIN_1 = Buffer.from('Stra\xdfe, caf\xe9\n', 'latin1');
const BINARY = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0xff, 0x0a, 0x0d]);

/** Everything that some tool somewhere has converted, trimmed or tripped over. */
const AWKWARD: Record<string, Content> = {
  '.gitattributes': '* text=auto eol=lf\n*.sh text eol=crlf\nident.txt ident\nutf16.txt working-tree-encoding=UTF-16LE\n*.big filter=lfs\n',
  'windows.txt': 'one\r\ntwo\r\n',
  'mixed.txt': 'one\r\ntwo\nthree\rfour',
  'unix.sh': 'echo one\necho two\n',
  'ident.txt': '$Id$ and $Id: 0123456789 $\n',
  'utf16.txt': Buffer.from('\ufeffzwei\n', 'utf16le'),
  'media.big': 'not a pointer\n',
  'latin1.txt': LATIN_1,
  'picture.png': BINARY,
  'byte-order-mark.ts': '\ufeffexport {};\n',
  '-rf': 'a file like any other\n',
  '--help': '',
  'name with spaces.txt': 'spaces\n',
  'line\nbreak.txt': 'a name of two lines\n',
  'quote"back\\slash.txt': 'quoted\n',
  'straße/日本語 📚.txt': 'unicode\n',
  ':(top)magic.txt': 'not a pathspec\n',
  '*.glob': 'not a glob\n',
  'empty.txt': '',
  'no-newline.txt': 'end',
  'run.sh': { program: '#!/bin/sh\necho run\n' },
  'link-inside': { link: 'straße' },
  'link-outside': { link: '../../../../etc/hosts' },
  'link-nowhere': { link: 'nowhere/at all' },
  'long-line.txt': LONG_LINE,
  '.gitignore': 'ignored/\n*.log\n',
  'ignored/kept.txt': 'tracked although ignored\n',
  'vendor/library': { submodule: '1234567890123456789012345678901234567890' },
};

const workshop = useWorkshop();
let awkward: GitRepository;
let baseTree: string;
beforeAll(async () => {
  awkward = await workshop.repository(
    { files: AWKWARD },
    {
      files: { 'windows.txt': 'changed\r\n', 'empty.txt': null, 'new/deep.txt': 'new\r\n', 'picture.png': Buffer.concat([BINARY, BINARY]) },
    },
  );
  baseTree = gitOf(awkward.repository, ['rev-parse', `${awkward.commits[0]}^{tree}`]).trim();
});
const base = () => awkward.commits[0] as CommitSha;
const later = () => awkward.commits[1] as CommitSha;

test('the tree has every file with the bytes it was committed with', async () => {
  await using workspace = await workshop.open(awkward);
  for (const [path, content] of Object.entries(AWKWARD)) {
    const place = join(workspace.folder, path);
    if (typeof content === 'string' || content instanceof Uint8Array) {
      expect(digest(await readFile(place)), path).toBe(digest(Buffer.from(content)));
    } else if (content && 'link' in content) expect(await readlink(place), path).toBe(content.link);
    else if (content && 'program' in content) expect((await lstat(place)).mode & 0o111, path).toBe(0o111);
  }
  expect((await workspace.exec(['git', 'status', '--porcelain'])).output).toBe('');
});

test('a tree that nobody touched freezes to the id of the base tree', async () => {
  await using workspace = await workshop.open(awkward);
  expect(workspace.start.tree).toBe(baseTree);
  const frozen = await workspace.freeze(base());
  expect(frozen.tree).toBe(baseTree);
  expect(await workspace.diff(base(), frozen.commit)).toHaveLength(0);
  expect(await workspace.countChanges(base(), frozen.commit)).toBe(0);
});

test('dependencies, ignored files and empty folders are no part of a frozen tree', async () => {
  await using workspace = await workshop.open(awkward);
  await mkdir(join(workspace.folder, 'node_modules/left-pad'), { recursive: true });
  await mkdir(join(workspace.folder, 'packages/a/node_modules'), { recursive: true });
  await mkdir(join(workspace.folder, 'nothing/in/here'), { recursive: true });
  await writeFile(join(workspace.folder, 'node_modules/left-pad/index.js'), '');
  await writeFile(join(workspace.folder, 'packages/a/node_modules/x.js'), '');
  await writeFile(join(workspace.folder, 'debug.log'), '');
  expect((await workspace.freeze(base())).tree).toBe(baseTree);
});

/** Changes of every kind. */
async function rework(folder: string): Promise<void> {
  await writeFile(join(folder, 'windows.txt'), 'one\r\nzwei\r\n');
  await writeFile(join(folder, 'latin1.txt'), Buffer.concat([LATIN_1, LATIN_1]));
  await writeFile(join(folder, 'picture.png'), BINARY.toReversed());
  await writeFile(join(folder, '-rf'), 'changed\n');
  await appendFile(join(folder, 'long-line.txt'), 'y');
  await appendFile(join(folder, 'no-newline.txt'), ' and more');
  await rm(join(folder, 'line\nbreak.txt'));
  await writeFile(join(folder, 'other\nbreak ü.txt'), 'two lines\r\n');
  await rm(join(folder, 'straße'), { recursive: true });
  await writeFile(join(folder, 'straße'), 'a file where a folder was\n');
  await rm(join(folder, 'mixed.txt'));
  await mkdir(join(folder, 'mixed.txt'));
  await writeFile(join(folder, 'mixed.txt/inside.txt'), 'a folder where a file was\r');
  await chmod(join(folder, 'unix.sh'), 0o755);
  await chmod(join(folder, 'run.sh'), 0o644);
  await rm(join(folder, 'link-inside'));
  await symlink('/etc', join(folder, 'link-inside'));
  await writeFile(join(folder, 'added-empty.txt'), '');
  await writeFile(join(folder, 'ignored/kept.txt'), 'changed although ignored\n');
  await rm(join(folder, '.gitattributes'));
}

test('two workspaces with the same work have the same frozen ids, and its patch opens as the same tree', async () => {
  await using first = await workshop.open(awkward);
  await using second = await workshop.open(awkward);
  await Promise.all([rework(first.folder), rework(second.folder)]);
  const frozen = await first.freeze(base());
  expect(frozen).not.toEqual(first.start);
  expect(await second.freeze(base())).toEqual(frozen);

  const patch = await first.diff(base(), frozen.commit);
  expect(digest(await second.diff(base(), frozen.commit))).toBe(digest(patch));
  await using third = await workshop.open(awkward, { patch });
  expect(third.start.tree).toBe(frozen.tree);
  expect((await third.freeze(base())).tree).toBe(frozen.tree);
  expect(digest(await readFile(join(third.folder, 'latin1.txt')))).toBe(digest(Buffer.concat([LATIN_1, LATIN_1])));
  expect(digest(await readFile(join(third.folder, 'long-line.txt')))).toBe(digest(Buffer.from(`${LONG_LINE}y`)));
});

test('freezing again and again, in between others, does not depend on what was frozen before', async () => {
  await using workspace = await workshop.open(awkward);
  await writeFile(join(workspace.folder, 'a.txt'), 'a\n');
  const once = await workspace.freeze(base());
  await rm(join(workspace.folder, 'a.txt'));
  expect((await workspace.freeze(base())).tree).toBe(baseTree);
  await writeFile(join(workspace.folder, 'a.txt'), 'a\n');
  expect(await workspace.freeze(base())).toEqual(once);
});

test('a patch can leave paths alone', async () => {
  await using workspace = await workshop.open(awkward, { referenceCommits: [later()] });
  const patch = await workspace.diff(base(), later(), ['windows.txt', 'picture.png', ':(top)magic.txt']);
  await using patched = await workshop.open(awkward, { patch });
  expect(await patched.readFile('windows.txt')).toBe('one\r\ntwo\r\n');
  expect(await patched.readFile('new/deep.txt')).toBe('new\r\n');
  expect(await workspace.countChanges(base(), later())).toBe(4);
});

test('a patch that does not fit is refused, and leaves no folder', async () => {
  const patch = Buffer.from('diff --git a/unix.sh b/unix.sh\n--- a/unix.sh\n+++ b/unix.sh\n@@ -1 +1 @@\n-never there\n+at all\n');
  expect(await refusal(workshop.open(awkward, { patch }))).toMatchObject({
    code: 'E_PATCH_REFUSED',
    message: expect.stringContaining('unix.sh'),
  });
  expect(await workshop.room('workspaces')).toEqual([]);
});

test('a patch cannot write outside the tree', async () => {
  const outside = Buffer.from(
    'diff --git a/../escaped.txt b/../escaped.txt\nnew file mode 100644\n--- /dev/null\n+++ b/../escaped.txt\n@@ -0,0 +1 @@\n+out\n',
  );
  expect(await refusal(workshop.open(awkward, { patch: outside }))).toMatchObject({ code: 'E_PATCH_REFUSED' });
  const intoGit = Buffer.from(
    'diff --git a/.git/hooks/x b/.git/hooks/x\nnew file mode 100755\n--- /dev/null\n+++ b/.git/hooks/x\n@@ -0,0 +1 @@\n+out\n',
  );
  expect(await refusal(workshop.open(awkward, { patch: intoGit }))).toMatchObject({ code: 'E_PATCH_REFUSED' });
});

test('the list of files says what would be frozen', async () => {
  await using workspace = await workshop.open(awkward);
  const tracked = Object.keys(AWKWARD).sort();
  expect(await workspace.listFiles()).toEqual(tracked);
  await rework(workspace.folder);
  const frozen = await workspace.freeze(base());
  const inTree = gitOf(join(workspace.folder, '../control.git'), ['ls-tree', '-r', '-z', '--name-only', frozen.tree]);
  expect(await workspace.listFiles()).toEqual(inTree.split('\0').filter(Boolean).sort());
  await rm(join(workspace.folder, 'unix.sh'));
  await writeFile(join(workspace.folder, 'not frozen yet.txt'), '');
  const now = await workspace.listFiles();
  expect(now).not.toContain('unix.sh');
  expect(now).toContain('not frozen yet.txt');
});

function digest(bytes: Uint8Array): string {
  return `${bytes.length} ${createHash('sha256').update(bytes).digest('hex')}`;
}
