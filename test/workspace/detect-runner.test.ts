/** Which runner a package uses: what its scripts come to, by way of other scripts and wrappers, and what cannot be read. */
import { expect, test } from 'vitest';
import type { Content } from '../helpers/git-repository.ts';
import { outline, runSuite } from '../helpers/suites.ts';
import { NO_SETUP, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
const detect = async (files: Record<string, Content>, environment = {}) =>
  runSuite(workshop, await workshop.repository({ files }), { setup: { ...NO_SETUP, environment } });
const SUITE = "import { test } from 'node:test';\ntest(process.env.MODE ?? 'no mode', () => {});\n";

test.each([
  ['no package.json', {}],
  ['one that is not JSON', { 'package.json': 'not json' }],
  ['one without scripts', { 'package.json': '{}' }],
  ['one whose scripts are no object', { 'package.json': '{"scripts":[1]}' }],
  ['an empty script', { 'package.json': '{"scripts":{"test":"echo no tests && exit 0"}}' }],
  ['a link in its place', { 'package.json': { link: '/etc/hostname' } }],
] as [string, Record<string, Content>][])('%s: unscored, never guessed at', async (_, files) => {
  expect(await detect({ 'test/a.test.mjs': SUITE, ...files })).toEqual({
    status: 'did-not-run',
    reason: 'package.json names none of the test runners that can be read (vitest, jest, mocha, node:test, ava, tape)',
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
    reason: 'vitest is not installed',
    fault: 'environment',
  });
});

test('an agent that writes another runner into package.json changes nothing', async () => {
  const repository = await workshop.repository({
    files: { 'package.json': '{"scripts":{"test":"node --test"}}', 'test/a.test.mjs': SUITE },
  });
  const rewritten = await runSuite(workshop, repository, { write: { 'package.json': '{"scripts":{"test":"vitest run"}}' } });
  expect(outline(rewritten)).toEqual(['passed test/a.test.mjs > no mode']);
});
