/** Build steps and services around a suite. */
import { describe, expect, test } from 'vitest';
import { type CommitSha, DEFAULT_LIMITS } from '#contracts';
import { outline, runSuite } from '../helpers/suites.ts';
import { bothPlaces, NO_SETUP, noSandbox, processesNaming, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
const files = {
  'package.json': '{"scripts":{"test":"node --test"}}',
  'test/a.test.mjs':
    "import { test } from 'node:test';\nimport { readFileSync } from 'node:fs';\n" +
    "test('built ' + readFileSync('built.txt', 'utf8').trim(), () => {});\n" +
    "test('served', async () => { if ((await (await fetch('http://127.0.0.1:47113')).text()) !== process.env.GOODS) throw new Error('no'); });\n",
};
const server = 'node -e "require(\'node:http\').createServer((q, r) => r.end(process.env.GOODS)).listen(47113)"';
const ready = 'node -e "fetch(\'http://127.0.0.1:47113\').catch(() => process.exit(1))"';
const setup = {
  ...NO_SETUP,
  environment: { GOODS: 'ferns' },
  build: ['echo once >>built.txt', 'cd test && true'],
  services: [{ name: 'shop', command: server, ready }],
};
type Setup = Partial<typeof setup>;
const suite = async (changes: Setup, more: Parameters<typeof runSuite>[2] = {}) =>
  runSuite(workshop, await workshop.repository({ files }), { setup: { ...setup, ...changes }, ...more });

test.each(bothPlaces)('surround the tests, once, in the task’s environment, and are gone after them; sandbox %s', async (sandbox) => {
  expect(outline(await suite({}, { sandbox }))).toEqual(['passed test/a.test.mjs > built once', 'passed test/a.test.mjs > served']);
  await expect.poll(() => processesNaming('47113')).toEqual([]);
});

describe('no test runs', () => {
  test('after a build step that fails', async () => {
    expect(await suite({ build: ['echo no compiler >&2; exit 3', 'touch late'] })).toMatchObject({
      status: 'did-not-run',
      reason: 'a build step failed: echo no compiler >&2; exit 3',
      output: expect.stringContaining('no compiler'),
    });
  });

  test('after a build step that no shell takes, and it does not take the others along', async () => {
    expect(await suite({ build: ['echo )', 'touch late'] })).toMatchObject({ reason: 'a build step failed: echo )' });
  });

  test('when a build step hangs, and it is the step that is blamed', async () => {
    const limits = { ...DEFAULT_LIMITS, testTimeoutMs: 2000 };
    expect(await suite({ build: ['true', 'echo halfway; sleep 613'] }, { limits })).toMatchObject({
      reason: 'a build step did not end: echo halfway; sleep 613',
      output: expect.stringContaining('halfway'),
    });
  });

  test('beside a service that dies; that is noticed at once, and told with its log', async () => {
    const run = await suite({ services: [{ name: 'shop', command: 'echo the till is empty; exit 4', ready }] });
    expect(run).toMatchObject({
      reason: 'the service shop ended before it was ready',
      output: expect.stringContaining('the till is empty'),
    });
    expect(run.wallMs).toBeLessThan(20_000);
  });

  test('before a service that hangs while it starts', async () => {
    const limits = { ...DEFAULT_LIMITS, testTimeoutMs: 3000 };
    const slow = [{ name: 'shop', command: 'sleep 613', ready: 'false' }];
    expect(await suite({ services: slow }, { limits })).toMatchObject({ reason: 'the service shop was not ready in time' });
    await expect.poll(() => processesNaming('sleep 613')).toEqual([]);
  });
});

describe('the tree’s own code cannot vouch for the tree', () => {
  const passes = "import { test } from 'node:test';\ntest('is honest', () => {});\n";
  const fails = passes.replace('() => {}', "() => { throw new Error('not done'); }");
  const forge = `
    import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
    writeFileSync('test/a.test.mjs', ${JSON.stringify(passes)});
    writeFileSync('.mocharc.json', '{}');
    writeFileSync('.gitignore', '.mocharc.json');
    const key = readFileSync('/report/key', 'utf8');
    const line = { key, type: 'test', file: '/workspace/test/a.test.mjs', titles: ['forged'], status: 'passed', durationMs: 1 };
    appendFileSync('/report/report', JSON.stringify(line) + '\\n' + JSON.stringify({ key, type: 'end', lines: 1 }) + '\\n');
  `;
  const forging = { 'package.json': files['package.json'], 'test/a.test.mjs': fails, 'build.mjs': forge };

  test.skipIf(noSandbox)('a build step finds neither report nor key, and what it made of the human tests is undone', async () => {
    const repository = await workshop.repository({ files: forging });
    await using workspace = await workshop.open(repository, {
      setup: { ...NO_SETUP, build: ['node build.mjs || true', 'test ! -e /report'] },
      sandbox: 'required',
      testsFrom: repository.commits[0] as CommitSha,
    });
    const run = await workspace.runTests();
    expect(outline(run)).toEqual(['failed test/a.test.mjs > is honest: Error: not done']);
    expect(run).toMatchObject({ gaps: [] });
    expect((await workspace.exec(['ls', '.mocharc.json'])).exitCode).not.toBe(0);
  });

  test('a build step leaves no process behind that could wait for the report', async () => {
    const run = await suite({ build: ['echo once >built.txt; sleep 614 &'] }, { write: { 'test/a.test.mjs': passes } });
    expect(outline(run)).toEqual(['passed test/a.test.mjs > is honest']);
    expect(processesNaming('sleep 614')).toEqual([]);
  });

  test.skipIf(noSandbox)('a service finds no key while it starts', async () => {
    const looks = [{ name: 'spy', command: 'sleep 615', ready: 'test -d /report && test ! -e /report/key' }];
    expect(outline(await suite({ build: [], services: looks }, { write: { 'test/a.test.mjs': passes } }))).toEqual([
      'passed test/a.test.mjs > is honest',
    ]);
  });
});

test('a service that dies under the tests is told beside them', async () => {
  const once =
    "node -e \"const s = require('node:http').createServer((q, r) => r.end('ferns', () => q.url === '/last' && process.exit())).listen(47113)\"";
  const write = {
    'test/a.test.mjs':
      "import { test } from 'node:test';\ntest('buys the last', () => fetch('http://127.0.0.1:47113/last').catch(() => {}));\n",
  };
  const run = await suite({ services: [{ name: 'shop', command: once, ready }] }, { write });
  expect(run).toMatchObject({ status: 'ran', gaps: ['the service shop ended before the tests did'] });
});
