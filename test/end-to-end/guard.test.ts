/** `longhaul guard`: what somebody is told who is about to edit a file, or to make one. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GuardReport } from '#contracts';
import { runCli } from '../helpers/cli.ts';
import { openPlace, type Place } from '../helpers/place.ts';
import { openBakery } from './bakery.ts';

let place: Place;
beforeAll(() => {
  place = openPlace();
});
afterAll(() => place[Symbol.asyncDispose]());

const RULE = {
  name: 'no-short-cut',
  comment: 'Ask the oven.',
  severity: 'error',
  from: { path: '^src/counter/' },
  to: { path: '^src/pantry/' },
};

test('of files that are there and files that are not: what they may import, what closes a cycle, and what the repository states', async () => {
  const { folder: cwd } = openBakery(place, { files: { '.dependency-cruiser.json': JSON.stringify({ forbidden: [RULE] }) } }).clone();
  const guard = (...args: string[]) => runCli(['guard', ...args], { ...place, cwd });

  const { stdout, code } = await guard('src/pantry/flour.ts', 'src/counter/new.ts', '--json');
  const { files } = GuardReport.parse(JSON.parse(stdout));
  expect(code).toBe(0);
  expect(files).toEqual([
    { path: 'src/pantry/flour.ts', module: 'src/pantry', mayImport: [], closesCycle: ['src/counter', 'src/oven'], stated: [] },
    {
      path: 'src/counter/new.ts',
      module: 'src/counter',
      mayImport: [{ module: 'src/oven', typesOnly: false }],
      closesCycle: [],
      stated: [{ name: 'no-short-cut', severity: 'gate', reason: 'Ask the oven.', source: '.dependency-cruiser.json' }],
    },
  ]);

  expect((await guard('src/counter/new.ts')).stdout).toMatch(
    /^src\/counter\/new\.ts\n {2}in src\/counter\n {2}imports today: src\/oven; any other module is a new dependency\n {2}gate no-short-cut \(\.dependency-cruiser\.json\): Ask the oven\.\n\nAs of /,
  );
  expect((await guard('src/pantry/flour.ts')).stdout).toContain('would close a cycle (gate): src/counter, src/oven\n');
  const outside = await guard('../elsewhere.ts');
  expect(outside.code).toBe(2);
  expect(outside.stderr).toContain('../elsewhere.ts is no file of');
});
