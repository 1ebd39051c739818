/** What goes wrong between us and a repository's server, and what is left of it. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CommitSha } from '#contracts';
import { openMirror } from '#workspace';
import { type GitRepository, gitOf } from '../helpers/git-repository.ts';
import { type BadDay, serveRepository } from '../helpers/git-server.ts';
import { until } from '../helpers/place.ts';
import { processesNaming, refusal, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
let harbour: GitRepository;
beforeAll(async () => {
  // Nothing that compresses, so that the pack is larger than any talk about it.
  harbour = await workshop.repository(
    { files: { 'crane.bin': randomBytes(300_000), 'quay.txt': 'stone\n' } },
    { files: { 'ship.bin': randomBytes(600_000) } },
  );
});
const commits = () => harbour.commits as [CommitSha, CommitSha];

async function mirrors(): Promise<string[]> {
  return (await workshop.room('mirrors')).filter((name) => !name.endsWith('.lock'));
}

test('a transfer that breaks off is tried again, and comes whole', async () => {
  await using server = await serveRepository(harbour.repository, { packEnds: { afterBytes: 100_000, by: 'cutting' }, times: 1 });
  const mirror = await openMirror(workshop.host, server.url, commits());
  expect(gitOf(mirror, ['fsck', '--full', '--strict'])).toBe('');
  expect(server.requests.filter(({ line }) => line.startsWith('GET'))).toHaveLength(2);
});

test('one that breaks off every time is an error that may pass, and leaves a mirror that is usable later', async () => {
  const before = await mirrors();
  const badDay: BadDay = { packEnds: { afterBytes: 100_000, by: 'cutting' }, times: 3 };
  await using server = await serveRepository(harbour.repository, badDay);
  expect(await refusal(openMirror(workshop.host, server.url, commits()))).toMatchObject({
    code: 'E_REPOSITORY_INTERRUPTED',
    message: expect.stringContaining(`Cannot fetch from ${server.url}`),
    retryable: true,
  });
  const [name, ...others] = (await mirrors()).filter((mirror) => !before.includes(mirror));
  expect(others).toEqual([]);
  expect(await readdir(join(workshop.host.cacheFolder, 'mirrors', name ?? '', 'objects/pack'))).toEqual([]);
  expect(await openMirror(workshop.host, server.url, commits())).toContain(name);
});

test('a server that falls silent is left after a while, and asked again', async () => {
  const host = { ...workshop.host, environment: { ...workshop.host.environment, GIT_HTTP_LOW_SPEED_TIME: '1' } };
  await using server = await serveRepository(harbour.repository, { packEnds: { afterBytes: 100_000, by: 'silence' }, times: 1 });
  expect(gitOf(await openMirror(host, server.url, commits()), ['fsck', '--full', '--strict'])).toBe('');
  expect(server.requests.filter(({ line }) => line.startsWith('GET'))).toHaveLength(2);
});

test('a request to stop ends a fetch that stands still, with every process of it', async () => {
  await using server = await serveRepository(harbour.repository, { packEnds: { afterBytes: 100_000, by: 'silence' } });
  const stop = new AbortController();
  const opening = openMirror(workshop.host, server.url, commits(), stop.signal);
  await server.packEnded;
  const reason = new Error('stop');
  stop.abort(reason);
  await expect(opening).rejects.toBe(reason);
  await until('no process of the fetch is left', () => processesNaming(server.url).length === 0);
});

test('what a server answers with decides whether it is worth another try', async () => {
  const answers = [503, 429, 404, 403].map(async (status) => {
    await using server = await serveRepository(harbour.repository, { status });
    const { code, retryable } = await refusal(openMirror(workshop.host, server.url, commits()));
    return [status, code, retryable];
  });
  expect(await Promise.all(answers)).toEqual([
    [503, 'E_REPOSITORY_INTERRUPTED', true],
    [429, 'E_REPOSITORY_INTERRUPTED', true],
    [404, 'E_REPOSITORY_UNREACHABLE', false],
    [403, 'E_REPOSITORY_AUTH', false],
  ]);
});

test('a fetch whose process is killed half way leaves a mirror that the next one goes on with', async () => {
  await using server = await serveRepository(harbour.repository, { packEnds: { afterBytes: 200_000, by: 'silence' }, times: 1 });
  const [first, second] = commits();
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '../helpers/open-mirror-entry.ts'), workshop.host.cacheFolder, server.url, second],
    {
      stdio: 'ignore',
    },
  );
  await server.packEnded;
  await until('half a pack lies there', async () => (await unfinishedPacks()).length > 0);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  expect(await unfinishedPacks()).not.toEqual([]);

  const mirror = await openMirror(workshop.host, server.url, [first, second]);
  expect(gitOf(mirror, ['fsck', '--full', '--strict'])).toBe('');
  expect(await unfinishedPacks()).toEqual([]);
  await until('the orphaned git has ended', () => processesNaming(server.url).length === 0);
  expect(gitOf(mirror, ['fsck', '--full', '--strict'])).toBe('');
});

async function unfinishedPacks(): Promise<string[]> {
  const files = await readdir(join(workshop.host.cacheFolder, 'mirrors'), { recursive: true }).catch(() => []);
  return files.filter((path) => path.includes('.unfinished/') && path.includes('tmp_pack_'));
}

describe('what a killed process leaves in and beside a mirror', () => {
  test.each([
    [
      'a fetch that was never finished',
      async (mirror: string) => mkdir(`${mirror}.1-0a1b2c3d.unfinished/objects/pack`, { recursive: true }),
    ],
    ['a pack without its index', async (mirror: string) => writeFile(join(mirror, 'objects/pack/pack-0123.pack'), 'PACK')],
    ['a mirror that has no refs yet', async (mirror: string) => gitOf(mirror, ['init', '--bare', '--quiet', mirror])],
  ])('%s', async (_, spoil) => {
    const { repository, commits: ids } = await workshop.repository({ files: { 'a.txt': 'a\n' } }, { files: { 'a.txt': 'b\n' } });
    const mirror = await openMirror(workshop.host, repository, []);
    const grown = gitOf(repository, ['commit-tree', '-p', ids[1] ?? '', '-m', 'Later', `${ids[0]}^{tree}`]).trim() as CommitSha;
    gitOf(repository, ['update-ref', 'refs/heads/later', grown]);
    await spoil(mirror);
    expect(await openMirror(workshop.host, repository, [...ids, grown])).toBe(mirror);
    expect((await workshop.room('mirrors')).filter((name) => name.endsWith('.unfinished'))).toEqual([]);
    expect(gitOf(mirror, ['rev-parse', 'later']).trim()).toBe(grown);
  });
});

test('readers of a mirror do not wait for a fetch that they do not need', async () => {
  const day: BadDay = {};
  await using server = await serveRepository(harbour.repository, day);
  const mirror = await openMirror(workshop.host, server.url, commits());
  day.packEnds = { afterBytes: 100_000, by: 'silence' };
  const noise = gitOf(harbour.repository, ['hash-object', '-w', '--stdin'], randomBytes(300_000)).trim();
  const tree = gitOf(harbour.repository, ['mktree'], `100644 blob ${noise}\tnoise.bin\n`).trim();
  const big = gitOf(harbour.repository, ['commit-tree', '-p', commits()[1], '-m', 'Big', tree]).trim() as CommitSha;
  gitOf(harbour.repository, ['update-ref', 'refs/heads/big', big]);
  const stop = new AbortController();
  const stuck = openMirror(workshop.host, server.url, [big], stop.signal).catch(() => 'stopped');
  await server.packEnded;
  expect(await openMirror(workshop.host, server.url, commits())).toBe(mirror);
  stop.abort();
  expect(await stuck).toBe('stopped');
});
