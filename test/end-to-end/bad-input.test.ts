/** Whatever is wrong outside is said with its place and a remedy, with exit code 2, and leaves nothing behind. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ErrorCode, RunReport } from '#contracts';
import { type CliResult, ROOT, runCli } from '../helpers/cli.ts';
import { buildHistory } from '../helpers/git-repository.ts';
import { LIGHTHOUSE, ROUNDS_THE_HOURS, sandboxOption } from '../helpers/lighthouse.ts';
import { openPlace, type Place } from '../helpers/place.ts';

/** `24` or `22.18`. */
const NEEDED_NODE: string = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).engines.node.replace('>=', '');

const run = ['run', LIGHTHOUSE, ...sandboxOption];

/** What must be said is in one error text: its code first, then words of place and remedy. */
function expectRefusal({ stdout, stderr, code }: CliResult, error: ErrorCode, ...words: string[]): void {
  expect(stderr).toContain(`${error}  `);
  for (const word of words) expect(stderr).toContain(word);
  expect(stderr).not.toMatch(/^ +at /m);
  expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
}

function expectUntouched({ stateFolder }: Place): void {
  expect(existsSync(stateFolder)).toBe(false);
}

describe.concurrent('what is asked for', () => {
  const cases: [string, readonly string[], ErrorCode, string[]][] = [
    ['an unknown task', ['run', 'no/such/task'], 'E_TASK_NOT_FOUND', ['no/such/task/task.json', 'folder that holds task.json']],
    ['no task at all', ['run'], 'E_USAGE', ['--repository with --commit and --reference']],
    ['a task and a repository', [...run, '--repository', '.'], 'E_USAGE', ['--repository']],
    ['an unknown agent', [...run, '--agent', 'oracle'], 'E_USAGE', ['"oracle"', 'reference, nothing, scripted']],
    ['the scripted agent without a script', [...run, '--agent', 'scripted'], 'E_USAGE', ['--script <file>']],
    ['a script without the scripted agent', [...run, '--script', ROUNDS_THE_HOURS], 'E_USAGE', ['--agent scripted']],
    ['a missing script', [...run, '--agent', 'scripted', '--script', 'no.json'], 'E_SCRIPT_MALFORMED', ['no.json']],
    [
      'a malformed script',
      [...run, '--agent', 'scripted', '--script', join(ROOT, 'package.json')],
      'E_SCRIPT_MALFORMED',
      ['package.json', 'schemaVersion', 'Correct the named field'],
    ],
    [
      'a repository that is not there',
      ['run', '--repository', '/no/such/repository', '--commit', 'main', '--reference', 'main'],
      'E_REPOSITORY_UNREACHABLE',
      ['/no/such/repository', 'Check the path or URL'],
    ],
    [
      'a repository on another machine, with no user named',
      ['run', '--repository', 'machine.invalid:lighthouse', '--commit', 'main', '--reference', 'main'],
      'E_REPOSITORY_UNREACHABLE',
      ['Cannot fetch from machine.invalid:lighthouse: '],
    ],
    [
      'a folder with a colon in its name that is not there',
      ['run', '--repository', './machine.invalid:lighthouse', '--commit', 'main', '--reference', 'main'],
      'E_REPOSITORY_UNREACHABLE',
      ['/machine.invalid:lighthouse does not exist'],
    ],
  ];
  test.for(cases)('%s', async ([, args, error, words]) => {
    await using place = openPlace();
    expectRefusal(await runCli(args, place), error, ...words);
    expectUntouched(place);
  });

  test('an unknown run', async () => {
    await using place = openPlace();
    expectRefusal(await runCli(['report', 'yesterday'], place), 'E_RUN_NOT_FOUND', '"yesterday"', 'a run id looks like');
    expectUntouched(place);
  });

  test('commits that are unknown, or do not follow each other', async () => {
    await using place = openPlace();
    const { repository, commits } = buildHistory(join(place.folder, 'repository'), [
      { files: { 'src/tide.ts': 'export const high = 1;\n' } },
      { files: { 'test/tide.test.ts': '// first\n' } },
      { files: { 'test/tide.test.ts': '// second\n' } },
      { files: { 'src/tide.ts': 'export const high = 2;\n' } },
    ]);
    const [base = '', , later = '', untested = ''] = commits;
    const of = (commit: string, reference: string) => ['run', '--repository', repository, '--commit', commit, '--reference', reference];
    const absent = '0123456789012345678901234567890123456789';
    expectRefusal(await runCli(of(absent, later), place), 'E_COMMIT_UNKNOWN', absent);
    expectRefusal(await runCli(of('no-such-branch', later), place), 'E_COMMIT_UNKNOWN', '"no-such-branch"');
    expectRefusal(await runCli(of(later, base), place), 'E_COMMITS_OUT_OF_ORDER', later, base, 'oldest first');
    expectRefusal(await runCli(of(later, untested), place), 'E_NO_HIDDEN_TESTS', untested);
    expectUntouched(place);
  });

  const malformed: [string, (task: Record<string, unknown>) => unknown, string][] = [
    ['a missing field', ({ title: _, ...task }) => task, 'title'],
    ['an unknown field', (task) => ({ ...task, colour: 'red' }), 'colour is not a known key'],
    ['a wrong milestone', (task) => ({ ...task, milestones: [{ id: 'Not A Slug', title: 'x', requestGrade: 'B' }] }), 'milestones[0].id'],
  ];
  test.for(malformed)('a task file with %s', async ([, change, field]) => {
    await using place = openPlace();
    const folder = join(place.folder, 'task');
    mkdirSync(folder);
    writeFileSync(join(folder, 'task.json'), JSON.stringify(change(JSON.parse(readFileSync(join(LIGHTHOUSE, 'task.json'), 'utf8')))));
    expectRefusal(await runCli(['run', folder], place), 'E_TASK_MALFORMED', join(folder, 'task.json'), field);
    expectUntouched(place);
  });

  test('a task file that is not JSON', async () => {
    await using place = openPlace();
    writeFileSync(join(place.folder, 'task.json'), '{ "schemaVersion": 1, ');
    expectRefusal(await runCli(['run', place.folder], place), 'E_TASK_MALFORMED', join(place.folder, 'task.json'), 'is not JSON');
  });
});

describe.concurrent('what the environment says', () => {
  const cases: [string, string, string][] = [
    ['DATABASE_URL', 'mysql://localhost/longhaul', 'must begin with postgres://'],
    ['DATABASE_URL', 'postgres://localhost:99999/longhaul', 'is no URL'],
    ['REDIS_URL', 'localhost:6379', 'must begin with redis://'],
    ['REDIS_URL', 'redis://[localhost', 'is no URL'],
    ['LONGHAUL_DATABASE_PORT', '70000', 'must be a port'],
    ['LONGHAUL_DATABASE_PORT', '54e2', 'must be a port'],
    ['LONGHAUL_STATE_DIR', '/dev/null/state', '/dev/null is no folder'],
    ['LONGHAUL_CACHE_DIR', '/dev/null/cache', '/dev/null is no folder'],
  ];
  test.for(cases)('%s=%s', async ([name, value, complaint]) => {
    await using place = openPlace();
    const result = await runCli(run, { environment: { ...place.environment, [name]: value } });
    expectRefusal(result, 'E_USAGE', `${name} `, complaint, `Correct ${name} in the environment, or unset it.`);
    expectUntouched(place);
  });

  test.for(['refuses', 'never answers'])('a database that %s is given up within seconds', async (manner) => {
    await using place = openPlace();
    await using server = await listen();
    if (manner === 'refuses') await server.close();
    const startedMs = performance.now();
    const environment = { ...place.environment, DATABASE_URL: `postgres://keeper:of-the-lamp@127.0.0.1:${server.port}/longhaul` };
    const result = await runCli(['report'], { environment });
    expect(performance.now() - startedMs).toBeLessThan(30_000);
    expectRefusal(result, 'E_DATABASE_UNREACHABLE', `127.0.0.1:${server.port}`, 'Check DATABASE_URL');
    expect(result.stderr).not.toContain('of-the-lamp');
  });

  test('a Redis that nobody answers for', async () => {
    await using place = openPlace();
    await using server = await listen();
    await server.close();
    const environment = { ...place.environment, REDIS_URL: `redis://127.0.0.1:${server.port}` };
    expectRefusal(await runCli(run, { environment }), 'E_QUEUE_UNREACHABLE', `127.0.0.1:${server.port}`, 'Check REDIS_URL');
  });

  test('a port that another program has', async () => {
    await using place = openPlace();
    await using server = await listen();
    const environment = { ...place.environment, LONGHAUL_DATABASE_PORT: String(server.port) };
    expectRefusal(await runCli(['report'], { environment }), 'E_PORT_IN_USE', `127.0.0.1:${server.port}`, 'LONGHAUL_DATABASE_PORT');
  });
});

describe('what the machine has', () => {
  test.for(['LONGHAUL_STATE_DIR', 'LONGHAUL_CACHE_DIR'])('%s that cannot be written', async (name, { skip }) => {
    await using place = openPlace();
    using locked = lockedFolder(place);
    if (locked === null) return skip(said('root may write everywhere, and this machine lets it mount nothing'));
    const result = await runCli(run, { environment: { ...place.environment, [name]: locked.folder } });
    expectRefusal(result, 'E_NO_WRITE_PERMISSION', locked.folder, 'LONGHAUL_STATE_DIR or LONGHAUL_CACHE_DIR');
  });

  test.for(['LONGHAUL_STATE_DIR', 'LONGHAUL_CACHE_DIR'])('%s on a full disk', async (name, { skip }) => {
    await using place = openPlace();
    using disk = mount(place, 'size=64k,mode=755');
    if (disk === null) return skip(said('only root may mount a small disk, and not on every machine'));
    const result = await runCli(run, { environment: { ...place.environment, [name]: disk.folder } });
    expectRefusal(result, 'E_DISK_FULL', 'Free some space');
  });

  test('no bubblewrap: foreign code does not run, unless the risk is taken, and then the report says so', async () => {
    await using place = openPlace();
    const programs = join(place.folder, 'programs');
    mkdirSync(programs);
    for (const name of ['git', 'bash', 'sh', 'cp']) symlinkSync(whereIs(name), join(programs, name));
    const environment = { ...place.environment, PATH: programs };
    const agent = ['--agent', 'reference'];
    expectRefusal(await runCli(['run', LIGHTHOUSE, ...agent], { environment }), 'E_SANDBOX_UNAVAILABLE', 'bwrap', '--unsafe-no-sandbox');
    expectUntouched(place);

    const bare = await runCli(['run', LIGHTHOUSE, ...agent, '--unsafe-no-sandbox', '--json'], { environment });
    expect(bare).toMatchObject({ code: 0 });
    const report = RunReport.parse(JSON.parse(bare.stdout));
    expect(report.trials[0]?.isolation).toMatchObject({ sandbox: 'none', version: null });
    const table = await runCli(['report', report.run.id], { environment });
    expect(table.stdout).toContain('Not isolated');
  });

  describe('an old Node', () => {
    const oldNode = ['/usr/bin/node', '/usr/local/bin/node', '/opt/node20/bin/node'].find(isTooOld);

    test('starts the program on the one that npm brought', async ({ skip }) => {
      if (oldNode === undefined) return skip(said(`no Node older than ${NEEDED_NODE} is installed here`));
      await using place = openPlace();
      const result = await runCli(['stop', '--json'], { ...place, node: oldNode });
      expect(result).toEqual({ stdout: '{"schemaVersion":1,"database":"not-running"}\n', stderr: '', code: 0 });
    });

    test('without one in node_modules is told what to do', async ({ skip }) => {
      if (oldNode === undefined) return skip(said(`no Node older than ${NEEDED_NODE} is installed here`));
      await using place = openPlace();
      cpSync(join(ROOT, 'bin'), join(place.folder, 'bin'), { recursive: true });
      writeFileSync(join(place.folder, 'package.json'), '{ "type": "module" }');
      const { status, stdout, stderr } = spawnSync(oldNode, [join(place.folder, 'bin/longhaul.js'), 'stop'], { encoding: 'utf8' });
      expectRefusal({ stdout, stderr, code: status ?? -1 }, 'E_NODE_VERSION', `Install Node ${NEEDED_NODE} or newer`);
    });
  });
});

/** Skips are printed, so that nobody takes them for passes. */
function said(reason: string): string {
  console.warn(`skipped: ${reason}`);
  return reason;
}

function isTooOld(node: string): boolean {
  const version = spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout ?? '';
  return version !== '' && Number.parseFloat(version) < Number(NEEDED_NODE);
}

function whereIs(program: string): string {
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));
  if (found === undefined) throw new Error(`${program} is not installed`);
  return found;
}

/** A folder that was used before and may not be written any more. Root may write into every one that lies not on a read-only disk. */
function lockedFolder(place: Place): { folder: string; [Symbol.dispose](): void } | null {
  const disk = process.getuid?.() === 0 ? mount(place, 'size=64k,mode=755') : null;
  if (process.getuid?.() === 0 && disk === null) return null;
  const folder = disk?.folder ?? join(place.folder, 'locked');
  mkdirSync(join(folder, 'postgres/18/bin'), { recursive: true });
  if (disk !== null) {
    if (spawnSync('mount', ['-o', 'remount,ro', folder]).status === 0) return disk;
    disk[Symbol.dispose]();
    return null;
  }
  const parts = ['postgres/18/bin', 'postgres/18', 'postgres', ''].map((part) => join(folder, part));
  for (const part of parts) chmodSync(part, 0o555);
  return { folder, [Symbol.dispose]: () => parts.reverse().forEach((part) => void chmodSync(part, 0o755)) };
}

function mount(place: Place, options: string): { folder: string; [Symbol.dispose](): void } | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
  const folder = join(place.folder, 'disk');
  mkdirSync(folder);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]).status !== 0) return null;
  return { folder, [Symbol.dispose]: () => spawnSync('umount', ['--lazy', folder]) };
}

/** Accepts connections and says nothing. */
async function listen(): Promise<{ port: number; close(): Promise<void> } & AsyncDisposable> {
  const server: Server = createServer((socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { port: address.port, close, [Symbol.asyncDispose]: async () => void server.close() };
}
