/** What a working tree is asked, as its owner left it: with uncommitted files, odd names, links, and settings that would start programs. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { lstat, mkdir, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CommitSha } from '#contracts';
import { chooseBase, countCommits, firstParents, layTree, listFiles, openWorkingTree, repositoryName } from '#workspace/repository';
import { type CommitSpec, cloneOf, gitOf } from '../helpers/git-repository.ts';
import { refusal, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
const open = (folder: string, environment: Record<string, string> = {}) =>
  openWorkingTree({ ...workshop.host, environment: { ...workshop.host.environment, ...environment } }, folder);

const ORCHARD: CommitSpec[] = [
  { files: { 'src/apple.ts': 'apple\n', 'src/pear.ts': 'pear\n', '.gitignore': 'cider/\n' } },
  { files: { 'src/apple.ts': 'riper apple\n' } },
  { files: { 'src/plum.ts': 'plum\n' }, branch: 'plums' },
];

/** A clone, with `main` checked out. */
async function orchard(...options: string[]) {
  const origin = await workshop.repository(...ORCHARD);
  const folder = join(await workshop.folder(), 'orchard');
  cloneOf(origin.repository, folder, ...options);
  return { folder, git: (...args: string[]) => gitOf(join(folder, '.git'), ['-C', folder, `--work-tree=${folder}`, ...args]), ...origin };
}

describe('which files belong to it', () => {
  test('tracked ones that are there, and new ones that nothing ignores; each once, whatever its name', async () => {
    const { folder } = await orchard();
    await rm(join(folder, 'src/pear.ts'));
    await mkdir(join(folder, 'cider'));
    const odd = ['src/two words.ts', 'src/zwölf.ts', 'src/line\nbreak.ts', 'src/__proto__.ts', 'src/"quoted".ts'];
    for (const path of [...odd, 'cider/barrel.ts']) await writeFile(join(folder, path), '');
    expect(await listFiles(await open(join(folder, 'src')))).toEqual(['.gitignore', 'src/apple.ts', ...odd].sort());
  });

  test('what the user ignores everywhere is ignored, from wherever the user says so', async () => {
    const { folder } = await orchard();
    const home = await workshop.folder();
    await mkdir(join(home, '.config/git'), { recursive: true });
    await writeFile(join(home, '.config/git/ignore'), '*.scratch.ts\n');
    await writeFile(join(folder, 'src/try.scratch.ts'), '');
    expect(await listFiles(await open(folder, { HOME: home, XDG_CONFIG_HOME: '' }))).not.toContain('src/try.scratch.ts');
  });

  test('a folder that became a link is not followed; a link to a file is a file', async () => {
    const { folder } = await orchard();
    const outside = await workshop.folder();
    await writeFile(join(outside, 'apple.ts'), 'of somebody else\n');
    await rm(join(folder, 'src'), { recursive: true });
    await symlink(outside, join(folder, 'src'));
    await symlink('/etc/passwd', join(folder, 'leaf.ts'));
    expect(await listFiles(await open(folder))).toEqual(['.gitignore', 'leaf.ts', 'src']);
  });

  test('a merge with conflicts lists each file once', async () => {
    const { folder, git } = await orchard();
    git('checkout', '--quiet', '-b', 'other', 'HEAD~1');
    await writeFile(join(folder, 'src/apple.ts'), 'greener apple\n');
    git('commit', '--quiet', '--all', '-m', 'Greener');
    expect(() => git('merge', 'main')).toThrow();
    const files = await listFiles(await open(folder));
    expect(files).toEqual(['.gitignore', 'src/apple.ts', 'src/pear.ts']);
  });

  test('nothing that the repository configures is started', async () => {
    const { folder, git } = await orchard();
    const trace = join(folder, 'cider');
    const program = join(folder, '.git/program');
    await writeFile(program, `#!/bin/sh\ntouch ${trace}\ncat\n`, { mode: 0o755 });
    for (const setting of [
      'core.fsmonitor',
      'core.hooksPath',
      'filter.x.clean',
      'filter.x.smudge',
      'diff.x.textconv',
      'core.pager',
      'gpg.program',
      'core.sshCommand',
    ])
      git('config', setting, setting === 'core.hooksPath' ? join(folder, '.git') : program);
    git('config', 'log.showSignature', 'true');
    await writeFile(join(folder, '.gitattributes'), '* filter=x diff=x\n');
    const tree = await open(folder);
    await listFiles(tree);
    const base = await chooseBase(tree, 'origin/plums');
    await firstParents(tree, base.commit, 5);
    await using laid = await layTree(tree, base.commit, () => 'content');
    expect(laid.paths).toContain('src/apple.ts');
    expect(existsSync(trace)).toBe(false);
  });
});

describe('where it lies', () => {
  test('asked about a folder or a file inside it', async () => {
    const { folder, commits } = await orchard();
    expect(await open(join(folder, 'src/apple.ts'))).toMatchObject({
      root: folder,
      folder: 'src',
      branch: 'main',
      head: commits[1],
      isShallow: false,
    });
  });

  test('a linked work tree and a submodule are trees of their own', async () => {
    const { folder, git, repository } = await orchard();
    const linked = join(await workshop.folder(), 'linked');
    git('worktree', 'add', '--quiet', '--detach', linked, 'HEAD~1');
    const tree = await open(linked);
    expect(tree).toMatchObject({ root: linked, branch: null });
    expect(await listFiles(tree)).toContain('src/apple.ts');
    git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', `file://${repository}`, 'neighbour');
    expect(await open(join(folder, 'neighbour/src'))).toMatchObject({ root: join(folder, 'neighbour'), folder: 'src' });
    expect(await listFiles(await open(folder))).not.toContain('neighbour/src/apple.ts');
  });

  test.for([
    ['a path that is not there', '/no/such/orchard', /does not exist/],
    ['no repository', '/', /lies in no git repository/],
  ] as const)('%s', async ([, path, message]) => {
    expect(await refusal(open(path))).toMatchObject({ code: 'E_NO_WORKING_TREE', message: expect.stringMatching(message) });
  });

  test("a bare repository, and git's own folder", async () => {
    const { folder, repository } = await orchard();
    expect((await refusal(open(repository))).message).toMatch(/is a bare repository/);
    expect((await refusal(open(join(folder, '.git')))).message).toMatch(/git's own folder/);
  });
});

describe('what it is compared with', () => {
  const base = async (folder: string, named: string | null = null) => chooseBase(await open(folder), named);

  test('on the default branch with nothing ahead: HEAD', async () => {
    const { folder, commits } = await orchard();
    expect(await base(folder)).toMatchObject({
      commit: commits[1],
      why: 'HEAD: all commits here are in origin/main, so what is not committed is judged',
    });
  });

  test('on a branch, or with commits that are not pushed: where the two parted', async () => {
    const { folder, git, commits } = await orchard();
    git('commit', '--quiet', '--allow-empty', '-m', 'Not pushed');
    expect(await base(folder)).toMatchObject({ commit: commits[1], why: 'where this work and origin/main parted' });
    git('checkout', '--quiet', '--detach');
    expect(await base(folder)).toMatchObject({ commit: commits[1] });
  });

  test('a named branch that has gone on meanwhile: where the two parted, not its end', async () => {
    const { folder, git, commits } = await orchard();
    git('checkout', '--quiet', '-b', 'pears', 'HEAD~1');
    git('commit', '--quiet', '--allow-empty', '-m', 'More pears');
    expect(await base(folder, 'main')).toMatchObject({ commit: commits[0], why: 'where this work and main parted' });
    expect(await base(folder, commits[0])).toMatchObject({ commit: commits[0], why: commits[0] });
  });

  test('a name that there is not: names that come near', async () => {
    const { folder } = await orchard();
    const { code, message } = await refusal(base(folder, 'plumbs'));
    expect({ code, message }).toMatchObject({
      code: 'E_BASE_UNKNOWN',
      message: expect.stringContaining('no commit "plumbs". Names that come near: origin/plums'),
    });
    expect(await refusal(base(folder, '--all'))).toMatchObject({ code: 'E_BASE_UNKNOWN' });
  });

  test('no commit yet', async () => {
    const folder = await workshop.folder();
    await mkdir(join(folder, '.git'));
    gitOf(join(folder, '.git'), ['init', '--quiet']);
    gitOf(join(folder, '.git'), ['config', 'core.bare', 'false']);
    const tree = await open(folder);
    expect(tree.head).toBeNull();
    expect((await refusal(chooseBase(tree, null))).message).toMatch(/has no commit yet/);
  });

  test('a shallow clone that does not reach back: no base rather than the wrong one', async () => {
    const { folder, git } = await orchard('--depth=1', '--branch=plums');
    expect(await open(folder)).toMatchObject({ isShallow: true });
    expect(await base(folder, 'HEAD')).toMatchObject({ why: 'HEAD' });
    git('update-ref', '-d', 'refs/remotes/origin/plums');
    const { code, message } = await refusal(base(folder));
    expect({ code, message }).toMatchObject({ code: 'E_BASE_UNKNOWN', message: expect.stringContaining('shallow') });
  });
});

describe('a commit laid out', () => {
  test('follows from commit to commit, says what changed, and is gone afterwards', async () => {
    const { folder, commits } = await orchard();
    const tree = await open(folder);
    const [first, second, third] = commits as [CommitSha, CommitSha, CommitSha];
    let place = '';
    {
      await using laid = await layTree(tree, first, (path) => (path.endsWith('.ts') ? 'content' : 'nothing'));
      place = laid.folder;
      expect(laid.paths).toEqual(['.gitignore', 'src/apple.ts', 'src/pear.ts']);
      expect(readdirSync(place)).toEqual(['src']);
      expect(await laid.goTo(second)).toEqual(['src/apple.ts']);
      expect(readFileSync(join(place, 'src/apple.ts'), 'utf8')).toBe('riper apple\n');
      expect(await laid.goTo(third)).toEqual(['src/plum.ts']);
      expect(await laid.goTo(first)).toEqual(['src/apple.ts', 'src/plum.ts']);
      expect(readdirSync(join(place, 'src'))).toEqual(['apple.ts', 'pear.ts']);
    }
    expect(existsSync(place)).toBe(false);
    expect(await workshop.room('workspaces')).toEqual([]);
  });

  test('a file where a folder was, and the other way round', async () => {
    const origin = await workshop.repository(
      { files: { 'crate/apple.ts': 'a\n', 'lid.ts': 'b\n' } },
      { files: { 'crate/apple.ts': null, crate: 'c\n', 'lid.ts': null, 'lid.ts/pear.ts': 'd\n' } },
    );
    const folder = cloneOf(origin.repository, join(await workshop.folder(), 'clone'));
    const [first, second] = origin.commits as [CommitSha, CommitSha];
    await using laid = await layTree(await open(folder), first, () => 'content');
    await laid.goTo(second);
    expect([readFileSync(join(laid.folder, 'crate'), 'utf8'), readFileSync(join(laid.folder, 'lid.ts/pear.ts'), 'utf8')]).toEqual([
      'c\n',
      'd\n',
    ]);
    await laid.goTo(first);
    expect([readFileSync(join(laid.folder, 'crate/apple.ts'), 'utf8'), readFileSync(join(laid.folder, 'lid.ts'), 'utf8')]).toEqual([
      'a\n',
      'b\n',
    ]);
  });

  test('where only the name counts, an empty file of it', async () => {
    const { folder, commits } = await orchard();
    await using laid = await layTree(await open(folder), commits[0] as CommitSha, (path) => (path === 'src/pear.ts' ? 'name' : 'nothing'));
    expect(readdirSync(laid.folder, { recursive: true })).toEqual(['src', 'src/pear.ts']);
    expect(readFileSync(join(laid.folder, 'src/pear.ts'), 'utf8')).toBe('');
  });

  test('links lead nowhere, submodules are left out, and huge files take no room', async () => {
    const huge = new Uint8Array(5 * 1024 * 1024).fill(97);
    const origin = await workshop.repository({
      files: { 'leaf.ts': { link: '/etc/passwd' }, neighbour: { submodule: '1'.repeat(40) }, 'huge.ts': huge, 'apple.ts': { program: '' } },
    });
    const folder = cloneOf(origin.repository, join(await workshop.folder(), 'clone'));
    const tree = await open(folder);
    await using laid = await layTree(tree, origin.commits[0] as CommitSha, () => 'content');
    expect(readdirSync(laid.folder)).toEqual(['apple.ts', 'huge.ts', 'leaf.ts']);
    expect(await readlink(join(laid.folder, 'leaf.ts'))).toBe('/nonexistent');
    const { size, blocks } = await stat(join(laid.folder, 'huge.ts'));
    expect({ size, blocks }).toEqual({ size: huge.length, blocks: 0 });
    expect((await lstat(join(laid.folder, 'apple.ts'))).mode & 0o111).toBe(0);
  });
});

test('the main line, oldest first, as far as asked', async () => {
  const { folder, commits } = await orchard();
  const tree = await open(folder);
  const [first, second] = commits as [CommitSha, CommitSha];
  expect(await firstParents(tree, second, 9)).toEqual([first, second]);
  expect(await firstParents(tree, second, 1)).toEqual([second]);
  expect([await countCommits(tree, first, second), await countCommits(tree, second, second)]).toEqual([1, 0]);
});

test('one name for clones of one address, whatever password is in it, and another for each without one', async () => {
  const [one, other] = [await orchard(), await orchard()];
  const name = async ({ folder }: { folder: string }) => repositoryName(await open(folder));
  expect(await name(one)).not.toBe(await name(other));
  one.git('config', 'remote.origin.url', 'https://gardener:secret@example.invalid/orchard');
  other.git('config', 'remote.origin.url', 'https://example.invalid/orchard');
  expect(await name(one)).toBe(await name(other));
  for (const { git } of [one, other]) git('config', '--unset', 'remote.origin.url');
  expect(await name(one)).not.toBe(await name(other));
});
