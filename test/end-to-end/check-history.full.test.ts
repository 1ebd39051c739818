/** `longhaul check` by the own history of a repository, and what is left of it when it is stopped half-way. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CalibrationReport, CheckReport } from '#contracts';
import { runCli, startCli } from '../helpers/cli.ts';
import { openPlace, openWorkspaces, type Place, until } from '../helpers/place.ts';
import { noSandbox } from '../helpers/workspaces.ts';
import { BAKERY, type Clone, ORDERS_FROM_COUNTER, openBakery } from './bakery.ts';

let place: Place;
beforeAll(() => {
  place = openPlace();
});
afterAll(() => place[Symbol.asyncDispose]());

test.skipIf(noSandbox)('Ctrl-C while a rule file that is run does not end: 130, and nothing is left', async () => {
  const { folder } = openBakery(place, { files: { '.dependency-cruiser.cjs': 'for (;;);\n' } }).clone();
  const { process: child, says, result } = startCli(['check', folder], place);
  await says(/reading the base/);
  await until('the copy of the base is there', () => openWorkspaces(place.cacheFolder).length > 0);
  child.kill('SIGINT');
  expect(await result).toMatchObject({ code: 130, stdout: '' });
  expect(openWorkspaces(place.cacheFolder)).toEqual([]);
});

describe('the own history', () => {
  /** Twelve days: on the fifth the pantry orders from the counter, on the sixth it no longer does. */
  const days = Array.from({ length: 12 }, (_, day) => ({
    files: {
      'src/oven/heat.ts': `export const heat = ${day};\n`,
      ...(day === 5 && ORDERS_FROM_COUNTER),
      ...(day === 6 && { 'src/pantry/flour.ts': BAKERY['src/pantry/flour.ts'] }),
    },
  }));

  const calibrate = async ({ folder }: Clone, commits: string, ...args: string[]) => {
    const { stdout, stderr, code } = await runCli(['check', folder, '--calibrate', commits, '--json', ...args], place);
    expect(code).toBe(0);
    return {
      ...CalibrationReport.parse(JSON.parse(stdout)),
      steps: [...stderr.matchAll(/(\d+) of \d+ commits/g)].map(([, done]) => Number(done)),
    };
  };

  test('--calibrate learns how often people trip a rule, goes on where it stopped, and checks tell it', async () => {
    const clone = openBakery(place, ...days).clone(ORDERS_FROM_COUNTER);
    const few = await calibrate(clone, '4');
    expect(few).toMatchObject({ commits: 4, anyGate: { tripped: 0, of: 4 }, rules: [], steps: [1, 2, 3, 4] });
    const all = await calibrate(clone, '200');
    expect(all).toMatchObject({ commits: 12, leftOut: [], anyGate: { tripped: 1, of: 12 } });
    expect(all.rules.find(({ rule }) => rule === 'new-cycle')).toMatchObject({ severity: 'gate', tripped: 1, of: 12 });
    expect(all.metrics.find(({ metric }) => metric === 'value.cycles')).toMatchObject({ first: 0, last: 0 });
    expect((await calibrate(clone, '200')).steps).toEqual([]);

    const checked = CheckReport.parse(JSON.parse((await runCli(['check', clone.folder, '--json'], place)).stdout));
    expect(checked.calibration).toMatchObject({ commits: 12 });
    expect(checked.findings.find(({ rule }) => rule === 'new-cycle')?.human).toMatchObject({ tripped: 1, of: 12 });
    expect(checked.drift.find(({ metric }) => metric === 'value.cycles')).toMatchObject({
      base: 0,
      head: 1,
      change: 1,
      usual: { low: -1, high: 1 },
    });
  });

  test('a rule that is stated today is held against every commit, also against those already measured', async () => {
    const clone = openBakery(place, { files: ORDERS_FROM_COUNTER }).clone();
    const calibrateHead = () => calibrate(clone, '9', '--base', 'HEAD');
    expect((await calibrateHead()).steps).toEqual([1]);
    expect((await calibrateHead()).steps).toEqual([]);
    const rule = { name: 'pantry-only-gives', severity: 'error', from: { path: '^src/pantry/' }, to: { path: '^src/counter/' } };
    clone.change({ '.dependency-cruiser.json': JSON.stringify({ forbidden: [rule] }) });
    clone.git('add', '.');
    clone.git('-c', 'user.name=Baker', '-c', 'user.email=baker@example.org', 'commit', '--quiet', '--message', 'State a rule');
    const { steps, rules } = await calibrateHead();
    expect(steps).toEqual([1, 2]);
    expect(rules.find(({ rule: name }) => name === 'declared-rule')).toMatchObject({ severity: 'gate', tripped: 1, of: 2 });
  });

  test('a history that shows nothing is refused', async () => {
    const { folder } = openBakery(place).clone();
    const { stderr, code } = await runCli(['check', folder, '--calibrate', '9'], place);
    expect({ code, said: stderr.includes('E_BASE_UNKNOWN') }).toEqual({ code: 2, said: true });
  });
});
