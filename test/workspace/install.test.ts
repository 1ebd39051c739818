/** Installs from the real registry: what is locked, what is not, what cannot be, and what never runs. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, lstat, mkdir, readdir, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { type CommitSha, DEFAULT_SETUP } from '#contracts';
import type { Workspace } from '#workspace';
import type { GitRepository } from '../helpers/git-repository.ts';
import { bothPlaces, refusal, useWorkshop } from '../helpers/workspaces.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/workspace');
const INSTALL = DEFAULT_SETUP;
const [place] = bothPlaces;

// A connection that stalls is given up after a minute and tried again.
vi.setConfig({ testTimeout: 300_000 });

const workshop = useWorkshop();
const kiosk = (manager: string, ...later: Parameters<typeof workshop.fixture>[1][]) =>
  workshop.fixture(join(FIXTURES, `kiosk-${manager}`), ...later.filter((spec) => spec !== undefined));
const openInstalled = (origin: GitRepository, changes = {}) => workshop.open(origin, { setup: INSTALL, sandbox: place, ...changes });
const minutes = async (workspace: Workspace) => (await workspace.exec(['node', '-p', "require('ms')('2 minutes')"])).output.trim();

/** The snapshots of the cache. */
const snapshots = async () => (await workshop.room('installs')).filter((name) => !name.includes('.'));
/** How the dependencies were installed: the last note, without the version. */
const how = ({ environment }: Workspace) => environment.notes.at(-1)?.replace(/ \d[^,;]*/, '');

test('npm, locked; opened twice at once on a cold cache, and again from the snapshot', async () => {
  const origin = await kiosk('npm');
  const [one, two] = await Promise.all([openInstalled(origin), openInstalled(origin)]);
  await using first = one;
  await using second = two;
  expect([await minutes(first), await minutes(second)]).toEqual(['120000', '120000']);
  expect(await snapshots()).toHaveLength(1);
  expect([how(first), how(second)]).toEqual(Array(2).fill('npm, locked by package-lock.json'));
  // The lockfile stays as it was committed: installing changes no file of the tree.
  expect((await first.freeze(origin.commits[0] as CommitSha)).tree).toBe(first.start.tree);

  // What an agent does to its dependencies is its own affair.
  await first.writeFile('node_modules/ms/index.js', 'module.exports = () => "rigged";');
  await first.exec(['rm', 'node_modules/ms/package.json']);
  expect(await minutes(first)).toBe('rigged');
  expect(await minutes(second)).toBe('120000');
  await using third = await openInstalled(origin);
  expect(await minutes(third)).toBe('120000');
  expect(await snapshots()).toHaveLength(1);
});

test('pnpm: copies, not links into the folder of downloads', async () => {
  await using workspace = await openInstalled(await kiosk('pnpm'));
  expect(await minutes(workspace)).toBe('120000');
  expect((await stat(join(workspace.folder, 'node_modules/.pnpm/ms@2.1.3/node_modules/ms/index.js'))).nlink).toBe(1);
});

test('no lockfile: resolved today, and said so', async () => {
  await using workspace = await openInstalled(await workshop.repository({ files: { 'package.json': '{"dependencies":{"ms":"^2.0.0"}}' } }));
  expect(await minutes(workspace)).toBe('120000');
  expect(how(workspace)).toBe('npm; no lockfile, so versions are those of the day it was first installed here');
  expect(await workspace.listFiles()).toEqual(['package.json']);
  // The lockfile that was resolved lies in the snapshot, so that others can look up what it was.
  const snapshot = dirname(dirname(dirname(await realpath(join(workspace.folder, 'node_modules/ms')))));
  const lockfile = JSON.parse(await readFile(join(snapshot, 'package-lock.json'), 'utf8'));
  expect(lockfile.packages['node_modules/ms'].version).toMatch(/^2\./);
});

test.each(['npm', 'pnpm'])('a lockfile of %s that does not fit: a tree that runs, and a note', async (manager) => {
  const origin = await kiosk(manager, { files: { 'package.json': '{"name":"kiosk","dependencies":{"ms":"2.1.2"}}' } });
  await using workspace = await openInstalled(origin, { at: 1 });
  expect(await minutes(workspace)).toBe('120000');
  expect(await workspace.exec(['node', '-p', "require('ms/package.json').version"])).toMatchObject({ output: '2.1.2\n' });
  expect(how(workspace)).toMatch(
    new RegExp(`^${manager}, locked by \\S+; the lockfile does not fit package.json, so what differs was resolved anew$`),
  );
});

test('no package.json: nothing to install', async () => {
  await using workspace = await openInstalled(await workshop.repository({ files: { 'a.txt': '' } }));
  expect(existsSync(join(workspace.folder, 'node_modules'))).toBe(false);
});

describe('what cannot be installed', () => {
  test('a package that nobody publishes: the manager’s own words', async () => {
    const origin = await workshop.repository({
      files: { 'package.json': '{"dependencies":{"@longhaul-invalid/nobody-publishes-this":"1.0.0"}}' },
    });
    const { code, message } = await refusal(openInstalled(origin));
    expect(code).toBe('E_INSTALL_FAILED');
    expect(message).toMatch(/^npm \S+ could not install the dependencies:\n[\s\S]*@longhaul-invalid\/nobody-publishes-this/);
    expect(message).toMatch(/E404|404/);
  });

  test('a package.json that is none', async () => {
    const { code, message } = await refusal(openInstalled(await workshop.repository({ files: { 'package.json': '{ not json' } })));
    expect([code, message]).toEqual(['E_MANIFEST_MALFORMED', expect.stringMatching(/^package.json is no JSON: /)]);
  });

  test('nothing of a failed install is left', async () => {
    expect((await workshop.room('installs')).filter((name) => name.includes('unfinished'))).toEqual([]);
    expect(await workshop.room('workspaces')).toEqual([]);
  });
});

describe('install scripts', () => {
  const scripts = { preinstall: 'touch root-ran', postinstall: 'touch root-ran', prepare: 'touch root-ran' };
  const files = {
    'package.json': JSON.stringify({ name: 'shop', version: '1.0.0', scripts, dependencies: { noisy: 'file:./noisy' } }),
    'noisy/package.json': JSON.stringify({ name: 'noisy', version: '1.0.0', scripts: { postinstall: 'touch noisy-ran' } }),
  };

  test('run when npm is asked as people ask it, and not when a workspace opens', async () => {
    const origin = await workshop.repository({ files });
    await using workspace = await openInstalled(origin);
    const ran = async (folder: string) => (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('-ran'));
    expect(await readdir(join(workspace.folder, 'node_modules'))).toContain('noisy');
    expect(await ran(workspace.folder)).toEqual([]);
    expect(await ran(join(workshop.host.cacheFolder, 'installs'))).toEqual([]);

    const control = await workshop.folder();
    await cp(workspace.folder, control, { recursive: true, filter: (path) => !/node_modules|\.git$/.test(path) });
    execFileSync('npm', ['install', '--silent', '--no-audit'], { cwd: control, stdio: 'ignore' });
    expect((await ran(control)).sort()).toContain('root-ran');
  });
});

describe('the next milestone’s dependencies', () => {
  const manifest = (dependencies: Record<string, string>) =>
    JSON.stringify({ name: 'mall', private: true, workspaces: ['packages/*'], dependencies });
  const shop = JSON.stringify({ name: '@mall/shop', version: '1.0.0', dependencies: { ms: '2.0.0' } });
  const files = { 'package.json': manifest({ ms: '2.1.3' }), 'packages/shop/package.json': shop };

  test('replace those of the tree, workspace packages included', async () => {
    const origin = await workshop.repository({ files }, { files: { 'package.json': manifest({ ms: '2.1.2' }) } });
    const [, next] = origin.commits;
    if (!next) throw new Error('no commit');
    await using workspace = await openInstalled(origin, { referenceCommits: [next] });
    const versions = () =>
      Promise.all(
        ['', 'packages/shop/'].map(
          async (at) => JSON.parse(await readFile(join(workspace.folder, at, 'node_modules/ms/package.json'), 'utf8')).version,
        ),
      );
    expect(await versions()).toEqual(['2.1.3', '2.0.0']);
    await workspace.writeFile('node_modules/mine.js', '');
    await workspace.useEnvironmentOf(next);
    expect(await versions()).toEqual(['2.1.2', '2.0.0']);
    await expect(workspace.readFile('node_modules/mine.js')).rejects.toThrow('does not exist');

    // An agent that puts links where dependencies go does not lead the installer out.
    const outside = await workshop.folder();
    await mkdir(join(outside, 'shop/node_modules'), { recursive: true });
    await writeFile(join(outside, 'shop/node_modules/precious.txt'), 'precious\n');
    await rm(join(workspace.folder, 'packages'), { recursive: true });
    await symlink(outside, join(workspace.folder, 'packages'));
    await rm(join(workspace.folder, 'node_modules'), { recursive: true });
    await symlink(outside, join(workspace.folder, 'node_modules'));
    await workspace.useEnvironmentOf(origin.commits[0] as CommitSha);
    expect(await readdir(join(outside, 'shop/node_modules'))).toEqual(['precious.txt']);
    expect(await readdir(outside)).toEqual(['shop']);
    expect((await lstat(join(workspace.folder, 'node_modules'))).isDirectory()).toBe(true);
  });
});
