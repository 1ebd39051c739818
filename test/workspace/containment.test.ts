/** Reading and writing through the workspace's own hands never leaves the repository, whatever links lie in it. */
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Workspace } from '#workspace';
import { refusal, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
let workspace: Workspace;
let outside: string;
beforeAll(async () => {
  outside = await workshop.folder();
  await writeFile(join(outside, 'secret.txt'), 'secret\n');
  const repository = await workshop.repository({
    files: {
      'src/a.ts': 'a\n',
      'link-file': { link: join(outside, 'secret.txt') },
      'link-folder': { link: outside },
      'link-up': { link: '..' },
      'link-nowhere': { link: join(outside, 'not-yet.txt') },
      'link-nowhere-folder': { link: join(outside, 'not-yet') },
      'link-chain': { link: 'link-folder' },
      'link-loop': { link: 'link-loop' },
      'link-inside': { link: 'src' },
      'link-git': { link: '.git' },
    },
  });
  workspace = await workshop.open(repository);
  await workspace.exec(['mkfifo', 'pipe']);
  // A folder whose name only begins like the tree's.
  await mkdir(`${workspace.folder}-neighbour`);
  await writeFile(`${workspace.folder}-neighbour/x.txt`, 'next door\n');
  await symlink(`${workspace.folder}-neighbour`, join(workspace.folder, 'link-neighbour'));
});
afterAll(() => workspace[Symbol.asyncDispose]());

const OUTSIDE = 'leads outside the repository';
const NOT_A_PATH = 'a path is relative to the repository';
const LEADING_OUT: [string, string][] = [
  ['../control.git/HEAD', NOT_A_PATH],
  ['src/../../control.git/HEAD', NOT_A_PATH],
  ['..', NOT_A_PATH],
  ['.', NOT_A_PATH],
  ['/etc/passwd', NOT_A_PATH],
  ['src//a.ts', NOT_A_PATH],
  ['src/\0a.ts', NOT_A_PATH],
  ['', ''],
  ['.git/config', NOT_A_PATH],
  ['.GIT/config', NOT_A_PATH],
  ['src/.git/config', NOT_A_PATH],
  ['link-file', OUTSIDE],
  ['link-folder/secret.txt', OUTSIDE],
  ['link-folder/new/deep.txt', OUTSIDE],
  ['link-up/control.git/HEAD', OUTSIDE],
  ['link-chain/secret.txt', OUTSIDE],
  ['link-neighbour/x.txt', OUTSIDE],
  ['link-nowhere', 'is a link to nowhere'],
  ['link-nowhere-folder/x.txt', 'is a link to nowhere'],
  ['link-loop', 'is a link to nowhere'],
  ['link-loop/x.txt', 'is a link to nowhere'],
];

describe.each(LEADING_OUT)('%j', (path, why) => {
  test('is not read', async () => {
    expect(await refusal(workspace.readFile(path))).toMatchObject({ code: 'E_WORKSPACE_PATH', message: expect.stringContaining(why) });
  });

  test('is not written', async () => {
    expect(await refusal(workspace.writeFile(path, 'broken out\n'))).toMatchObject({
      code: 'E_WORKSPACE_PATH',
      message: expect.stringContaining(why),
    });
  });
});

test.each(['link-git/config', 'link-git/hooks/pre-commit'])('%s: a link into the repository’s own folder is no way round', async (path) => {
  expect(await refusal(workspace.writeFile(path, 'x'))).toMatchObject({ code: 'E_WORKSPACE_PATH' });
  expect(await refusal(workspace.readFile(path))).toMatchObject({ code: 'E_WORKSPACE_PATH' });
});

test.each([
  ['missing.txt', 'does not exist'],
  ['src', 'is a folder'],
  ['src/a.ts/x', 'does not exist'],
  ['pipe', 'is not a regular file'],
])('%s cannot be read: it %s', async (path, why) => {
  expect(await refusal(workspace.readFile(path))).toMatchObject({ code: 'E_WORKSPACE_PATH', message: expect.stringContaining(why) });
});

test.each(['src', 'src/a.ts/x', 'pipe'])('%s cannot be written', async (path) => {
  expect(await refusal(workspace.writeFile(path, 'x'))).toMatchObject({ code: 'E_WORKSPACE_PATH' });
});

test('links that stay inside are followed', async () => {
  await workspace.writeFile('link-inside/new/b.ts', 'b\n');
  expect(await workspace.readFile('src/new/b.ts')).toBe('b\n');
  expect(await workspace.readFile('link-inside/a.ts')).toBe('a\n');
});

test('odd names inside are names', async () => {
  for (const path of ['-rf', '...', '..x', 'a b\nc', '~', '$HOME', 'ü/📚.txt', '.gitignore']) {
    await workspace.writeFile(path, `${path}\n`);
    expect(await workspace.readFile(path)).toBe(`${path}\n`);
  }
});

test('nothing outside has changed', async () => {
  expect(await readdir(outside)).toEqual(['secret.txt']);
  expect(await readFile(join(outside, 'secret.txt'), 'utf8')).toBe('secret\n');
});
