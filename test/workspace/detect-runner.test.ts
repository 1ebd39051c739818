/** Which runner a package uses: what its scripts come to, by way of other scripts and wrappers, and what cannot be read. */
import { expect, test } from 'vitest';
import type { CommitSha } from '#contracts';
import type { Content } from '../helpers/git-repository.ts';
import { outline, runSuite } from '../helpers/suites.ts';
import { bothPlaces, NO_SETUP, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
const detect = async (files: Record<string, Content>, environment = {}) =>
  runSuite(workshop, await workshop.repository({ files }), { setup: { ...NO_SETUP, environment } });
/** What each tree says of its tests, by its own name. One workspace takes on the environment of one commit after another. */
async function detectEach(trees: Readonly<Record<string, Record<string, Content>>>): Promise<Record<string, string>> {
  const files = Object.values(trees);
  const gone = Object.fromEntries(files.flatMap((tree) => Object.keys(tree)).map((path) => [path, null]));
  const base = { files: { 'test/a.test.mjs': SUITE } };
  const { repository, commits } = await workshop.repository(base, ...files.map((tree) => ({ files: { ...gone, ...tree } })));
  await using workspace = await workshop.open({ repository, commits }, { sandbox: bothPlaces[0], referenceCommits: commits });
  const told: Record<string, string> = {};
  for (const [at, name] of Object.keys(trees).entries()) {
    await workspace.useEnvironmentOf(commits[at + 1] as CommitSha);
    told[name] = outline(await workspace.runTests()).join('\n');
  }
  return told;
}

/** The same for manifests alone, each by the runner that is wanted of it. Nothing is installed, so that a suite says which runner is missing. */
async function detectScripts(rows: readonly (readonly [string, Record<string, string>])[]): Promise<void> {
  const trees = Object.fromEntries(rows.map(([, scripts]) => [JSON.stringify(scripts), { 'package.json': JSON.stringify({ scripts }) }]));
  const told = await detectEach(trees);
  expect(told).toEqual(Object.fromEntries(rows.map(([wanted, scripts]) => [JSON.stringify(scripts), wanted])));
}

const missing = (runner: string) => `environment: ${runner} is not installed`;
const unreadable = (name: string) => `environment: its tests are run by ${name}, which cannot be read`;
const NOTHING_NAMED =
  'environment: package.json names none of the test runners that can be read (vitest, jest, mocha, node:test, ava, tape)';
const SUITE = "import { test } from 'node:test';\ntest(process.env.MODE ?? 'no mode', () => {});\n";

test('a manifest that names no runner is unscored, never guessed at', async () => {
  const told = await detectEach({
    'no package.json': {},
    'one without scripts': { 'package.json': '{}' },
    'one whose scripts are no object': { 'package.json': '{"scripts":[1]}' },
    'an empty script': { 'package.json': '{"scripts":{"test":"echo no tests && exit 0"}}' },
    'a script by the name of a property of every object': { 'package.json': '{"scripts":{"test":"constructor"}}' },
    'a script that only speaks of one': { 'package.json': '{"scripts":{"test":"echo jest"}}' },
    'a link in its place': { 'package.json': { link: '/etc/hostname' } },
  });
  expect([...new Set(Object.values(told))]).toEqual([NOTHING_NAMED]);
});

test('node:test, with what its script passes to it, without reporters and coverage', async () => {
  const scripts: [string, string][] = [
    ['no mode', 'node --test'],
    ['no mode', 'npm run build && node --test'],
    ['quick', 'MODE=quick node --test'],
    ['slow', "cross-env MODE='slow' node --test"],
    ['no mode', 'node --test --test-reporter=spec --experimental-test-coverage'],
    ['no mode', 'node --no-warnings --test "test/**/*.test.mjs"'],
    ['no mode', 'c8 --check-coverage --lines 100 node --test test/*.test.mjs'],
    ['no mode', "borp --coverage --lines 100 'test/*.test.mjs'"],
    ['imported', 'node --import data:text/javascript,process.env.MODE=`imported` --test'],
  ];
  const quoted = (script: string) => script.replace(/(data:\S+)/, "'$1'");
  await detectScripts(scripts.map(([title, script]) => [`passed test/a.test.mjs > ${title}`, { test: quoted(script), build: 'false' }]));
});

test('by way of other scripts and of wrappers', async () => {
  await detectScripts([
    [missing('vitest'), { test: 'pnpm lint && pnpm test:types && pnpm vitest run', 'test:types': 'tsc --noEmit', lint: 'eslint' }],
    [missing('vitest'), { test: 'pnpm run "/^test:.*/"', 'test:lint': 'eslint .', 'test:spec': 'vitest run' }],
    [missing('jest'), { test: 'yarn jest:ci', 'jest:ci': "NODE_OPTIONS='--no-warnings' yarn run jest --ci" }],
    [missing('jest'), { test: 'run-s lint test:*', lint: 'eslint .', 'test:unit': 'npx jest --coverage' }],
    [missing('mocha'), { test: 'npm run test-node && npm run chrome', 'test-node': 'c8 --99 --check-coverage mocha', chrome: 'karma' }],
    [missing('mocha'), { test: 'nyc --reporter lcov --reporter text mocha -R dot 2>&1' }],
    [missing('mocha'), { test: 'cross-env TS_NODE_PROJECT=test/tsconfig.json ts-mocha test/**/*.ts' }],
    [missing('ava'), { test: 'xo && npm run build && ava && tsd --typings build/index.d.ts', build: 'rollup --config' }],
    [missing('tape'), { test: 'tape -r esm test/*.js | tap-spec' }],
    [
      missing('vitest'),
      { test: 'npm run test', 'test:b': 'npm run test:a', 'test:a': 'npm run test:b', 'test:long': 'vitest bench; vitest' },
    ],
    ['passed test/a.test.mjs > no mode', { test: 'npm run lint', 'test:unit': 'node --test' }],
  ]);
});

test('by configuration files and dependencies, where no script says it', async () => {
  const told = await detectEach({
    vitest: { 'package.json': '{}', 'vitest.config.ts': '' },
    'jest, wrapped': { 'package.json': '{"scripts":{"test":"kcd-scripts test"}}', 'jest.config.js': '' },
    'jest, by its key': { 'package.json': '{"jest":{"testEnvironment":"node"}}' },
    mocha: { 'package.json': '{"devDependencies":{"chai":"1"}}', '.mocharc.yml': '' },
    ava: { 'package.json': '{"ava":{"files":["test/**"]}}' },
    tape: { 'package.json': '{"devDependencies":{"tape":"5"}}' },
  });
  expect(told).toEqual({
    vitest: missing('vitest'),
    'jest, wrapped': missing('jest'),
    'jest, by its key': missing('jest'),
    mocha: missing('mocha'),
    ava: missing('ava'),
    tape: missing('tape'),
  });
});

test('runners that are known and not read are named', async () => {
  await detectScripts([
    [unreadable('uvu'), { test: 'uvu -r esm tests' }],
    [unreadable('tap'), { test: 'tap test/*.js' }],
    [unreadable('web-test-runner'), { test: 'wtr --playwright' }],
    [unreadable('bun:test'), { test: 'bun test' }],
    [unreadable('deno test'), { test: 'deno test -A' }],
    [unreadable('cypress'), { test: 'start-server-and-test dev 3000 cy', 'test:e2e': 'cypress run' }],
  ]);
  const told = await detectEach({
    karma: { 'package.json': '{"scripts":{"test":"karma start"},"devDependencies":{"mocha":"11","karma-mocha":"2"}}' },
    jasmine: { 'package.json': '{"devDependencies":{"jasmine":"5"}}' },
  });
  expect(told).toEqual({ karma: unreadable('karma'), jasmine: unreadable('jasmine') });
});

test('a package of a monorepo, by its own scripts; the root’s where it has none', async () => {
  const files = {
    'package.json': '{"scripts":{"test":"node --test"},"devDependencies":{"vitest":"5"}}',
    'packages/shop/package.json': '{"scripts":{"test":"ava"}}',
    'packages/till/package.json': '{}',
    'packages/till/test/a.test.mjs': SUITE,
    'test/root.test.mjs': SUITE,
  };
  const repository = await workshop.repository({ files });
  const of = async (folder: string) => outline(await runSuite(workshop, repository, { setup: { ...NO_SETUP, folder } }));
  expect(await of('packages/shop')).toEqual(['environment: ava is not installed']);
  expect(await of('packages/till')).toEqual(['passed packages/till/test/a.test.mjs > no mode']);
});

test('scripts that multiply themselves and scripts that no shell would take are read in no time', async () => {
  const doubling = Object.fromEntries(
    Array.from({ length: 60 }, (_, at) => [`test:${at}`, `npm run test:${at + 1} && npm run test:${at + 1} && npm run test:${at + 1}`]),
  );
  const scripts = { ...doubling, test: `echo $\{ && "unclosed`, 'test:long': `mocha ${'a '.repeat(100_000)}`, 'test:zz': 'node --test' };
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
