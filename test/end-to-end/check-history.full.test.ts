/** `longhaul check` by the own history of a repository, and what is left of it when it is stopped half-way. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CalibrationReport, CheckReport } from '#contracts';
import { runCli, startCli } from '../helpers/cli.ts';
import { openPlace, openWorkspaces, type Place, until } from '../helpers/place.ts';
import { noSandbox } from '../helpers/workspaces.ts';
import { BAKERY, ORDERS_FROM_COUNTER, openBakery } from './bakery.ts';

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

  test('--calibrate learns how often people trip a rule, goes on where it stopped, and checks tell it', async () => {
    const clone = openBakery(place, ...days).clone(ORDERS_FROM_COUNTER);
    const calibrate = async (commits: string) => {
      const { stdout, stderr, code } = await runCli(['check', clone.folder, '--calibrate', commits, '--json'], place);
      expect(code).toBe(0);
      return {
        ...CalibrationReport.parse(JSON.parse(stdout)),
        steps: [...stderr.matchAll(/(\d+) of \d+ commits/g)].map(([, done]) => Number(done)),
      };
    };
    const few = await calibrate('4');
    expect(few).toMatchObject({ commits: 4, anyGate: { tripped: 0, of: 4 }, rules: [], steps: [1, 2, 3, 4] });
    const all = await calibrate('200');
    expect(all).toMatchObject({ commits: 12, leftOut: [], anyGate: { tripped: 1, of: 12 } });
    expect(all.rules.find(({ rule }) => rule === 'new-cycle')).toMatchObject({ severity: 'gate', tripped: 1, of: 12 });
    expect(all.metrics.find(({ metric }) => metric === 'value.cycles')).toMatchObject({ first: 0, last: 0 });
    expect((await calibrate('200')).steps).toEqual([]);

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

  test('a history that shows nothing is refused', async () => {
    const { folder } = openBakery(place).clone();
    const { stderr, code } = await runCli(['check', folder, '--calibrate', '9'], place);
    expect({ code, said: stderr.includes('E_BASE_UNKNOWN') }).toEqual({ code: 2, said: true });
  });
});
