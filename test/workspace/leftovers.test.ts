/** What is left on the disk: nothing after disposal, nothing after a failed opening, and after a crash only until the next sweep. */
import { spawn, spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CommitSha, DEFAULT_SETUP } from '#contracts';
import { type Host, sweepWorkspaces } from '#workspace';
import { bothPlaces, environmentOfTests, refusal, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
const files = { 'a.txt': 'a\n', 'package.json': '{"dependencies":{"is-no-package":"file:./nowhere"}}' };
const NOWHERE = CommitSha.parse('0123456789012345678901234567890123456789');

test.each(bothPlaces)('disposal leaves nothing, sandbox %s', async (sandbox) => {
  const workspace = await workshop.open(await workshop.repository({ files }), { sandbox });
  await workspace.exec([
    'bash',
    '-c',
    'mkdir -p deep/er && echo x >deep/er/x && chmod 500 deep/er && chmod 000 a.txt && mkdir ~/.cache && chmod 000 ~/.cache',
  ]);
  expect((await workshop.room('workspaces')).filter((name) => !name.endsWith('.lock'))).toHaveLength(1);
  await workspace[Symbol.asyncDispose]();
  expect(await workshop.room('workspaces')).toEqual([]);
  await workspace[Symbol.asyncDispose]();
});

test.each(bothPlaces)('a tree that locks its files can still be frozen, sandbox %s', async (sandbox) => {
  const origin = await workshop.repository({ files });
  await using workspace = await workshop.open(origin, { sandbox });
  await workspace.exec([
    'bash',
    '-c',
    'mkdir cellar && echo wine >cellar/wine.txt && echo b >>a.txt && chmod 000 a.txt cellar/wine.txt cellar',
  ]);
  const frozen = await workspace.freeze(origin.commits[0] ?? NOWHERE);
  await using graded = await workshop.open(origin, { patch: await workspace.diff(origin.commits[0] ?? NOWHERE, frozen.commit) });
  expect(await graded.readFile('a.txt')).toBe('a\nb\n');
  expect(await graded.readFile('cellar/wine.txt')).toBe('wine\n');
});

test('an opening that fails half way leaves nothing', async () => {
  const origin = await workshop.repository({ files });
  const install = DEFAULT_SETUP;
  const failures = [
    refusal(workshop.open(origin, { setup: install, environmentFrom: NOWHERE })),
    refusal(workshop.open(origin, { patch: Buffer.from('no patch at all\n') })),
    refusal(workshop.open(origin, { testsFrom: NOWHERE })),
    refusal(workshop.open({ ...origin, repository: '/nowhere' })),
  ];
  expect((await Promise.all(failures)).map(({ code }) => code)).toEqual([
    'E_COMMIT_UNKNOWN',
    'E_PATCH_REFUSED',
    'E_COMMIT_UNKNOWN',
    'E_REPOSITORY_UNREACHABLE',
  ]);
  expect(await workshop.room('workspaces')).toEqual([]);
});

test('a workspace that is aborted while it opens leaves nothing', async () => {
  const origin = await workshop.repository({ files });
  await (await workshop.open(origin))[Symbol.asyncDispose]();
  for (const delayMs of [5, 30, 80, 160]) {
    const stop = new AbortController();
    const reason = new Error('stop');
    const opening = workshop.open(origin, { signal: stop.signal });
    setTimeout(() => stop.abort(reason), delayMs);
    await opening.then(
      (workspace) => workspace[Symbol.asyncDispose](),
      (error: unknown) => expect(error).toBe(reason),
    );
    expect(await workshop.room('workspaces')).toEqual([]);
  }
});

let elsewhere: Host;
beforeAll(async () => {
  elsewhere = { environment: environmentOfTests(), cacheFolder: await mkdtemp(join(tmpdir(), 'longhaul-sweep-')) };
});
afterAll(() => rm(elsewhere.cacheFolder, { recursive: true, force: true }));

test('a sweep takes what nobody holds, and nothing of the living', async () => {
  const dead = await deadProcess();
  const living = process.pid;
  const left = {
    // With a lock that nobody holds, a name says nothing; without one, it is all there is.
    workspaces: [`${living}-0a1b2c`, `${dead}-aBc123`, `${living}-aBc123`, 'notes.txt'],
    installs: [`0123.${living}-0a1b2c3d.unfinished`, `4567.${dead}-0a1b2c3d.unfinished`, '0123'],
    trees: [`ef.${living}-0a1b2c3d.unfinished`, 'ef'],
    mirrors: [`ab.git.${living}-0a1b2c3d.unfinished`, `cd.git.${dead}-0a1b2c3d.unfinished`, 'ab.git'],
    repositories: [`cd.git.${living}-0a1b2c3d.unfinished`, 'cd.git'],
    tools: [`pnpm-10.${living}-0a1b2c3d.unfinished`, 'pnpm-10'],
    downloads: [],
  };
  for (const [room, names] of Object.entries(left)) {
    for (const name of names) {
      await mkdir(join(elsewhere.cacheFolder, room, name, 'inside'), { recursive: true });
      await writeFile(join(elsewhere.cacheFolder, room, name, 'inside/x'), '');
    }
  }
  await chmod(join(elsewhere.cacheFolder, 'workspaces', `${dead}-aBc123`, 'inside'), 0o500);
  const lockOf = (name: string) => join(elsewhere.cacheFolder, `${name}.lock`);
  for (const name of [`workspaces/${living}-0a1b2c`, `workspaces/${living}-d4e5f6`]) await writeFile(lockOf(name), '');
  // As whoever makes these two holds them.
  const makers = [lockOf('installs/4567'), lockOf('mirrors/cd.git.fetching')].map((file) => new DatabaseSync(file));
  for (const maker of makers) maker.exec('BEGIN EXCLUSIVE');
  // As whoever uses an entry holds it, of which another has left an unfinished one.
  const user = new DatabaseSync(lockOf('tools/pnpm-10'));
  user.exec('BEGIN; SELECT count(*) FROM sqlite_schema');

  expect(await sweepWorkspaces(elsewhere)).toBe(7);
  const folders = async (room: string) =>
    (await readdir(join(elsewhere.cacheFolder, room))).filter((name) => !/\.(lock|lock-journal|size)$/.test(name)).sort();
  const kept = await Promise.all(Object.keys(left).map(async (room) => [room, await folders(room)] as const));
  expect(Object.fromEntries(kept)).toEqual({
    workspaces: [`${living}-aBc123`, 'notes.txt'],
    installs: ['0123', `4567.${dead}-0a1b2c3d.unfinished`],
    trees: ['ef'],
    mirrors: ['ab.git', `cd.git.${dead}-0a1b2c3d.unfinished`],
    repositories: ['cd.git'],
    tools: ['pnpm-10'],
    downloads: [],
  });
  expect((await readdir(join(elsewhere.cacheFolder, 'workspaces'))).filter((name) => name.endsWith('.lock'))).toEqual([]);
  for (const maker of makers) maker.close();
  expect(await sweepWorkspaces(elsewhere)).toBe(2);
  user.close();
});

/** As another container sees the same cache: the ids of our processes mean nothing there. */
const NEW_NAMESPACE = ['unshare', '--user', '--map-root-user', '--pid', '--fork', '--kill-child'] as const;
const noNamespaces = spawnSync(NEW_NAMESPACE[0], [...NEW_NAMESPACE.slice(1), 'true']).status !== 0;
if (noNamespaces) console.warn('The test of a sweep from another pid namespace is skipped: unshare(1) makes none here.');

test.skipIf(noNamespaces)('a sweep from another pid namespace takes no workspace that is open here', async () => {
  const workspace = await workshop.open(await workshop.repository({ files: { 'a.txt': 'a\n' } }));
  const host = { environment: { PATH: process.env.PATH }, cacheFolder: workshop.host.cacheFolder };
  const program = `import { sweepWorkspaces } from '#workspace'; console.log(await sweepWorkspaces(${JSON.stringify(host)}));`;
  const sweep = [process.execPath, '--input-type=module', '-e', program];
  const { stdout } = spawnSync(NEW_NAMESPACE[0], [...NEW_NAMESPACE.slice(1), ...sweep], { encoding: 'utf8' });
  expect(stdout).toBe('0\n');
  expect(await workspace.readFile('a.txt')).toBe('a\n');
  await workspace[Symbol.asyncDispose]();
});

test('a sweep of a cache that is not there yet finds nothing', async () => {
  expect(await sweepWorkspaces({ ...elsewhere, cacheFolder: join(elsewhere.cacheFolder, 'new') })).toBe(0);
});

/** The number of a process that has ended. */
async function deadProcess(): Promise<number> {
  const child = spawn('true');
  await new Promise((resolve) => child.once('exit', resolve));
  return child.pid ?? 0;
}
