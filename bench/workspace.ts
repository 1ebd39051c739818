/** Opening a workspace, against `git clone` and the package manager's own install with a warm download cache; and what the sandbox costs a command. */
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { CommitSha, DEFAULT_LIMITS, DEFAULT_SETUP } from '#contracts';
import { type Host, openWorkspace, type Workspace } from '#workspace';
import { type BenchResult, compare, median } from './bench.ts';

/** A repository of 5,700 commits whose lockfile installs 36,000 files; the second commit follows the first and has the same lockfile. */
const TYPEORM = {
  repository: 'https://github.com/typeorm/typeorm',
  commit: '22ed3ec6523aa1e1439f878e199130e4b9b03a41',
  next: '9f67f578954b95a07d09579626a28b07246acbc1',
};
const OPENINGS = 5;
const COMMANDS = 30;

/** Wall time, processor time of the whole machine, and disk taken: of one step. */
interface Cost {
  wallMs: number;
  cpuMs: number;
  diskMb: number;
}

/** The peer is `npm ci`, so the repository must be locked by npm. */
export async function benchWorkspace(args: readonly string[], note: (line: string) => void): Promise<BenchResult[]> {
  const { values } = parseArgs({
    args: [...args],
    options: { repository: { type: 'string' }, commit: { type: 'string' }, next: { type: 'string' }, folder: { type: 'string' } },
  });
  const { repository, commit, next } = { ...TYPEORM, ...values };
  const place: BenchPlace = {
    root: await mkdtemp(join(resolve(values.folder ?? tmpdir()), 'longhaul-bench-')),
    repository: /^[a-z]+:\/\//.test(repository) ? repository : `file://${resolve(repository)}`,
    commit: CommitSha.parse(commit),
    next: CommitSha.parse(next),
    note,
  };
  try {
    const peers = await measurePeers(place);
    const ours = await measureOurs(place);
    return [
      ...lines('first open', ours.first, peers),
      ...lines('open again, dependencies mounted', ours.again, peers, 20),
      ...lines('open the next commit, dependencies mounted', ours.next, peers),
      ...lines('open again, dependencies copied', ours.copied, peers, 2.5),
      ...ours.sandbox,
    ];
  } finally {
    await rm(place.root, { recursive: true, force: true });
  }
}

interface BenchPlace {
  root: string;
  repository: string;
  commit: CommitSha;
  next: CommitSha;
  note: (line: string) => void;
}

async function measurePeers({ root, repository, commit, note }: BenchPlace): Promise<Record<string, Cost>> {
  const npm = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--cache', join(root, 'npm-cache')];
  const install = (folder: string) => execa('npm', npm, { cwd: folder });
  const clone = async (folder: string) => {
    await execa('git', ['clone', '--quiet', '--no-checkout', repository, folder]);
    await execa('git', ['-C', folder, 'checkout', '--quiet', '--detach', commit]);
  };
  const shallow = async (folder: string) => {
    await execa('git', ['init', '--quiet', folder]);
    await execa('git', ['-C', folder, 'fetch', '--quiet', '--depth', '1', repository, commit]);
    await execa('git', ['-C', folder, 'checkout', '--quiet', '--detach', 'FETCH_HEAD']);
  };
  const costs: Record<string, Cost> = {};
  for (const [name, fetch] of [
    ['', clone],
    ['git clone + npm ci', clone],
    ['git fetch --depth 1 + npm ci', shallow],
  ] as const) {
    const folder = join(root, 'peer');
    note(name === '' ? 'npm ci, to fill its cache' : name);
    const cost = await measure(async () => {
      await fetch(folder);
      await install(folder);
      return folder;
    });
    if (name !== '') costs[name] = cost;
    await rm(folder, { recursive: true, force: true });
  }
  return costs;
}

async function measureOurs({ root, repository, commit, next, note }: BenchPlace) {
  const host: Host = { environment: process.env as Record<string, string>, cacheFolder: join(root, 'cache') };
  await mkdir(host.cacheFolder);
  const open = (at: CommitSha, sandbox: 'required' | 'none') =>
    openWorkspace(host, { repository, commit: at, environmentFrom: at, setup: DEFAULT_SETUP, sandbox, limits: DEFAULT_LIMITS });
  const opening = (at: CommitSha, sandbox: 'required' | 'none') => async () => {
    const workspace = await open(at, sandbox);
    return { folder: dirname(workspace.folder), close: () => workspace[Symbol.asyncDispose]() };
  };

  note('first open, to fill the download cache');
  await measure(opening(commit, 'required'));
  for (const room of await readdir(host.cacheFolder)) {
    if (!['downloads', 'tools'].includes(room)) await rm(join(host.cacheFolder, room), { recursive: true, force: true });
  }
  note('first open');
  const first = await measure(opening(commit, 'required'));
  note(`open again, ${OPENINGS} times`);
  const again = await measureOften(opening(commit, 'required'));
  note('open the next commit');
  const following = await measure(opening(next, 'required'));
  note(`open again by copy, ${OPENINGS} times`);
  const copied = await measureOften(opening(commit, 'none'));
  note(`${COMMANDS} commands`);
  await using workspace = await open(commit, 'required');
  return { first, again, next: following, copied, sandbox: await measureCommands(workspace) };
}

/** Interleaved, so that a machine that slows down slows both. */
async function measureCommands(workspace: Workspace): Promise<BenchResult[]> {
  const inside: number[] = [];
  const plain: number[] = [];
  for (let count = 0; count < COMMANDS; count++) {
    inside.push((await measure(async () => void (await workspace.exec(['true'])))).wallMs);
    plain.push((await measure(async () => void (await execa('true')))).wallMs);
  }
  const cost = median(inside) - median(plain);
  return [
    { name: 'sandbox, added to a command', unit: 'ms', ours: cost, against: {}, ratio: null, aim: 'under 40 ms', met: cost < 40 },
    {
      name: 'a command in the sandbox',
      unit: 'ms',
      ours: median(inside),
      against: { 'plain process': median(plain) },
      ratio: null,
      aim: null,
      met: null,
    },
  ];
}

function lines(name: string, ours: Cost, peers: Record<string, Cost>, aim?: number): BenchResult[] {
  const of = (pick: (cost: Cost) => number) => Object.fromEntries(Object.entries(peers).map(([peer, cost]) => [peer, pick(cost)]));
  return [
    compare(
      `${name}: wall`,
      's',
      ours.wallMs / 1000,
      of(({ wallMs }) => wallMs / 1000),
      aim,
    ),
    compare(
      `${name}: CPU`,
      's',
      ours.cpuMs / 1000,
      of(({ cpuMs }) => cpuMs / 1000),
    ),
    compare(
      `${name}: disk`,
      'MB',
      ours.diskMb,
      of(({ diskMb }) => diskMb),
    ),
  ];
}

type Made = string | { folder: string; close: () => PromiseLike<void> } | void;

/** What is made is weighed and, where it can be, closed again; neither is part of the cost. */
async function measure(work: () => Promise<Made>): Promise<Cost> {
  const cpuBefore = await machineCpuMs();
  const startedMs = performance.now();
  const made = await work();
  const wallMs = performance.now() - startedMs;
  const cpuMs = (await machineCpuMs()) - cpuBefore;
  if (made === undefined) return { wallMs, cpuMs, diskMb: 0 };
  const diskMb = await diskUseMb(typeof made === 'string' ? made : made.folder);
  if (typeof made !== 'string') await made.close();
  return { wallMs, cpuMs, diskMb };
}

async function measureOften(work: () => Promise<Made>): Promise<Cost> {
  const costs: Cost[] = [];
  for (let count = 0; count < OPENINGS; count++) costs.push(await measure(work));
  return {
    wallMs: median(costs.map(({ wallMs }) => wallMs)),
    cpuMs: median(costs.map(({ cpuMs }) => cpuMs)),
    diskMb: median(costs.map(({ diskMb }) => diskMb)),
  };
}

/**
 * Of the whole machine, because what runs in a sandbox is in nobody's own account: keep the machine quiet.
 * Source: proc(5), /proc/stat, in hundredths of a second: user, nice, system, and time in interrupts.
 */
async function machineCpuMs(): Promise<number> {
  const [, user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] =
    (await readFile('/proc/stat', 'utf8')).split('\n', 1)[0]?.split(/\s+/).map(Number) ?? [];
  return (user + nice + system + irq + softirq) * 10;
}

async function diskUseMb(folder: string): Promise<number> {
  const { stdout } = await execa('du', ['-sk', folder]);
  return Number.parseInt(stdout, 10) / 1024;
}
