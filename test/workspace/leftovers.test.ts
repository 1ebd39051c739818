/** What is left on the disk: nothing after disposal, nothing after a failed opening, and after a crash only until the next sweep. */
import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  expect(await workshop.room('workspaces')).toHaveLength(1);
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
    'E_GIT_FAILED',
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

test('a sweep takes what dead processes left, and nothing of the living', async () => {
  const dead = await deadProcess();
  const living = process.pid;
  const left = {
    workspaces: [`${dead}-aBc123`, `${living}-aBc123`, 'notes.txt'],
    installs: [`0123.${dead}-0a1b2c3d.unfinished`, `0123.${living}-0a1b2c3d.unfinished`, '0123'],
    trees: [`ef.${dead}-0a1b2c3d.unfinished`, `ef.${living}-0a1b2c3d.unfinished`, 'ef', 'ef.lock'],
    mirrors: [`ab.git.${dead}-0a1b2c3d.unfinished`, 'ab.git'],
    repositories: [`cd.git.${dead}-0a1b2c3d.unfinished`, 'cd.git'],
    tools: [`pnpm-10.${dead}-0a1b2c3d.unfinished`, 'pnpm-10'],
  };
  for (const [room, names] of Object.entries(left)) {
    for (const name of names) {
      await mkdir(join(elsewhere.cacheFolder, room, name, 'inside'), { recursive: true });
      await writeFile(join(elsewhere.cacheFolder, room, name, 'inside/x'), '');
    }
  }
  await chmod(join(elsewhere.cacheFolder, 'workspaces', `${dead}-aBc123`, 'inside'), 0o500);

  expect(await sweepWorkspaces(elsewhere)).toBe(6);
  for (const [room, names] of Object.entries(left)) {
    // An entry whose size nobody has noted is measured.
    const noted = names.includes('ef.lock') ? ['ef.size'] : [];
    const kept = [...names.filter((name) => !name.includes(String(dead))), ...noted];
    expect((await readdir(join(elsewhere.cacheFolder, room))).sort(), room).toEqual(kept.sort());
  }
  expect(await sweepWorkspaces(elsewhere)).toBe(0);
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
