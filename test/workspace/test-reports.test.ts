/** What vitest, jest, mocha and node:test say about the same greenhouse, and what is made of a suite that says nothing. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS, DEFAULT_SETUP, TestRun } from '#contracts';
import type { Workspace } from '#workspace';
import type { GitRepository } from '../helpers/git-repository.ts';
import { outline, runSuite } from '../helpers/suites.ts';
import { bothPlaces, childProcesses, useWorkshop } from '../helpers/workspaces.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/workspace');
const workshop = useWorkshop();
const RUNNERS = [
  ['vitest', 'greenhouse-vitest'],
  ['jest', 'greenhouse-jest'],
  ['mocha', 'greenhouse-mocha'],
  ['node:test', 'greenhouse-node'],
] as const;
const TWICE_FILE = 'test/twice.test.js';

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
  const setup = { ...DEFAULT_SETUP, install: runner !== 'node:test' };
  let greenhouse: GitRepository;
  let workspace: Workspace;
  let first: TestRun;
  beforeAll(async () => {
    greenhouse = await workshop.fixture(join(FIXTURES, folder));
    workspace = await workshop.open(greenhouse, { setup, sandbox: bothPlaces[0] });
    first = await run();
  });
  afterAll(() => workspace?.[Symbol.asyncDispose]());
  const run = async (request: Parameters<Workspace['runTests']>[0] = {}) => TestRun.parse(await workspace.runTests(request));
  /** In place of the file that is put back after the run. */
  const runWith = async (twice: string, more: Record<string, string> = {}) => {
    for (const [path, content] of Object.entries({ ...more, [TWICE_FILE]: twice })) await workspace.writeFile(path, content);
    const told = await run({ files: [TWICE_FILE] });
    await workspace.layIn(workspace.start.commit, [TWICE_FILE]);
    await workspace.exec(['rm', '-f', ...Object.keys(more)]);
    return outline(told).map(withoutAssertionName);
  };

  test('every test with its outcome, under an id that says where it is', () => {
    expect(first).toMatchObject({ status: 'ran', runner, scope: 'all', gaps: [], exitCode: expect.any(Number) });
    expect(first).toMatchObject({ processes: runner === 'mocha' ? 'shared' : 'apart' });
    expect(first).not.toMatchObject({ exitCode: 0 });
    const lines = outline(first).map(withoutAssertionName);
    expect(lines).toEqual(expect.arrayContaining([...WATERING, ...TWICE]));
    const rest = lines.filter((line) => !WATERING.includes(line) && !TWICE.includes(line));
    expect(rest).toMatchSnapshot();
  });

  test('files are told apart, times are measured, messages say where', () => {
    if (first.status !== 'ran') throw new Error(first.reason);
    expect(new Set(first.outcomes.map(({ file }) => file))).toContain(TWICE_FILE);
    expect(first.outcomes.every(({ id, file }) => id.startsWith(`${file} > `))).toBe(true);
    const failed = first.outcomes.filter(({ status }) => status === 'failed');
    for (const { id, message } of failed) expect(message, id).toBeTruthy();
    expect(failed.find(({ id }) => id.endsWith('plant 2'))?.message).toMatch(/watering\.test\.js:\d+/);
    expect(new Set(first.outcomes.map(({ id }) => id)).size).toBe(first.outcomes.length);
  });

  test.skipIf(bothPlaces.length < 2)('the same ids and outcomes without a sandbox', async () => {
    const plain = await runSuite(workshop, greenhouse, { setup, sandbox: 'none' });
    expect(outline(plain).map(withoutPlaces)).toEqual(outline(first).map(withoutPlaces));
  });

  test('only the files that were asked for', async () => {
    const told = await run({ files: [TWICE_FILE] });
    expect(outline(told).map(withoutAssertionName)).toEqual(TWICE);
    // jest would run a single file in the process of its reporter.
    expect(told).toMatchObject({ scope: 'files', gaps: [], processes: runner === 'mocha' ? 'shared' : 'apart' });
  });

  test('only what imports a file, or all, and which of them is said', async () => {
    const isKnown = runner === 'vitest' || runner === 'jest';
    const source = await run({ relatedTo: ['src/litres.js'] });
    expect(source).toMatchObject({ status: 'ran', scope: isKnown ? 'related' : 'all' });
    expect(outline(source).map(withoutAssertionName)).toEqual(expect.arrayContaining([...WATERING, ...TWICE]));
    if (!isKnown) return;
    const one = outline(await run({ relatedTo: [TWICE_FILE] })).map(withoutAssertionName);
    expect(one).toEqual(expect.arrayContaining(TWICE));
    expect(one.filter((line) => line.includes('watering.test.js'))).toEqual([]);
  });

  test('a file that is asked for and does not exist is no evidence', async () => {
    const lines = outline(await run({ files: ['test/no-such.test.js'] }));
    expect(lines).toEqual([expect.stringMatching(/^(agent: |failed test\/no-such\.test\.js > \(file does not load\))/)]);
  });

  test('a suite that never ends', async () => {
    const write = { [TWICE_FILE]: `${await testHead(folder)}\ntest('waits', () => { for (;;) {} });` };
    const limits = { ...DEFAULT_LIMITS, testTimeoutMs: 4000 };
    expect(await runSuite(workshop, greenhouse, { setup, write, limits })).toMatchObject({
      status: 'did-not-run',
      reason: `${runner} did not end within the time limit`,
      fault: 'agent',
    });
    await expect.poll(() => childProcesses().filter((command) => /bwrap|vitest|jest|mocha/.test(command))).toEqual([]);
  });

  test('a test that ends the process as if all were well is no pass', async () => {
    const quits = "test('twice', () => {});\ntest('quits', () => { process.exit(0); });\ntest('never reached', () => {});";
    const lines = await runWith(`${await testHead(folder)}\n${quits}`);
    expect(lines).not.toContain(`passed ${TWICE_FILE} > quits`);
    // vitest makes it an error of the test, and goes on; in the others the process is gone.
    if (runner !== 'vitest') expect(lines).not.toContain(`passed ${TWICE_FILE} > never reached`);
    expect(lines.join('\n')).not.toMatch(/^environment/m);
  });

  test('a test that must fail does so in every file, is none of the suite’s, and is gone afterwards', async () => {
    const files = ['test/watering.test.js', TWICE_FILE];
    const told = await run({ canaries: files });
    expect(told).toMatchObject({ status: 'ran', canaries: { 'test/watering.test.js': 'failed', [TWICE_FILE]: 'failed' } });
    expect(outline(told)).toEqual(outline(first));
    expect((await workspace.exec(['git', 'status', '--short'])).output).toBe('');
  });

  test('assertions that believe everything are found out, and a process that ends early', async () => {
    const kinder = {
      vitest: "import { expect } from 'vitest';\nexpect.extend({ toBe: () => ({ pass: true, message: () => '' }) });",
      jest: "expect.extend({ toBe: () => ({ pass: true, message: () => '' }) });",
      mocha: "require('assert').strictEqual = () => {};",
      'node:test': "import kind from 'node:assert';\nkind.strictEqual = () => {};",
    }[runner];
    const canaryAfter = async (text: string) => {
      await workspace.writeFile(TWICE_FILE, text);
      const told = await run({ files: [TWICE_FILE], canaries: [TWICE_FILE] });
      await workspace.layIn(workspace.start.commit, [TWICE_FILE]);
      return told.status === 'ran' ? (told.canaries[TWICE_FILE] ?? 'not reported') : told.reason;
    };
    const head = await testHead(folder);
    expect(await canaryAfter(`${head}\n${kinder}\ntest('twice', () => {});\n`)).toBe('passed');
    if (runner !== 'vitest')
      expect(await canaryAfter(`${head}\ntest('twice', () => {});\ntest('quits', () => { process.exit(0); });\n`)).not.toBe('failed');
  });

  if (runner === 'vitest') {
    test('tests whose hook fails are called skipped by vitest; here they failed', async () => {
      const hook =
        "import { beforeAll, test } from 'vitest';\nbeforeAll(() => { throw new Error('no water'); });\ntest('serves', () => {});\n";
      expect(await runWith(hook)).toEqual([`failed ${TWICE_FILE} > serves: Error: no water`]);
    });

    test('tests whose worker is killed are left as skipped by vitest; here they failed', async () => {
      const killed =
        "import { describe, test } from 'vitest';\ntest('dies', async () => { await new Promise((done) => setTimeout(done, 300)); process.kill(process.pid, 'SIGKILL'); });\n" +
        "test('never reached', () => {});\ntest.skip('rests', () => {});\ndescribe.skip('winter', () => { test('sleeps', () => {}); });\n";
      expect(await runWith(killed)).toEqual([
        `failed ${TWICE_FILE} > dies: it did not end`,
        `failed ${TWICE_FILE} > never reached: it did not end`,
        `skipped ${TWICE_FILE} > rests`,
        `skipped ${TWICE_FILE} > winter > sleeps`,
      ]);
    });

    test('coverage, type checks and an early end that the configuration asks for are left out', async () => {
      const config =
        'export default { test: { bail: 1, coverage: { enabled: true, thresholds: { lines: 100 } }, typecheck: { enabled: true, checker: "no-such" } } };';
      const two = "import { test } from 'vitest';\ntest('one', () => { throw new Error('dry'); });\ntest('two', () => {});\n";
      expect(await runWith(two, { 'vitest.config.js': config })).toEqual([
        `failed ${TWICE_FILE} > one: Error: dry`,
        `passed ${TWICE_FILE} > two`,
      ]);
    });

    test('a snapshot that is missing fails, and is not written', async () => {
      const shot = "import { expect, test } from 'vitest';\ntest('grows', () => { expect('fern').toMatchSnapshot(); });\n";
      expect(await runWith(shot)).toEqual([expect.stringMatching(/^failed .* > grows: Error: Snapshot .* mismatched/)]);
      expect(await workspace.listFiles()).not.toContain('test/__snapshots__/twice.test.js.snap');
    });

    test('a test that passes when it is tried again says so', async () => {
      const flaky =
        "import { test } from 'vitest';\nlet tries = 0;\ntest('sprouts', { retry: 3 }, () => { if (++tries < 3) throw new Error('not yet'); });\n";
      await workspace.writeFile(TWICE_FILE, flaky);
      const told = await run({ files: [TWICE_FILE] });
      expect(told).toMatchObject({ outcomes: [{ id: `${TWICE_FILE} > sprouts`, status: 'passed', retries: 2 }] });
    });
  }

  test('a suite without a test is no evidence', async () => {
    await workspace.exec(['rm', '-r', 'test']);
    expect(await run()).toMatchObject({ status: 'did-not-run', fault: 'agent' });
  });
});

function withoutAssertionName(line: string): string {
  return line.replace(': AssertionError: ', ': Error: ');
}

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

test('vitest: tests of dependencies and projects that only check types are not the repository’s tests, whatever its configuration says', async () => {
  const suite = "import { test } from 'vitest';\ntest('is run', () => {});\n";
  const projects = [
    { test: { name: 'run time', include: ['**/*.test.js'], exclude: [] } },
    { test: { name: 'types', include: ['**/*.test-d.ts'], typecheck: { enabled: true, only: true } } },
  ];
  const told = await runSuite(workshop, await workshop.fixture(join(FIXTURES, 'greenhouse-vitest')), {
    setup: DEFAULT_SETUP,
    write: {
      'vitest.config.js': `export default { test: { projects: ${JSON.stringify(projects)} } };\n`,
      'node_modules/a-pot/pot.test.js': suite,
      'test/types.test-d.ts': suite,
      'test/own.test.js': suite,
    },
  });
  const ids = told.status === 'ran' ? told.outcomes.map(({ id }) => id) : [told.reason];
  expect(ids).toContain('test/own.test.js > is run');
  expect(ids.filter((id) => /node_modules|test-d/.test(id))).toEqual([]);
});
