/** The tree an agent sees holds one commit and nothing else of the history. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CommitSha } from '#contracts';
import { type GitRepository, gitOf } from '../helpers/git-repository.ts';
import { bothPlaces, noSandbox, refusal, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
let bakery: GitRepository;
beforeAll(async () => {
  bakery = await workshop.repository(
    { files: { 'oven.txt': 'off\n' }, message: 'Build the oven', tags: ['v0'] },
    { files: { 'oven.txt': 'warm\n' }, message: 'Light it' },
    { files: { 'oven.txt': 'hot\n', 'secret-recipe.txt': 'rye, salt, time\n' }, message: 'Bake', tags: ['v1'] },
    { files: { 'idea.txt': 'pretzels\n' }, message: 'Try pretzels', branch: 'pretzels' },
  );
});

describe.each(bothPlaces)('sandbox %s', (sandbox) => {
  test('no earlier, no later and no sideways commit is in reach', async () => {
    await using workspace = await workshop.open(bakery, { at: 1, sandbox, referenceCommits: [bakery.commits[2] as CommitSha] });
    const say = async (command: string) => (await workspace.exec(['bash', '-c', command])).output.trim();

    expect(
      await say('git log --all --format=%s; git stash list; git reflog; git tag; git remote; git branch -a --format="%(refname)"'),
    ).toBe('The repository as it stands\nrefs/heads/main');
    for (const commit of bakery.commits) expect(await say(`git cat-file -e ${commit}; echo $?`)).toMatch(/^(fatal: .*\n)?(1|128)$/);
    expect(await say('git status --porcelain; cat oven.txt; ls')).toBe('warm\noven.txt');
    expect(await say('git rev-parse HEAD')).toBe(workspace.start.commit);
  });
});

test('no object of another commit lies anywhere, and nothing leads to where one lies', async () => {
  await using workspace = await workshop.open(bakery, { at: 1, referenceCommits: [bakery.commits[2] as CommitSha] });
  const gitDir = join(workspace.folder, '.git');
  const objects = gitOf(gitDir, ['cat-file', '--batch-all-objects', '--batch-check=%(objecttype)']);
  // One commit, its tree, its one file.
  expect(objects.trim().split('\n').sort()).toEqual(['blob', 'commit', 'tree']);
  const files = (await readdir(gitDir, { recursive: true, withFileTypes: true })).filter((entry) => !entry.isDirectory());
  const names = files.map(({ parentPath, name }) =>
    join(parentPath, name)
      .slice(gitDir.length + 1)
      .replace(/[0-9a-f]{38,40}/, '<id>'),
  );
  expect(names.map((name) => name.replace(/objects\/[0-9a-f]{2}/, 'objects/<xx>')).sort()).toEqual([
    'HEAD',
    'config',
    'index',
    'info/attributes',
    'info/exclude',
    'objects/<xx>/<id>',
    'objects/pack/pack-<id>.idx',
    'objects/pack/pack-<id>.pack',
    'refs/heads/main',
  ]);
  for (const { parentPath, name } of files) {
    const content = await readFile(join(parentPath, name), 'latin1');
    expect(content, name).not.toContain(workshop.host.cacheFolder);
    expect(content, name).not.toContain(bakery.repository);
  }
});

test('with a patch and the tests of a later commit on top, it is still one commit with all of its files', async () => {
  await using first = await workshop.open(bakery, { at: 0, referenceCommits: [bakery.commits[2] as CommitSha] });
  await first.writeFile('bread/rye.txt', 'rye\n');
  const patch = await first.diff(bakery.commits[0] as CommitSha, (await first.freeze(bakery.commits[0] as CommitSha)).commit);
  await using workspace = await workshop.open(bakery, { at: 0, patch, testsFrom: bakery.commits[2] as CommitSha });
  const gitDir = join(workspace.folder, '.git');
  // The base's own folder list lies there too, dangling: it is older, not newer.
  expect(gitOf(gitDir, ['fsck', '--full', '--strict', '--no-dangling'])).toBe('');
  expect(gitOf(gitDir, ['log', '--all', '--format=%s'])).toBe('The repository as it stands\n');
  expect(gitOf(gitDir, ['show', 'HEAD:bread/rye.txt'])).toBe('rye\n');
  for (const commit of bakery.commits) expect(() => gitOf(gitDir, ['cat-file', '-e', commit])).toThrow();
});

test.each(['commit', 'tree', 'blob'])('the look at every opening sees a %s of another commit, wherever it comes from', async (type) => {
  const kiln = await workshop.repository({ files: { 'kiln.txt': 'cold\n' } }, { files: { 'kiln.txt': 'hot\n' } });
  const workspace = await workshop.open(kiln);
  const { tree } = workspace.start;
  await workspace[Symbol.asyncDispose]();
  const entry = join(workshop.host.cacheFolder, 'trees', tree);
  const suffix = { commit: '', tree: '^{tree}', blob: ':kiln.txt' }[type];
  const stray = gitOf(kiln.repository, ['rev-parse', `${kiln.commits[1]}${suffix}`]).trim();
  const name = gitOf(kiln.repository, ['pack-objects', '--quiet', join(entry, 'pack')], `${stray}\n`).trim();
  expect(await refusal(workshop.open(kiln))).toMatchObject({
    code: 'E_INTERNAL',
    message: expect.stringContaining(`${stray} ${type}`),
  });
  for (const ending of ['pack', 'idx']) await rm(join(entry, `pack-${name}.${ending}`));
  await (await workshop.open(kiln))[Symbol.asyncDispose]();

  expect(await workshop.room('workspaces')).toEqual([]);
});

test('what an agent does to its objects touches neither the cache nor the next workspace', async () => {
  await using workspace = await workshop.open(bakery);
  await workspace.exec(['bash', '-c', 'cd .git/objects/pack && chmod u+w * && for f in *; do : >$f; done; rm -rf ../??']);
  await using next = await workshop.open(bakery);
  expect((await next.exec(['git', 'fsck', '--full'])).exitCode).toBe(0);
});

test('the commit has no parent, a fixed author and a fixed date', async () => {
  await using workspace = await workshop.open(bakery, { at: 1 });
  const commit = gitOf(join(workspace.folder, '.git'), ['cat-file', 'commit', 'HEAD']);
  expect(commit.replace(/^tree .*$/m, 'tree')).toBe(
    'tree\nauthor Longhaul <longhaul@localhost> 946684800 +0000\ncommitter Longhaul <longhaul@localhost> 946684800 +0000\n\nThe repository as it stands\n',
  );
});

test.skipIf(noSandbox)('the harness has its history next door, and the sandbox has no door to it', async () => {
  await using workspace = await workshop.open(bakery, { sandbox: 'required' });
  const control = join(workspace.folder, '../control.git');
  expect(await readdir(control)).toContain('HEAD');
  const { output } = await workspace.exec([
    'bash',
    '-c',
    `ls ${control} ${workshop.host.cacheFolder} ../control.git; ls -a ..; find / -xdev -name "control.git" -not -path "/usr/*" -not -path "/proc/*" 2>/dev/null`,
  ]);
  expect(output).not.toContain('HEAD');
  expect(output).not.toMatch(/^control\.git$/m);
});

test('what a workspace is told later is fetched with the first, and shown only when laid in', async () => {
  await using workspace = await workshop.open(bakery, { at: 0, referenceCommits: [bakery.commits[2] as CommitSha] });
  await workspace.layIn(bakery.commits[2] as CommitSha, ['secret-recipe.txt']);
  expect(await workspace.readFile('secret-recipe.txt')).toBe('rye, salt, time\n');
  expect(await workspace.readFile('oven.txt')).toBe('off\n');
  expect(gitOf(join(workspace.folder, '.git'), ['rev-list', '--all', '--count'])).toBe('1\n');
});
