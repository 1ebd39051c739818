/** An agent owns its tree, repository included. Nothing it leaves there runs on the host, leads the harness out, or stops it. */
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { CommitSha } from '#contracts';
import type { Workspace } from '#workspace';
import { type GitRepository, gitOf } from '../helpers/git-repository.ts';
import { useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
let house: GitRepository;
beforeAll(async () => {
  house = await workshop.repository({ files: { 'door.txt': 'closed\n', 'window.txt': 'open\n', 'cellar/wine.txt': 'red\n' } });
});
const base = () => house.commits[0] as CommitSha;

async function plant(workspace: Workspace, path: string, text: string, mode = 0o644): Promise<void> {
  await mkdir(join(workspace.folder, path, '..'), { recursive: true });
  await writeFile(join(workspace.folder, path), text);
  await chmod(join(workspace.folder, path), mode);
}

/** Frozen files by path; submodules would show as commits. */
function frozenFiles(workspace: Workspace, tree: string): string[] {
  return gitOf(join(workspace.folder, '../control.git'), ['ls-tree', '-r', '--format=%(objecttype) %(path)', tree]).trim().split('\n');
}

test('hooks, monitors, filters and drivers of the tree run in nothing the harness does', async () => {
  const marker = join(await workshop.folder(), 'somebody-was-here');
  const trap = `#!/bin/sh\necho "$0 $*" >>${marker}\ncat\n`;
  await using workspace = await workshop.open(house);
  const script = join(workspace.folder, '.git/trap.sh');
  await plant(workspace, '.git/trap.sh', trap, 0o755);
  for (const hook of ['pre-commit', 'post-checkout', 'post-index-change', 'fsmonitor-watchman', 'reference-transaction', 'post-commit']) {
    await plant(workspace, `.git/hooks/${hook}`, trap, 0o755);
  }
  await plant(
    workspace,
    '.git/config',
    `[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tfsmonitor = ${script}\n\thooksPath = .git/hooks\n\tpager = ${script}\n\tsshCommand = ${script}\n\tattributesFile = ${join(workspace.folder, '.gitattributes')}\n` +
      `[filter "trap"]\n\tclean = ${script}\n\tsmudge = ${script}\n\tprocess = ${script}\n\trequired = true\n` +
      `[diff]\n\texternal = ${script}\n[diff "trap"]\n\tcommand = ${script}\n\ttextconv = ${script}\n[merge "trap"]\n\tdriver = ${script}\n[alias]\n\tadd = "!${script}"\n`,
  );
  await plant(workspace, '.gitattributes', '* filter=trap diff=trap merge=trap text\n');
  await plant(workspace, 'cellar/.gitattributes', '* filter=trap diff=trap -binary\n');
  await plant(workspace, 'door.txt', 'open\r\n');

  const frozen = await workspace.freeze(base());
  const patch = await workspace.diff(base(), frozen.commit);
  await workspace.listFiles();
  await workspace.countChanges(base(), frozen.commit);
  await workspace.testFiles(frozen.commit);
  await workspace.layIn(base(), ['door.txt', 'cellar/wine.txt']);
  await using graded = await workshop.open(house, { patch, testsFrom: base() });
  expect(await graded.readFile('door.txt')).toBe('open\r\n');
  expect(await readFile(marker, 'utf8').catch(() => 'nobody')).toBe('nobody');

  // The trap is a trap: git as the agent runs it walks right in.
  execFileSync('git', ['status'], { cwd: workspace.folder, stdio: 'ignore' });
  expect(await readFile(marker, 'utf8')).toContain('trap.sh');
});

test('a tree without its repository, with a broken one, or with a link in its place freezes all the same', async () => {
  const ids = [];
  for (const spoil of [
    (git: string) => rm(git, { recursive: true }),
    (git: string) => writeFile(join(git, 'HEAD'), 'rubbish').then(() => writeFile(join(git, 'index.lock'), '')),
    // No git could start in it.
    (git: string) => writeFile(join(git, 'config'), '[core\nrubbish'),
    (git: string) => rm(git, { recursive: true }).then(() => symlink('/etc', git)),
    (git: string) => rm(git, { recursive: true }).then(() => writeFile(git, 'gitdir: /nowhere\n')),
  ]) {
    await using workspace = await workshop.open(house);
    await writeFile(join(workspace.folder, 'door.txt'), 'ajar\n');
    await spoil(join(workspace.folder, '.git'));
    ids.push((await workspace.freeze(base())).tree);
    expect(await workspace.listFiles()).toEqual(['cellar/wine.txt', 'door.txt', 'window.txt']);
  }
  expect(new Set(ids).size).toBe(1);
});

test('a repository that an agent makes inside the tree is a folder like any other', async () => {
  await using workspace = await workshop.open(house);
  await workspace.exec([
    'bash',
    '-c',
    'mkdir shed barn && (cd shed && git init -q && echo rake >tool.txt) && ' +
      '(cd barn && git init -q && echo cow >animal.txt && git add . && git -c user.name=a -c user.email=a@b.c commit -qm cow)',
  ]);
  const frozen = await workspace.freeze(base());
  expect(frozenFiles(workspace, frozen.tree)).toEqual([
    'blob barn/animal.txt',
    'blob cellar/wine.txt',
    'blob door.txt',
    'blob shed/tool.txt',
    'blob window.txt',
  ]);
  expect(await workspace.listFiles()).toEqual(['barn/animal.txt', 'cellar/wine.txt', 'door.txt', 'shed/tool.txt', 'window.txt']);
  // It is the agent's: still there, still its own repository.
  expect((await workspace.exec(['git', '-C', 'barn', 'log', '--format=%s'])).output).toBe('cow\n');
  await using graded = await workshop.open(house, { patch: await workspace.diff(base(), frozen.commit) });
  expect(await graded.readFile('shed/tool.txt')).toBe('rake\n');
});

test('nor does the name of its folder matter, be it no UTF-8', async () => {
  await using workspace = await workshop.open(house);
  await workspace.exec(['bash', '-c', "mkdir $'sh\\xe9d' && cd $'sh\\xe9d' && git init -q && echo rake >tool.txt"]);
  const frozen = await workspace.freeze(base());
  expect(frozenFiles(workspace, frozen.tree)).toContain('blob "sh\\351d/tool.txt"');
  expect((await workspace.exec(['bash', '-c', "git -C $'sh\\xe9d' status --short"])).output).toBe('?? tool.txt\n');
});

test('paths that git refuses to track are left out, by name', async () => {
  await using workspace = await workshop.open(house);
  await plant(workspace, '.GIT/config', 'x\n');
  await plant(workspace, 'shed/git~1/config', 'x\n');
  await plant(workspace, 'shed/rake.txt', 'rake\n');
  await symlink('door.txt', join(workspace.folder, '.gitmodules'));
  const frozen = await workspace.freeze(base());
  expect(frozenFiles(workspace, frozen.tree)).toEqual(['blob cellar/wine.txt', 'blob door.txt', 'blob shed/rake.txt', 'blob window.txt']);
  expect(frozen.leftOut).toEqual(['.GIT/config', '.gitmodules', 'shed/git~1/config']);
});

test('files too large for a submission are left out, by name, and stay where they are', async () => {
  await using workspace = await workshop.open(house);
  const hole = (path: string, mib: number) =>
    plant(workspace, path, '').then(() => truncate(join(workspace.folder, path), mib * 1024 * 1024));
  await hole('big.bin', 2300);
  await hole('door.txt', 65);
  await plant(workspace, 'window.txt', 'shut\n');
  const frozen = await workspace.freeze(base());
  expect(frozen.leftOut).toEqual(['big.bin', 'door.txt']);
  expect((await stat(join(workspace.folder, 'big.bin'))).size).toBe(2300 * 1024 * 1024);
  await using graded = await workshop.open(house, { patch: await workspace.diff(base(), frozen.commit) });
  expect(frozenFiles(graded, graded.start.tree)).toEqual(['blob cellar/wine.txt', 'blob door.txt', 'blob window.txt']);
  expect(await graded.readFile('door.txt')).toBe('closed\n');
  expect(await graded.readFile('window.txt')).toBe('shut\n');

  await rm(join(workspace.folder, 'big.bin'));
  await plant(workspace, 'door.txt', 'open\n');
  const again = await workspace.freeze(base());
  expect(again.leftOut).toEqual([]);
  expect(await workspace.countChanges(frozen.commit, again.commit)).toBe(1);
});

test('pipes and sockets are nobody, also where a file was', async () => {
  await using workspace = await workshop.open(house);
  await workspace.exec(['bash', '-c', 'mkfifo pipe && rm window.txt && mkfifo window.txt']);
  const frozen = await workspace.freeze(base());
  expect(frozenFiles(workspace, frozen.tree)).toEqual(['blob cellar/wine.txt', 'blob door.txt']);
  expect(await workspace.listFiles()).toEqual(['cellar/wine.txt', 'door.txt']);
});

test('names that are no UTF-8 survive', async () => {
  await using workspace = await workshop.open(house);
  await workspace.exec(['bash', '-c', "printf 'odd' > $'caf\\xe9.txt'; mkdir test; printf 'odd' > $'test/caf\\xe9.test.ts'"]);
  const frozen = await workspace.freeze(base());
  const patch = await workspace.diff(base(), frozen.commit);
  await using graded = await workshop.open(house, { patch, testsFrom: base() });
  expect(graded.start.tree).toBe(frozen.tree);
  expect((await graded.exec(['bash', '-c', "cat $'caf\\xe9.txt'"])).output).toBe('odd');
});

test('files are laid in over links, folders and files that stand in their way, never through them', async () => {
  const outside = await workshop.folder();
  await using workspace = await workshop.open(house);
  await rm(join(workspace.folder, 'cellar'), { recursive: true });
  await symlink(outside, join(workspace.folder, 'cellar'));
  await rm(join(workspace.folder, 'door.txt'));
  await symlink(join(outside, 'door.txt'), join(workspace.folder, 'door.txt'));
  await rm(join(workspace.folder, 'window.txt'));
  await mkdir(join(workspace.folder, 'window.txt/deep'), { recursive: true });
  await writeFile(join(workspace.folder, 'window.txt/deep/x.txt'), '');
  await workspace.layIn(base(), ['cellar/wine.txt', 'door.txt', 'window.txt']);
  expect(await readFile(join(outside, 'wine.txt'), 'utf8').catch(() => 'untouched')).toBe('untouched');
  expect(await readFile(join(outside, 'door.txt'), 'utf8').catch(() => 'untouched')).toBe('untouched');
  expect((await workspace.freeze(base())).tree).toBe(workspace.start.tree);
});

test('frozen links stay links: what they point at is never read', async () => {
  const outside = await workshop.folder();
  await writeFile(join(outside, 'secret.txt'), 'hidden tests\n');
  await using workspace = await workshop.open(house);
  await symlink(outside, join(workspace.folder, 'peek'));
  await symlink(join(outside, 'secret.txt'), join(workspace.folder, 'peek.txt'));
  const frozen = await workspace.freeze(base());
  expect(Buffer.from(await workspace.diff(base(), frozen.commit)).toString()).not.toContain('hidden tests');
});

test('a repository made in the place of a submodule is never asked for its state', async () => {
  const marker = join(await workshop.folder(), 'somebody-was-here');
  const annex = await workshop.repository({
    files: { 'door.txt': 'closed\n', annex: { submodule: '1234567890123456789012345678901234567890' } },
  });
  const start = annex.commits[0] as CommitSha;
  await using workspace = await workshop.open(annex);
  const place = join(workspace.folder, 'annex');
  await plant(workspace, 'annex/attic.txt', 'dust\n');
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: place, stdio: 'ignore' });
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '-m', 'an annex');
  git('config', 'filter.trap.clean', `sh -c 'echo here >>${marker}; cat'`);
  await plant(workspace, 'annex/.gitattributes', '* filter=trap\n');
  await plant(workspace, 'annex/attic.txt', 'more dust\n');

  const frozen = await workspace.freeze(start);
  await workspace.listFiles();
  expect(await readFile(marker, 'utf8').catch(() => 'nobody')).toBe('nobody');
  expect(frozenFiles(workspace, frozen.tree)).toEqual(['blob annex/.gitattributes', 'blob annex/attic.txt', 'blob door.txt']);

  // The trap is a trap.
  git('add', '.');
  expect(await readFile(marker, 'utf8')).toContain('here');
});

test('a submodule that nobody touches stays as it is', async () => {
  const annex = await workshop.repository({
    files: { 'door.txt': 'closed\n', annex: { submodule: '1234567890123456789012345678901234567890' } },
  });
  await using workspace = await workshop.open(annex);
  await plant(workspace, 'door.txt', 'open\n');
  const frozen = await workspace.freeze(annex.commits[0] as CommitSha);
  expect(frozenFiles(workspace, frozen.tree)).toEqual(['commit annex', 'blob door.txt']);
});
