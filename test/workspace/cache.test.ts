/** The cache: made once for all processes of a host, whole or not there, and kept below its cap without harm to anybody. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CommitSha, DEFAULT_LIMITS, DEFAULT_SETUP } from '#contracts';
import { type Host, openWorkspace, sweepWorkspaces, type Workspace } from '#workspace';
import type { GitRepository } from '../helpers/git-repository.ts';
import { until } from '../helpers/place.ts';
import { bothPlaces, noSandbox, useWorkshop } from '../helpers/workspaces.ts';

const ROOT = join(import.meta.dirname, '../..');
const workshop = useWorkshop();
const [place] = bothPlaces;
const dependent = (version: string) =>
  workshop.repository({ files: { 'package.json': JSON.stringify({ dependencies: { ms: version } }) } });
const optionsFor = ({ repository, commits }: GitRepository) => ({
  ...{ repository, commit: commits[0] as CommitSha, environmentFrom: commits[0] as CommitSha },
  ...{ setup: DEFAULT_SETUP, sandbox: place, limits: DEFAULT_LIMITS },
});
const open = (host: Host, of: GitRepository) => openWorkspace(host, optionsFor(of));
const minutes = async (workspace: Workspace) => (await workspace.exec(['node', '-p', "require('ms')('2 minutes')"])).output.trim();
/** A cache of a test's own. */
const freshHost = async (more: Partial<Host> = {}): Promise<Host> => ({ ...workshop.host, cacheFolder: await workshop.folder(), ...more });
const installs = async ({ cacheFolder }: Host) =>
  (await readdir(join(cacheFolder, 'installs'))).filter((name) => !name.includes('.')).sort();

/** Another process that opens a workspace, says so, and keeps it until it is killed. */
function keeper(host: Host, of: GitRepository): ChildProcess & { said: () => string } {
  const script = `
    import { openWorkspace } from '#workspace';
    const workspace = await openWorkspace(${JSON.stringify(host)}, ${JSON.stringify(optionsFor(of))});
    console.log((await workspace.exec(['node', '-p', "require('ms')('2 minutes')"])).output.trim());
    setInterval(() => workspace, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout?.on('data', (text) => {
    said += text;
  });
  return Object.assign(child, { said: () => said });
}
const killed = async (child: ChildProcess) => {
  child.kill('SIGKILL');
  await until('the process is gone', () => child.exitCode !== null || child.signalCode !== null);
};

test('what is in use, also in another process, is not removed; what nobody uses goes, the least recently used first', async () => {
  const host = await freshHost();
  const [old, used, newer] = await Promise.all(['2.1.1', '2.1.2', '2.1.3'].map(dependent));
  if (!old || !used || !newer) throw new Error('three repositories');
  const keys: string[] = [];
  for (const repository of [old, used, newer]) {
    await (await open(host, repository))[Symbol.asyncDispose]();
    const [key] = (await installs(host)).filter((name) => !keys.includes(name));
    if (key) keys.push(key);
  }
  const [oldKey = '', usedKey = '', newerKey = ''] = keys;
  for (const [key, year] of [
    [usedKey, 2001],
    [oldKey, 2002],
    [newerKey, 2003],
  ] as const) {
    const lock = join(host.cacheFolder, 'installs', `${key}.lock`);
    await utimes(lock, new Date(year, 1), new Date(year, 1));
    await writeFile(join(host.cacheFolder, 'installs', `${key}.size`), '1000000');
  }
  await mkdir(join(host.cacheFolder, 'downloads/npm'), { recursive: true });
  await writeFile(join(host.cacheFolder, 'downloads/npm.size'), '0.5');

  const other = keeper(host, used);
  await until('the other process has its dependencies', () => other.said().includes('120000'));
  await utimes(join(host.cacheFolder, 'installs', `${usedKey}.lock`), new Date(2001, 1), new Date(2001, 1));
  await sweepWorkspaces({ ...host, cacheCapBytes: 2_500_000 });
  expect(await installs(host), 'the older of the two that nobody uses is gone').toEqual([usedKey, newerKey].sort());
  await sweepWorkspaces({ ...host, cacheCapBytes: 0 });
  expect(await installs(host)).toEqual([usedKey]);

  // The kernel drops the lock of a killed process.
  await killed(other);
  await sweepWorkspaces({ ...host, cacheCapBytes: 0 });
  expect(await installs(host)).toEqual([]);
  await using again = await open(host, used);
  expect(await minutes(again)).toBe('120000');
});

test('a new snapshot makes room for itself', async () => {
  const host = await freshHost({ cacheCapBytes: 1 });
  await (await open(host, await dependent('2.1.1')))[Symbol.asyncDispose]();
  await using workspace = await open(host, await dependent('2.1.2'));
  expect(await installs(host)).toHaveLength(1);
  expect(await minutes(workspace)).toBe('120000');
});

test.skipIf(noSandbox !== null)('what was installed without a sandbox is not used in one', async () => {
  const host = await freshHost();
  const repository = await dependent('2.1.3');
  await (await openWorkspace(host, { ...optionsFor(repository), sandbox: 'none' }))[Symbol.asyncDispose]();
  await (await openWorkspace(host, { ...optionsFor(repository), sandbox: 'required' }))[Symbol.asyncDispose]();
  expect(await installs(host)).toHaveLength(2);
});

test('several processes at once install once', async () => {
  const host = await freshHost();
  const repository = await dependent('2.1.3');
  const keepers = Array.from({ length: 3 }, () => keeper(host, repository));
  await until('all have their dependencies', () => keepers.every((one) => one.said().includes('120000')));
  expect(await installs(host)).toHaveLength(1);
  await Promise.all(keepers.map(killed));
});

test('an install that is killed half way leaves nothing that anybody uses', async () => {
  const host = await freshHost();
  const repository = await dependent('2.1.3');
  const first = keeper(host, repository);
  const unfinished = async () =>
    (await readdir(join(host.cacheFolder, 'installs')).catch(() => [])).filter((name) => name.endsWith('.unfinished'));
  await until('it installs', async () => {
    const [name] = await unfinished();
    return name !== undefined && existsSync(join(host.cacheFolder, 'installs', name, 'scratch/home'));
  });
  await killed(first);
  expect(await installs(host)).toEqual([]);
  await using workspace = await open(host, repository);
  expect(await minutes(workspace)).toBe('120000');
  // Credentials may lie in it: whoever makes the entry anew does not leave it to a sweep.
  expect(await unfinished()).toEqual([]);
});

test.each([
  ['lost its record', (snapshot: string) => rm(join(snapshot, 'snapshot.json'))],
  ['lost a package', (snapshot: string) => rm(join(snapshot, '0/node_modules/ms'), { recursive: true })],
])('a snapshot that %s is made anew', async (_, damage) => {
  const host = await freshHost();
  const repository = await dependent('2.1.3');
  await (await open(host, repository))[Symbol.asyncDispose]();
  const [key = ''] = await installs(host);
  await damage(join(host.cacheFolder, 'installs', key));
  await using workspace = await open(host, repository);
  expect(await minutes(workspace)).toBe('120000');
});

test('several who find a snapshot damaged at once all get one that is whole', async () => {
  const host = await freshHost();
  const repository = await dependent('2.1.3');
  await (await open(host, repository))[Symbol.asyncDispose]();
  const [key = ''] = await installs(host);
  await rm(join(host.cacheFolder, 'installs', key, 'snapshot.json'));
  const opened = await Promise.allSettled(Array.from({ length: 4 }, () => open(host, repository)));
  for (const outcome of opened) if (outcome.status === 'fulfilled') await outcome.value[Symbol.asyncDispose]();
  expect(opened.map(({ status }) => status)).toEqual(Array(4).fill('fulfilled'));
});

test('an opening that fails after the install keeps no hold on the snapshot', async () => {
  const host = await freshHost();
  const unmeasurable = join(host.cacheFolder, 'tools/old');
  for (const folder of [unmeasurable, `${unmeasurable}.size`]) await mkdir(folder, { recursive: true });
  await writeFile(`${unmeasurable}.lock`, '');
  await expect(open(host, await dependent('2.1.3'))).rejects.toThrow('EISDIR');
  expect(await installs(host)).toHaveLength(1);
  await rm(`${unmeasurable}.size`, { recursive: true });
  await sweepWorkspaces({ ...host, cacheCapBytes: 0 });
  expect(await installs(host)).toEqual([]);
});
