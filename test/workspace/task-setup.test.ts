/** Build steps and services around a suite. */
import { expect, test } from 'vitest';
import { outline, runSuite } from '../helpers/suites.ts';
import { bothPlaces, childProcesses, NO_SETUP, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
const files = {
  'package.json': '{"scripts":{"test":"node --test"}}',
  'test/a.test.mjs':
    "import { test } from 'node:test';\nimport { readFileSync } from 'node:fs';\n" +
    "test('built', () => readFileSync('built.txt'));\ntest('served', async () => { if ((await (await fetch('http://127.0.0.1:47113')).text()) !== 'served') throw new Error('no'); });\n",
};
const server = "node -e \"require('node:http').createServer((q, r) => r.end('served')).listen(47113)\"";
const ready = 'node -e "fetch(\'http://127.0.0.1:47113\').catch(() => process.exit(1))"';
const setup = { ...NO_SETUP, build: ['echo built >built.txt'], services: [{ name: 'shop', command: server, ready }] };

test.each(bothPlaces)('surround the tests, sandbox %s', async (sandbox) => {
  const repository = await workshop.repository({ files });
  expect(outline(await runSuite(workshop, repository, { setup, sandbox }))).toEqual([
    'passed test/a.test.mjs > built',
    'passed test/a.test.mjs > served',
  ]);
  await expect.poll(() => childProcesses().filter((command) => command.includes('47113'))).toEqual([]);
});

test('a step that fails ends it, with its output', async () => {
  const repository = await workshop.repository({ files });
  expect(
    await runSuite(workshop, repository, { setup: { ...setup, build: ['echo no compiler >&2; exit 3', 'touch late'] } }),
  ).toMatchObject({
    status: 'did-not-run',
    output: expect.stringContaining('no compiler'),
  });
});
