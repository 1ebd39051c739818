/** Reaching a repository: what is fetched, when again, and what is said when it cannot be. */
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CommitSha } from '#contracts';
import { changedPaths, openMirror, readCommit, resolveCommit } from '#workspace';
import { buildHistory, gitOf } from '../helpers/git-repository.ts';
import { refusal, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
const NOWHERE = CommitSha.parse('0123456789012345678901234567890123456789');
const quarry = () =>
  workshop.repository(
    { files: { 'a.txt': '1\n' }, message: 'First', tags: ['v1', 'release/1.0'] },
    { files: { 'a.txt': '2\n', 'b.txt': '2\n' }, message: 'Second\n\nWith a body.' },
    { files: { 'side.txt': 's\n' }, message: 'Side', branch: 'side' },
  );

test.each([
  ['a full id', (id: string) => id],
  ['a short id', (id: string) => id.slice(0, 8)],
  ['the tag v1', () => 'v1'],
  ['a tag with a slash', () => 'release/1.0'],
  ['a branch and a step back', () => 'main~1'],
])('a commit is found by %s', async (_, nameOf) => {
  const { repository, commits } = await quarry();
  expect(await resolveCommit(workshop.host, repository, nameOf(commits[0] ?? ''))).toBe(commits[0]);
});

test('a branch means where it stands today, not where it stood when it was first asked for', async () => {
  const { repository, commits } = await quarry();
  expect(await resolveCommit(workshop.host, repository, 'main')).toBe(commits[1]);
  const grown = buildHistory(repository, [{ files: { 'a.txt': '1\n' } }, { files: { 'c.txt': '3\n' } }]);
  expect(await resolveCommit(workshop.host, repository, 'main')).toBe(grown.commits[1]);
});

test.each(['nonesuch', '--help', '-rf', 'v2', 'deadbeef', 'main^{tree}', 'main:a.txt', '', 'a b', '@{-1}'])(
  '%j is no commit',
  async (name) => {
    const { repository } = await quarry();
    expect(await refusal(resolveCommit(workshop.host, repository, name))).toMatchObject({
      code: 'E_COMMIT_UNKNOWN',
      message: `${repository} has no commit "${name}".`,
    });
  },
);

test('an id that no repository has, and the id of something that is no commit', async () => {
  const { repository, commits } = await quarry();
  expect(await refusal(openMirror(workshop.host, repository, [NOWHERE]))).toMatchObject({
    code: 'E_COMMIT_UNKNOWN',
    message: `${repository} has no commit ${NOWHERE}.`,
    retryable: false,
  });
  const tree = CommitSha.parse(gitOf(repository, ['rev-parse', `${commits[0]}^{tree}`]).trim());
  expect(await refusal(openMirror(workshop.host, repository, [tree]))).toMatchObject({ code: 'E_COMMIT_UNKNOWN' });
  expect(await refusal(workshop.open({ repository, commits: [NOWHERE] }))).toMatchObject({ code: 'E_COMMIT_UNKNOWN' });
  expect(await workshop.room('workspaces')).toEqual([]);
});

describe('a repository that is none', () => {
  test.each([
    ['/nowhere/at/all', '/nowhere/at/all does not exist.'],
    ['-rf', '"-rf" is no repository'],
    ['--upload-pack=touch /tmp/longhaul-was-here', 'is no repository'],
    ['ext::sh -c touch% /tmp/longhaul-was-here', 'is no repository'],
    ['fd::17', 'is no repository'],
    ['ftp://127.0.0.1/x.git', 'is no repository'],
    ['../elsewhere', 'is no repository'],
    ['http://127.0.0.1:9/x.git', 'Cannot fetch from http://127.0.0.1:9/x.git'],
    ['file:///nowhere/at/all', 'Cannot fetch from file:///nowhere/at/all'],
    ['ssh://-oProxyCommand=touch%20x/y', 'Cannot fetch from ssh://'],
    ['', 'is no repository'],
    ['nonsense', 'is no repository'],
  ])('%j', async (repository, message) => {
    expect(await refusal(openMirror(workshop.host, repository, []))).toMatchObject({
      code: 'E_REPOSITORY_UNREACHABLE',
      message: expect.stringContaining(message),
    });
    expect(await workshop.room('mirrors')).not.toContainEqual(expect.stringContaining('unfinished'));
  });

  test('a folder that holds no repository, and a file', async () => {
    const folder = await workshop.folder();
    await writeFile(join(folder, 'file.txt'), '');
    for (const repository of [folder, join(folder, 'file.txt')]) {
      expect(await refusal(openMirror(workshop.host, repository, []))).toMatchObject({ code: 'E_REPOSITORY_UNREACHABLE' });
    }
  });
});

test('names that a shell or git could misread are names', async () => {
  const folder = await workshop.folder();
  const { repository, commits } = await quarry();
  for (const name of ['with space', '$(touch pwned)', 'quote"\'', '-leading', 'ünï.git', 'a;b', 'semi\nline']) {
    const place = join(folder, name);
    await symlink(repository, place);
    await using workspace = await workshop.open({ repository: place, commits });
    expect(await workspace.readFile('a.txt')).toBe('1\n');
  }
});

test('a mirror is asked again only for what it lacks, and works while the repository is away', async () => {
  const { repository, commits } = await quarry();
  const [first, second, side] = commits;
  if (!first || !second || !side) throw new Error('no commits');
  const mirror = await openMirror(workshop.host, repository, [first]);
  await rm(repository, { recursive: true });
  expect(await openMirror(workshop.host, repository, [first, second, side])).toBe(mirror);
  expect(await refusal(openMirror(workshop.host, repository, [NOWHERE]))).toMatchObject({ code: 'E_REPOSITORY_UNREACHABLE' });
  expect(await readCommit(workshop.host, mirror, second)).toEqual({
    commit: second,
    parents: [first],
    message: 'Second\n\nWith a body.\n',
  });
  expect(await changedPaths(workshop.host, mirror, first, second)).toEqual(['a.txt', 'b.txt']);
});

test('a commit that no branch holds is fetched by its id', async () => {
  const { repository, commits } = await quarry();
  gitOf(repository, ['branch', '-D', 'side']);
  gitOf(repository, ['update-ref', 'refs/pull/7/head', commits[2] ?? '']);
  await using workspace = await workshop.open({ repository, commits }, { at: 2 });
  expect(await workspace.readFile('side.txt')).toBe('s\n');
});

test('history that was written anew, and a branch that became a folder of branches', async () => {
  const { repository } = await quarry();
  await openMirror(workshop.host, repository, []);
  gitOf(repository, ['branch', '-m', 'side', 'side/one']);
  const anew = buildHistory(repository, [{ files: { 'z.txt': 'z\n' }, message: 'Anew' }]);
  await using workspace = await workshop.open(anew);
  expect(await workspace.listFiles()).toEqual(['z.txt']);
});

test('many who ask at once, for a mirror that is not there yet and for one that has to catch up', async () => {
  const { repository, commits } = await quarry();
  const ask = (wanted: readonly CommitSha[]) => Promise.all(Array.from({ length: 6 }, () => openMirror(workshop.host, repository, wanted)));
  expect(new Set(await ask(commits)).size).toBe(1);
  const grown = buildHistory(repository, [
    { files: { 'a.txt': '1\n' } },
    ...Array.from({ length: 8 }, (_, index) => ({ files: { [`${index}.txt`]: 'x' }, branch: `topic-${index}`, tags: [`t-${index}`] })),
  ]);
  expect(new Set(await ask(grown.commits)).size).toBe(1);
});

test('a clone with a work tree is a repository too, hooks and all, and none of them runs', async () => {
  const { repository, commits } = await quarry();
  const clone = join(await workshop.folder(), 'clone');
  gitOf(repository, ['clone', '--quiet', repository, clone]);
  const marker = join(clone, 'somebody-was-here');
  await mkdir(join(clone, '.git/hooks'), { recursive: true });
  for (const hook of ['post-checkout', 'pre-auto-gc', 'reference-transaction', 'post-upload-pack']) {
    await writeFile(join(clone, '.git/hooks', hook), `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o755 });
  }
  await using workspace = await workshop.open({ repository: clone, commits });
  expect(await workspace.readFile('a.txt')).toBe('1\n');
  expect(gitOf(join(clone, '.git'), ['status', '--porcelain']).includes('somebody')).toBe(false);
});

test('a request to stop is heard', async () => {
  const { repository, commits } = await quarry();
  const reason = new Error('stopped');
  await expect(openMirror(workshop.host, repository, commits, AbortSignal.abort(reason))).rejects.toBe(reason);
  await expect(workshop.open({ repository, commits }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});
