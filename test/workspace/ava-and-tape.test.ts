/** What ava and tape say about the greenhouse: runners without suites, whose own reports name neither files nor tests reliably. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_SETUP, TestRun } from '#contracts';
import type { Workspace } from '#workspace';
import { outline } from '../helpers/suites.ts';
import { bothPlaces, useWorkshop } from '../helpers/workspaces.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/workspace');
const workshop = useWorkshop();
let ava: Workspace;
let tape: Workspace;
beforeAll(async () => {
  const open = async (folder: string) =>
    workshop.open(await workshop.fixture(join(FIXTURES, folder)), { setup: DEFAULT_SETUP, sandbox: bothPlaces[0] });
  [ava, tape] = await Promise.all([open('greenhouse-ava'), open('greenhouse-tape')]);
});
afterAll(async () => {
  await ava?.[Symbol.asyncDispose]();
  await tape?.[Symbol.asyncDispose]();
});
const suite = async (of: Workspace, files: string[] = []) => TestRun.parse(await of.runTests({ files }));

test('ava: tests, hooks, known failures, files that do not load and files that quit', async () => {
  const run = await suite(ava);
  expect(run).toMatchObject({ status: 'ran', runner: 'ava', scope: 'all', processes: 'apart', gaps: [], exitCode: 1 });
  expect(outline(run)).toMatchInlineSnapshot(`
    [
      "failed test/broken.js > (file does not load): Cannot find module '../src/nowhere.js'",
      "failed test/hook.js > before hook: Error thrown in test",
      "failed test/hook.js > under it: it did not end",
      "failed test/quits.js > (outside of any test): process-exit",
      "failed test/quits.js > quits: it did not end",
      "failed test/quits.js > stays: it did not end",
      "skipped test/watering.js > a cactus",
      "passed test/watering.js > a dry plant",
      "failed test/watering.js > a fern: Error thrown in test",
      "skipped test/watering.js > a palm, which is known to fail",
      "failed test/watering.js > a wet plant: a wet plant got water",
      "skipped test/watering.js > an orchid",
      "failed test/watering.js > nothing is claimed: Test finished without running any assertions",
    ]
  `);
});

test('ava: only one file, under the same ids', async () => {
  const run = await suite(ava, ['test/hook.js']);
  expect(run).toMatchObject({ scope: 'files' });
  expect(outline(run)).toMatchInlineSnapshot(`
    [
      "failed test/hook.js > before hook: Error thrown in test",
      "failed test/hook.js > under it: it did not end",
    ]
  `);
});

test('ava: alike titles are numbered in the order of the file, whichever ends first', async () => {
  await ava.writeFile(
    'test/dates.js',
    "import test from 'ava';\ntest('opens on 2001-01-02', async (t) => { await new Promise((done) => setTimeout(done, 300)); t.fail(); });\n" +
      "test('opens on 2001-01-03', (t) => t.pass());\n",
  );
  expect(outline(await suite(ava, ['test/dates.js']))).toEqual([
    expect.stringMatching(/^failed test\/dates\.js > opens on <time>: /),
    'passed test/dates.js > opens on <time> (2)',
  ]);
});

test('tape: a test is its worst assertion, and a file that dies costs only itself', async () => {
  const run = await suite(tape);
  expect(run).toMatchObject({ status: 'ran', runner: 'tape', scope: 'all', processes: 'apart', gaps: [], exitCode: 1 });
  expect(outline(run)).toMatchInlineSnapshot(`
    [
      "failed test/broken.test.js > (file does not load): Error: Cannot find module '../src/nowhere.js'",
      "failed test/quits.test.js > quits: fail: test exited without ending: quits",
      "passed test/quits.test.js > stays",
      "passed test/throws.test.js > before it",
      "failed test/throws.test.js > throws: Error: no water",
      "skipped test/watering.test.js > a cactus",
      "passed test/watering.test.js > a dry plant",
      "failed test/watering.test.js > a wet plant: equal: a wet plant got water",
      "skipped test/watering.test.js > an orchid",
      "passed test/watering.test.js > in summer",
      "passed test/watering.test.js > in summer > a dry plant",
      "failed test/watering.test.js > in summer > a wet plant: fail: it rains",
      "failed test/watering.test.js > too few: fail: plan != count",
      "failed test/watering.test.js > twice: fail: the worse of two",
    ]
  `);
});

test('tape: only one file, with the modules that the script loads before it', async () => {
  const lines = outline(await suite(tape, ['test/watering.test.js']));
  expect(lines).toContain('passed test/watering.test.js > a dry plant');
  expect(lines.filter((line) => !line.includes('test/watering.test.js'))).toEqual([]);
});

test('tape: what an assertion expected and got is told', async () => {
  const run = await suite(tape, ['test/watering.test.js']);
  const wet = run.status === 'ran' ? run.outcomes.find(({ id }) => id.endsWith('> a wet plant')) : undefined;
  expect(wet?.message).toMatch(/^equal: a wet plant got water\nexpected: 0\nactual: 1\n.*watering\.test\.js:\d+/s);
});

test.each([
  ['ava', () => ava, 'test/calm.js', "import test from 'ava';\ntest('calm', (t) => t.pass());\n"],
  ['tape', () => tape, 'test/calm.test.js', "const test = require('tape');\ntest('calm', (t) => { t.pass(); t.end(); });\n"],
])('%s: a test that must fail does so, and is none of the suite’s', async (_name, of, file, text) => {
  await of().writeFile(file, text);
  const told = TestRun.parse(await of().runTests({ files: [file], canaries: [file] }));
  expect(told).toMatchObject({ status: 'ran', canaries: { [file]: 'failed' } });
  expect(outline(told)).toEqual([`passed ${file} > calm`]);
  expect(await of().readFile(file)).toBe(text);
});
