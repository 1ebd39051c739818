/** What vitest, jest, mocha and node:test say about the same greenhouse, and what is made of a suite that says nothing. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS, DEFAULT_SETUP, type TestRun } from '#contracts';
import type { GitRepository } from '../helpers/git-repository.ts';
import { outline, runSuite, type SuiteOptions } from '../helpers/suites.ts';
import { bothPlaces, childProcesses, useWorkshop } from '../helpers/workspaces.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/workspace');
const INSTALL = DEFAULT_SETUP;

const workshop = useWorkshop();
const RUNNERS = [
  ['vitest', 'greenhouse-vitest'],
  ['jest', 'greenhouse-jest'],
  ['mocha', 'greenhouse-mocha'],
  ['node:test', 'greenhouse-node'],
] as const;
const greenhouses = new Map<string, GitRepository>();
const run = (of: GitRepository | undefined, options: SuiteOptions = {}) => runSuite(workshop, of, options);
beforeAll(async () => {
  for (const [runner, folder] of RUNNERS) greenhouses.set(runner, await workshop.fixture(join(FIXTURES, folder)));
});

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
    expect(first).toMatchObject({ status: 'ran', runner, scope: 'all', gaps: [], exitCode: expect.any(Number) });
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
    await expect.poll(() => childProcesses().filter((command) => /bwrap|vitest|jest|mocha/.test(command))).toEqual([]);
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
  expect(outline(told)).toEqual(['failed test/hook.test.js > serves: Error: no water']);
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
