/** A disk that is full or locked is named as such, with the code that says what to do. */
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '#contracts';
import { openMirror, openWorkspace } from '#workspace';
import { environmentOfTests, NO_SETUP, refusal, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
const isRoot = process.getuid?.() === 0;
const noMount = whyNoMount();
if (noMount !== null) console.warn(`Tests on disks of their own are skipped: ${noMount}.`);
if (isRoot) console.warn('Tests of folders without write permission use a read-only mount: root may write anywhere else.');

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'longhaul-disk-'));
});
afterEach(async () => {
  if (noMount === null) tryMount(['umount', place]);
  await chmod(place, 0o755);
  await rm(place, { recursive: true, force: true });
});

const host = () => ({ environment: environmentOfTests(), cacheFolder: place });

async function openThere(origin: { repository: string; commits: readonly Parameters<typeof openMirror>[2][number][] }) {
  const [commit] = origin.commits;
  if (!commit) throw new Error('no commit');
  return openWorkspace(host(), {
    repository: origin.repository,
    commit,
    environmentFrom: commit,
    setup: NO_SETUP,
    sandbox: 'none',
    limits: DEFAULT_LIMITS,
  });
}

describe.skipIf(noMount)('a disk of 2 MB', () => {
  beforeEach(() => mount(['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', place]));

  test.each([
    ['is too small for the mirror', 6_000_000],
    ['is too small for the tree', 1_500_000],
  ])('%s', async (_, bytes) => {
    // Nothing that compresses.
    const noise = Buffer.from(Array.from({ length: bytes }, () => Math.floor(Math.random() * 256)));
    const origin = await workshop.repository({ files: { 'noise.bin': noise } });
    expect(await refusal(openThere(origin))).toMatchObject({ code: 'E_DISK_FULL', retryable: false });
    expect(execFileSync('find', [place, '-path', '*/workspaces/*'], { encoding: 'utf8' })).toBe('');
  });

  test('is filled by the agent: writing, freezing and diffing say so', async () => {
    const origin = await workshop.repository({ files: { 'a.txt': 'a\n' } });
    await using workspace = await openThere(origin);
    await workspace.exec(['bash', '-c', 'head -c 100000000 /dev/urandom >big.bin']);
    expect(await refusal(workspace.writeFile('b.txt', 'x'.repeat(100_000)))).toMatchObject({ code: 'E_DISK_FULL' });
    const [base] = origin.commits;
    if (base) expect(await refusal(workspace.freeze(base))).toMatchObject({ code: 'E_DISK_FULL' });
  });
});

describe.skipIf(isRoot && noMount)('a folder that may not be written', () => {
  const lock = (mode: 'ro' | 'rw') => {
    if (!isRoot) return chmod(place, mode === 'ro' ? 0o555 : 0o755);
    if (mode === 'ro') {
      mount(['--bind', place, place]);
      mount(['-o', 'remount,ro,bind', place]);
    } else tryMount(['umount', place]);
    return Promise.resolve();
  };

  test('the cache itself', async () => {
    const origin = await workshop.repository({ files: { 'a.txt': 'a\n' } });
    await lock('ro');
    expect(await refusal(openThere(origin))).toMatchObject({ code: 'E_NO_WRITE_PERMISSION', message: expect.stringContaining(place) });
    expect(await refusal(openMirror(host(), origin.repository, []))).toMatchObject({ code: 'E_NO_WRITE_PERMISSION' });
    await lock('rw');
  });

  test('its rooms, made before they were locked', async () => {
    const origin = await workshop.repository({ files: { 'a.txt': 'a\n' } });
    for (const room of ['workspaces', 'mirrors']) await mkdir(join(place, room));
    if (!isRoot) for (const room of ['workspaces', 'mirrors']) await chmod(join(place, room), 0o555);
    await lock('ro');
    expect(await refusal(openThere(origin))).toMatchObject({ code: 'E_NO_WRITE_PERMISSION', message: expect.stringContaining(place) });
    expect(await refusal(openMirror(host(), origin.repository, []))).toMatchObject({ code: 'E_NO_WRITE_PERMISSION' });
    await lock('rw');
    if (!isRoot) for (const room of ['workspaces', 'mirrors']) await chmod(join(place, room), 0o755);
  });
});

function mount(args: string[]): void {
  execFileSync('mount', args, { stdio: 'pipe' });
}

function tryMount([command = '', ...args]: string[]): void {
  try {
    execFileSync(command, args, { stdio: 'pipe' });
  } catch {
    // Nothing was mounted there.
  }
}

function whyNoMount(): string | null {
  if (!isRoot) return 'only root may mount';
  const folder = execFileSync('mktemp', ['-d'], { encoding: 'utf8' }).trim();
  try {
    mount(['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
    execFileSync('umount', [folder]);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message.trim() : String(error);
  } finally {
    execFileSync('rmdir', [folder]);
  }
}
