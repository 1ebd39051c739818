/** What vitest, jest and node:test say about the same greenhouse, and what is made of a suite that says nothing. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS, DEFAULT_SETUP, TestRun } from '#contracts';
import type { Content, GitRepository } from '../helpers/git-repository.ts';
import { bothPlaces, type Changes, childProcesses, useWorkshop } from '../helpers/workspaces.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/workspace');
const INSTALL = DEFAULT_SETUP;

const workshop = useWorkshop();
const RUNNERS = [
  ['vitest', 'greenhouse-vitest'],
  ['jest', 'greenhouse-jest'],
  ['node:test', 'greenhouse-node'],
] as const;
const greenhouses = new Map<string, GitRepository>();
beforeAll(async () => {
  for (const [runner, folder] of RUNNERS) greenhouses.set(runner, await workshop.fixture(join(FIXTURES, folder)));
});

/** Runs a suite once and reads what came of it as the rest of the house does. */
async function run(
  of: GitRepository | undefined,
  changes: Changes & { files?: string[]; write?: Record<string, string> } = {},
): Promise<TestRun> {
  if (!of) throw new Error('no repository');
  const { files = [], write = {}, ...options } = changes;
  await using workspace = await workshop.open(of, { sandbox: bothPlaces[0], ...options });
  for (const [path, content] of Object.entries(write)) await workspace.writeFile(path, content);
  return TestRun.parse(await workspace.runTests({ files }));
}

/** `failed <id>: <first line of the message>` */
function outline(run: TestRun): string[] {
  if (run.status === 'did-not-run') return [`${run.fault}: ${run.reason}`];
  return run.outcomes.map(({ status, id, message }) => `${status} ${id}${message === undefined ? '' : `: ${message.split('\n')[0]}`}`);
}

const WATERING = [
  'passed test/watering.test.js > plant 1',
  'failed test/watering.test.js > plant 2: Error: plant two',
  'skipped test/watering.test.js > watering > a cactus',
  'passed test/watering.test.js > watering > a dry plant',
  'failed test/watering.test.js > watering > a wet plant: Error: a wet plant got water',
  'skipped test/watering.test.js > watering > an orchid',
  'passed test/watering.test.js > watering > in summer > a dry plant',
  'passed test/watering.test.js > watering > in summer > in winter',
  'failed test/watering.test.js > watering > in winter > a dry plant: Error: it is winter',
];
const TWICE = ['passed test/twice.test.js > a > b', 'failed test/twice.test.js > twice: Error: the worse of two'];

describe.each(RUNNERS)('%s', (runner, folder) => {
  let first: TestRun;
  beforeAll(async () => {
    first = await run(greenhouses.get(runner), { setup: runner === 'node:test' ? { ...INSTALL, install: false } : INSTALL });
  });
  const setup = runner === 'node:test' ? { ...INSTALL, install: false } : INSTALL;
  const again = (changes: Parameters<typeof run>[1]) => run(greenhouses.get(runner), { setup, ...changes });

  test('every test with its outcome, under an id that says where it is', () => {
    expect(first).toMatchObject({ status: 'ran', runner, exitCode: 1 });
    const lines = outline(first).map((line) => line.replace(': AssertionError: ', ': Error: '));
    expect(lines).toEqual(expect.arrayContaining([...WATERING, ...TWICE]));
    const rest = lines.filter((line) => !WATERING.includes(line) && !TWICE.includes(line));
    expect(rest).toMatchSnapshot();
  });

  test('files are told apart, times are measured, messages say where', () => {
    if (first.status !== 'ran') throw new Error(first.reason);
    expect(new Set(first.outcomes.map(({ file }) => file))).toContain('test/twice.test.js');
    expect(first.outcomes.every(({ id, file }) => id.startsWith(`${file} > `))).toBe(true);
    const failed = first.outcomes.filter(({ status }) => status === 'failed');
    for (const { id, message } of failed) expect(message, id).toBeTruthy();
    expect(failed.find(({ id }) => id.endsWith('plant 2'))?.message).toMatch(/watering\.test\.js:\d+/);
    expect(new Set(first.outcomes.map(({ id }) => id)).size).toBe(first.outcomes.length);
  });

  test.skipIf(bothPlaces.length < 2)('the same ids and outcomes without a sandbox', async () => {
    const plain = await again({ sandbox: 'none' });
    expect(outline(plain).map(withoutPlaces)).toEqual(outline(first).map(withoutPlaces));
  });

  test('only the files that were asked for', async () => {
    const lines = outline(await again({ files: ['test/twice.test.js'] })).map((line) => line.replace(': AssertionError: ', ': Error: '));
    expect(lines).toEqual(TWICE);
  });

  test('a file that is asked for and does not exist is no evidence', async () => {
    const lines = outline(await again({ files: ['test/no-such.test.js'] }));
    expect(lines).toEqual([expect.stringMatching(/^(agent: |failed test\/no-such\.test\.js > \(file does not load\))/)]);
  });

  test('a suite that never ends', async () => {
    const forever = { 'test/twice.test.js': `${await testHead(folder)}\ntest('waits', () => { for (;;) {} });` };
    expect(await again({ write: forever, limits: { ...DEFAULT_LIMITS, testTimeoutMs: 4000 } })).toMatchObject({
      status: 'did-not-run',
      reason: `${runner} did not end within the time limit`,
      fault: 'agent',
    });
    await expect.poll(() => childProcesses().filter((command) => /bwrap|vitest\.mjs|jest\.js/.test(command))).toEqual([]);
  });

  test('a test that ends the process as if all were well is no pass', async () => {
    const quits = {
      'test/twice.test.js': `${await testHead(folder)}\ntest('twice', () => {});\ntest('quits', () => { process.exit(0); });\ntest('never reached', () => {});`,
    };
    const lines = outline(await again({ write: quits, files: ['test/twice.test.js'] }));
    expect(lines).not.toContain('passed test/twice.test.js > quits');
    // vitest makes it an error of the test, and goes on; in the others the process is gone.
    if (runner !== 'vitest') expect(lines).not.toContain('passed test/twice.test.js > never reached');
    expect(lines.join('\n')).not.toMatch(/^environment/m);
  });

  test('a suite without a test is no evidence', async () => {
    expect(
      await run(await workshop.repository({ files: { 'package.json': await manifest(folder), ...(await lockOf(folder)) } }), { setup }),
    ).toMatchObject({
      status: 'did-not-run',
      fault: 'agent',
    });
  });
});

test('vitest calls tests skipped when the hook of their file fails; here they failed', async () => {
  const hook = "import { beforeAll, test } from 'vitest';\nbeforeAll(() => { throw new Error('no water'); });\ntest('serves', () => {});\n";
  const told = await run(greenhouses.get('vitest'), { setup: INSTALL, write: { 'test/hook.test.js': hook }, files: ['test/hook.test.js'] });
  expect(outline(told)).toEqual(['failed test/hook.test.js > serves: no water']);
});

describe('which runner', () => {
  const detect = async (files: Record<string, Content>, environment = {}) =>
    run(await workshop.repository({ files }), { setup: { ...INSTALL, install: false, environment } });
  const SUITE = "import { test } from 'node:test';\ntest(process.env.MODE ?? 'no mode', () => {});\n";

  test.each([
    ['no package.json', {}],
    ['one that is not JSON', { 'package.json': 'not json' }],
    ['one without scripts', { 'package.json': '{}' }],
    ['one whose scripts are no object', { 'package.json': '{"scripts":[1]}' }],
    ['mocha', { 'package.json': '{"scripts":{"test":"mocha"},"devDependencies":{"mocha":"1"}}' }],
    ['an empty script', { 'package.json': '{"scripts":{"test":"echo no tests && exit 0"}}' }],
    ['a link in its place', { 'package.json': { link: '/etc/hostname' } }],
  ] as [string, Record<string, Content>][])('%s: unscored, never guessed at', async (_, files) => {
    expect(await detect({ 'test/a.test.mjs': SUITE, ...files })).toEqual({
      status: 'did-not-run',
      reason: 'package.json names none of the test runners that can be read (vitest, jest, node:test)',
      fault: 'environment',
      output: '',
      wallMs: 0,
    });
  });

  test.each([
    ['node --test', 'no mode'],
    ['npm run build && node --test', 'no mode'],
    ['MODE=quick node --test', 'quick'],
    ["cross-env MODE='slow' node --test", 'slow'],
    ['node --test --test-reporter=spec --experimental-test-coverage', 'no mode'],
    ['node --no-warnings --test "test/**/*.test.mjs"', 'no mode'],
  ] as [string, string][])('%s', async (script, title) => {
    const found = await detect({ 'test/a.test.mjs': SUITE, 'package.json': JSON.stringify({ scripts: { test: script, build: 'false' } }) });
    expect(outline(found)).toEqual([`passed test/a.test.mjs > ${title}`]);
  });

  test('a script named test:unit, where test is something else', async () => {
    const scripts = { test: 'npm run lint', 'test:unit': 'node --test' };
    expect(outline(await detect({ 'test/a.test.mjs': SUITE, 'package.json': JSON.stringify({ scripts }) }))).toEqual([
      'passed test/a.test.mjs > no mode',
    ]);
  });

  test('the task’s environment reaches the tests', async () => {
    const files = { 'test/a.test.mjs': SUITE, 'package.json': '{"scripts":{"test":"node --test"}}' };
    expect(outline(await detect(files, { MODE: 'task' }))).toEqual(['passed test/a.test.mjs > task']);
  });

  test('a runner that is named and not installed', async () => {
    expect(await detect({ 'package.json': '{"scripts":{"test":"vitest run"}}', 'test/a.test.mjs': SUITE })).toMatchObject({
      status: 'did-not-run',
      reason: 'vitest ended (1) without a report',
      output: expect.stringContaining('Cannot find module'),
    });
  });

  test('an agent that writes another runner into package.json changes nothing', async () => {
    const repository = await workshop.repository({
      files: { 'package.json': '{"scripts":{"test":"node --test"}}', 'test/a.test.mjs': SUITE },
    });
    const rewritten = await run(repository, { write: { 'package.json': '{"scripts":{"test":"vitest run"}}' } });
    expect(outline(rewritten)).toEqual(['passed test/a.test.mjs > no mode']);
  });
});

describe('build steps and services', () => {
  const files = {
    'package.json': '{"scripts":{"test":"node --test"}}',
    'test/a.test.mjs':
      "import { test } from 'node:test';\nimport { readFileSync } from 'node:fs';\n" +
      "test('built', () => readFileSync('built.txt'));\ntest('served', async () => { if ((await (await fetch('http://127.0.0.1:47113')).text()) !== 'served') throw new Error('no'); });\n",
  };
  const server = "node -e \"require('node:http').createServer((q, r) => r.end('served')).listen(47113)\"";
  const ready = 'node -e "fetch(\'http://127.0.0.1:47113\').catch(() => process.exit(1))"';
  const setup = { ...INSTALL, install: false, build: ['echo built >built.txt'], services: [{ name: 'shop', command: server, ready }] };

  test.each(bothPlaces)('surround the tests, sandbox %s', async (sandbox) => {
    const repository = await workshop.repository({ files });
    expect(outline(await run(repository, { setup, sandbox }))).toEqual([
      'passed test/a.test.mjs > built',
      'passed test/a.test.mjs > served',
    ]);
    await expect.poll(() => childProcesses().filter((command) => command.includes('47113'))).toEqual([]);
  });

  test('a step that fails ends it, with its output', async () => {
    const repository = await workshop.repository({ files });
    expect(await run(repository, { setup: { ...setup, build: ['echo no compiler >&2; exit 3', 'touch late'] } })).toMatchObject({
      status: 'did-not-run',
      output: expect.stringContaining('no compiler'),
    });
  });
});

function withoutPlaces(line: string): string {
  return line.replace(/(\/\S+)?\/(workspace|tree)\//g, '');
}

/** The imports with which the runner's test files begin. */
async function testHead(folder: string): Promise<string> {
  const text = await readFile(join(FIXTURES, folder, 'test/twice.test.js'), 'utf8');
  return text
    .split('\n')
    .filter((line) => /^(import|const .*require)/.test(line))
    .join('\n');
}

function manifest(folder: string): Promise<string> {
  return readFile(join(FIXTURES, folder, 'package.json'), 'utf8');
}

async function lockOf(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(join(FIXTURES, folder))).filter((name) => name === 'package-lock.json');
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(FIXTURES, folder, name), 'utf8')] as const)),
  );
}
