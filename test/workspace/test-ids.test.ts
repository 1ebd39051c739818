/** Ids of tests: the same on every run and in every place, whatever a title holds, and different for different tests. */
import { expect, test } from 'vitest';
import { runSuite } from '../helpers/suites.ts';
import { bothPlaces, NO_SETUP, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();

const TITLES = `
import { test } from 'node:test';
import { randomUUID, randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

const server = createServer().listen(0);
const titles = [
  'reads ' + import.meta.filename,
  'stands in ' + process.cwd(),
  'writes to ' + join(mkdtempSync(join(tmpdir(), 'greenhouse-')), 'a.txt') + ' and back',
  'is at home in ' + homedir(),
  'keeps src/tmp/a.txt and /tmpfile',
  'asks http://localhost:' + server.address().port + '/water',
  'asks http://localhost:8080/water',
  'runs as pid ' + process.pid,
  'signs ' + randomBytes(16).toString('hex') + 'a1',
  'is deadbeef',
  'plants ' + randomUUID(),
  'plants 123e4567-e89b-42d3-a456-426614174000',
  'waters at ' + new Date().toISOString(),
  'waters at ' + Date.now(),
  'waters at 2001-09-09T01:46:40.000Z, which is 1000000000000',
  'opens on 2001-09-09',
  'opens on ' + new Date().toISOString().slice(0, 10),
  'opens at 2001-09-09 01:46:40 +02:00 sharp',
  'stocks 9780306406157, call 1234-56-78',
  'takes ' + performance.now() + ' ms',
  'takes 500 ms',
  'first line\\nsecond\\tline\\u001b[31m red\\u001b[39m \\u0007',
  'lone \\ud800 half',
  { leaf: 1 } + '',
];
for (const title of titles) test(title, () => {});
server.close();
`;
const files = { 'package.json': '{"scripts":{"test":"node --test"}}', 'test/a.test.mjs': TITLES };

test.each(bothPlaces)('what differs from run to run is replaced, what is meant stays; sandbox %s', async (sandbox) => {
  const repository = await workshop.repository({ files });
  const ids = async () => {
    const run = await runSuite(workshop, repository, { setup: NO_SETUP, sandbox });
    return run.status === 'ran' ? run.outcomes.map(({ id }) => id.replace('test/a.test.mjs > ', '')) : [run.reason];
  };
  const first = await ids();
  expect(first).toEqual(await ids());
  expect(first).toEqual(
    [
      'reads test/a.test.mjs',
      'stands in .',
      'writes to <tmp> and back',
      'is at home in <tmp>',
      'keeps src/tmp/a.txt and /tmpfile',
      'asks http://localhost:<port>/water',
      'asks http://localhost:8080/water',
      'runs as pid <pid>',
      'signs <hex>',
      'is deadbeef',
      'plants <uuid>',
      'plants <uuid> (2)',
      'waters at <time>',
      'waters at <time> (2)',
      'waters at <time>, which is <time>',
      'opens on <time>',
      'opens on <time> (2)',
      'opens at <time> sharp',
      'stocks 9780306406157, call 1234-56-78',
      'takes <time>',
      'takes 500 ms',
      'first line\\nsecond\\tline red \\u0007',
      'lone \ufffd half',
      '[object Object]',
    ].sort(),
  );
});

test('a package’s ids are relative to the repository', async () => {
  const repository = await workshop.repository({
    files: { 'packages/shop/package.json': '{"scripts":{"test":"node --test"}}', 'packages/shop/test/a.test.mjs': TITLES },
  });
  const run = await runSuite(workshop, repository, {
    setup: { ...NO_SETUP, folder: 'packages/shop' },
    sandbox: bothPlaces[0],
    files: ['packages/shop/test/a.test.mjs'],
  });
  expect(run).toMatchObject({ status: 'ran', gaps: [] });
  if (run.status === 'ran') expect(new Set(run.outcomes.map(({ file }) => file))).toEqual(new Set(['packages/shop/test/a.test.mjs']));
});
