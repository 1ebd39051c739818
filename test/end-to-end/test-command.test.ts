/** `longhaul test` as a user meets it: what ran, with what, and what failed. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestReport } from '#contracts';
import { runCli } from '../helpers/cli.ts';
import { buildHistory, type GitRepository } from '../helpers/git-repository.ts';
import { sandboxOption } from '../helpers/lighthouse.ts';
import { openPlace, type Place } from '../helpers/place.ts';

const MANIFEST = JSON.stringify({ type: 'module', scripts: { test: 'node --test' } });
const FAILS = "import test from 'node:test';\ntest('the ferry waits', () => { throw new Error('it has left'); });\n";
const PASSES =
  "import test from 'node:test';\ntest('the ferry is punctual', () => {});\ntest('the bar is open', { skip: true }, () => {});\n";
const QUITS =
  "import test from 'node:test';\ntest('the anchor is up', () => {});\ntest('the engine starts', async () => { await new Promise((done) => setTimeout(done, 500)); process.exit(0); });\n";

let place: Place;
let ferry: GitRepository;

beforeAll(() => {
  place = openPlace();
  ferry = buildHistory(join(place.folder, 'ferry.git'), [
    { files: { 'package.json': MANIFEST, 'test/ferry.test.js': PASSES } },
    { files: { 'test/late.test.js': FAILS } },
    { files: { 'test/early.test.js': QUITS } },
    { files: { 'package.json': JSON.stringify({ scripts: { test: 'karma start' } }) } },
  ]);
});
afterAll(() => place[Symbol.asyncDispose]());

const longhaulTest = (...args: string[]) => runCli(['test', ferry.repository, '--no-install', ...sandboxOption, ...args], place);

test('every test passed or was skipped: 0, and one document', async () => {
  const { stdout, stderr, code } = await longhaulTest('--commit', ferry.commits[0] ?? '', '--json');
  const report = TestReport.parse(JSON.parse(stdout));
  expect(report).toMatchObject({
    repository: ferry.repository,
    commit: ferry.commits[0],
    environment: { node: process.version, packageManager: null, dependencies: 'none' },
    run: { status: 'ran', runner: 'node:test' },
  });
  expect(report.run.status === 'ran' && report.run.outcomes.map(({ id, status }) => `${status} ${id}`)).toEqual([
    'skipped test/ferry.test.js > the bar is open',
    'passed test/ferry.test.js > the ferry is punctual',
  ]);
  expect(code).toBe(0);
  expect(stderr).toContain('opening a workspace');
});

test('a failing test: 1, and its name', async () => {
  const { stdout, code } = await longhaulTest('--commit', ferry.commits[1] ?? '');
  expect(stdout).toContain('3 tests in 2 files: 1 passed, 1 failed, 1 skipped');
  expect(stdout).toContain('test/late.test.js > the ferry waits');
  expect(stdout).toContain('it has left');
  expect(code).toBe(1);
});

test('what a killed install left, credentials perhaps, is gone after the next command', async () => {
  const ended = spawnSync('true').pid;
  const left = join(place.cacheFolder, `installs/0123.${ended}-0a1b2c3d.unfinished`);
  mkdirSync(join(left, 'scratch/home'), { recursive: true });
  await longhaulTest('--commit', ferry.commits[0] ?? '');
  expect(existsSync(left)).toBe(false);
});

test('only one file', async () => {
  const { stdout, code } = await longhaulTest('--commit', ferry.commits[1] ?? '', '--file', 'test/ferry.test.js');
  expect(stdout).toContain('2 tests in 1 files: 1 passed, 0 failed, 1 skipped');
  expect(code).toBe(0);
});

test('a file that quits before its tests end: 1, and why, although nothing failed', async () => {
  const { stdout, code } = await longhaulTest('--commit', ferry.commits[2] ?? '', '--file', 'test/early.test.js');
  expect(stdout).toContain('1 tests in 1 files: 1 passed, 0 failed, 0 skipped');
  expect(stdout).toMatch(/tests may be missing: .*test\/early\.test\.js ended before its tests did/);
  expect(code).toBe(1);
});

test('the newest commit is the default; a runner that cannot be read is unscored, by name', async () => {
  const { stdout, code } = await longhaulTest();
  expect(stdout).toContain(ferry.commits[3]);
  expect(stdout).toMatch(/unscored: .*karma/);
  expect(code).toBe(1);
});

test.for([
  ['--folder', '../elsewhere', 'E_USAGE'],
  ['--node', 'the old one', 'E_NODE_UNAVAILABLE'],
  ['--commit', 'nowhere', 'E_COMMIT_UNKNOWN'],
])('%s %s: could not run, and why', async ([flag = '', value = '', error = '']) => {
  const { stdout, stderr, code } = await longhaulTest(flag, value);
  expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
  expect(stderr).toContain(error);
});
