/** `longhaul grade` as a user meets it. */
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RegradeReport, RunReport } from '#contracts';
import { findDatabase } from '#workers';
import { type CliResult, runCli } from '../helpers/cli.ts';
import { LIGHTHOUSE, MILESTONES, ROUNDS_THE_HOURS, sandboxOption } from '../helpers/lighthouse.ts';
import { noSandbox } from '../helpers/workspaces.ts';
import { openPlace, openWorkspaces, type Place } from '../helpers/place.ts';

let place: Place;
let run: RunReport;

beforeAll(async () => {
  place = openPlace();
  const made = await longhaul(
    ...['run', LIGHTHOUSE, ...sandboxOption, '--json', '--baseline-runs', '2'],
    ...['--agent', 'nothing', '--agent', 'scripted', '--script', ROUNDS_THE_HOURS],
  );
  run = RunReport.parse(JSON.parse(made.stdout));
});

afterAll(() => place[Symbol.asyncDispose]());

function longhaul(...args: string[]): Promise<CliResult> {
  return runCli(args, place);
}

/** Of the scripted trial: `resolved useful regressions`. */
function verdicts({ trials }: RegradeReport, which: 'before' | 'after'): string[] {
  return (trials[1]?.milestones ?? []).map((milestone) => {
    const { resolved, useful, regressions } = milestone[which];
    return `${milestone.id} ${resolved} ${useful} ${regressions.length}`;
  });
}

const EXPECTED = [`${MILESTONES[0]} yes yes 0`, `${MILESTONES[1]} yes no 2`, `${MILESTONES[2]} no no 0`];

test('the run says how it was graded', () => {
  expect(run.run.config).toMatchObject({ baselineRuns: 2, mode: 'continuous', tests: 'hidden' });
});

test('equal rules come to equal verdicts, regressions included, and leave the run as it is', async () => {
  const { stdout, code } = await longhaul('grade', run.run.id, '--json');
  const report = RegradeReport.parse(JSON.parse(stdout));
  expect(code).toBe(0);
  expect(report).toMatchObject({ run: run.run.id, baselineRuns: 2, summary: { milestones: 6, changed: 0, unscored: 0 } });
  expect(verdicts(report, 'before')).toEqual(EXPECTED);
  expect(verdicts(report, 'after')).toEqual(EXPECTED);
  expect(openWorkspaces(place.cacheFolder)).toEqual([]);
  expect(RunReport.parse(JSON.parse((await longhaul('report', run.run.id, '--json')).stdout))).toEqual(run);
});

/** What no rule of today finds in that trajectory. */
const SEEN = {
  id: 'tampering:fog',
  rule: 'tampering',
  severity: 'warn',
  message: 'It made fog.',
  place: { path: 'trajectory' },
  witness: [],
};

test('a verdict that was another one is shown beside the new one, and what a trajectory was said to hold', async () => {
  const { connectionString } = await findDatabase({ databaseUrl: null, databasePort: null, stateFolder: place.stateFolder });
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    // As an earlier grader might have seen it, which knew nothing of versions.
    await client.query(
      `UPDATE longhaul.milestones SET grade = jsonb_set(jsonb_set(grade, '{useful}', '"yes"'), '{trajectory}', $2) - 'grader' WHERE trial_id = $1 AND position = 1`,
      [run.trials[1]?.id, JSON.stringify([SEEN])],
    );
  } finally {
    await client.end();
  }
  const table = await longhaul('grade', run.run.id);
  expect(table.code).toBe(1);
  expect(table.stdout).toMatch(/scripted #1 +│ 02-report-the-night +│ yes +│ yes → no +│ 2 +│ 1 → \d+/);
  expect(table.stdout).toContain('1 of 6 verdicts changed');
  // Without a sandbox nobody knows where its commands saw the tree.
  expect(table.stdout).toMatch(noSandbox === null ? /02-report-the-night .*│ \+0 -1 +│/ : /02-report-the-night .*│ - +│/);
  expect(table.stdout).toContain(`${noSandbox === null ? 1 : 0} trajectories read otherwise`);
  expect(table.stderr).toContain('02-report-the-night  another verdict');
});

test('other rules of this time: another number of runs, measured anew', async () => {
  const { stdout } = await longhaul('grade', run.run.id, '--json', '--baseline-runs', '1');
  const report = RegradeReport.parse(JSON.parse(stdout));
  expect(report.baselineRuns).toBe(1);
  expect(verdicts(report, 'after')).toEqual(EXPECTED);
});

test('a run that nobody knows', async () => {
  const { stdout, stderr, code } = await longhaul('grade', '20260102-030405-abcd');
  expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
  expect(stderr).toContain('E_RUN_NOT_FOUND');
});
