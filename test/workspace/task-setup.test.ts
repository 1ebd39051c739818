/** Build steps and services around a suite. */
import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '#contracts';
import { outline, runSuite } from '../helpers/suites.ts';
import { bothPlaces, NO_SETUP, processesNaming, useWorkshop } from '../helpers/workspaces.ts';

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
