/** The tree an agent sees holds one commit and nothing else of the history. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CommitSha } from '#contracts';
import { type GitRepository, gitOf } from '../helpers/git-repository.ts';
import { bothPlaces, noSandbox, useWorkshop } from '../helpers/workspaces.ts';

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

test('no object of another commit lies in any pack, nor a pointer to where one lies', async () => {
  await using workspace = await workshop.open(bakery, { at: 1, referenceCommits: [bakery.commits[2] as CommitSha] });
  const gitDir = join(workspace.folder, '.git');
  const objects = gitOf(gitDir, ['cat-file', '--batch-all-objects', '--batch-check=%(objecttype)']);
  // One commit, its tree, its one file.
  expect(objects.trim().split('\n').sort()).toEqual(['blob', 'commit', 'tree']);
  const files = await readdir(gitDir, { recursive: true });
  expect(files.filter((path) => /alternates|FETCH_HEAD|ORIG_HEAD|packed-refs|shallow|logs/.test(path))).toEqual([]);
  expect(await readFile(join(gitDir, 'config'), 'utf8')).not.toMatch(/remote|url/);
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
