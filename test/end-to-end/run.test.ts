/** `longhaul run` and `longhaul report` as a user meets them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RunReport } from '#contracts';
import { type CliResult, runCli } from '../helpers/cli.ts';
import { LIGHTHOUSE, MILESTONES, NO_SANDBOX_BECAUSE, ROUNDS_THE_HOURS, sandboxOption } from '../helpers/lighthouse.ts';
import { openPlace, type Place } from '../helpers/place.ts';

let place: Place;
let run: CliResult;
let document: RunReport;

beforeAll(async () => {
  place = openPlace();
  run = await longhaul(
    ...['run', LIGHTHOUSE, ...sandboxOption, '--json'],
    ...['--agent', 'reference', '--agent', 'nothing', '--agent', 'scripted', '--script', ROUNDS_THE_HOURS],
  );
  document = RunReport.parse(JSON.parse(run.stdout));
});

afterAll(() => place[Symbol.asyncDispose]());

function longhaul(...args: string[]): Promise<CliResult> {
  return runCli(args, place);
}

test('the reference does everything, nothing does nothing, the script does what it was written to do', () => {
  const outcomes = document.trials.map(({ agent, state, milestones }) => ({
    agent,
    state,
    milestones: milestones.map(({ id, resolved, useful, regressions }) => ({ id, resolved, useful, broken: regressions.length })),
  }));
  const all = (resolved: string) => MILESTONES.map((id) => ({ id, resolved, useful: resolved, broken: 0 }));
  expect(outcomes).toEqual([
    { agent: 'reference', state: 'finished', milestones: all('yes') },
    { agent: 'nothing', state: 'finished', milestones: all('no') },
    {
      agent: 'scripted',
      state: 'finished',
      milestones: [
        { id: MILESTONES[0], resolved: 'yes', useful: 'yes', broken: 0 },
        { id: MILESTONES[1], resolved: 'yes', useful: 'no', broken: 2 },
        { id: MILESTONES[2], resolved: 'no', useful: 'no', broken: 0 },
      ],
    },
  ]);
  expect(run.code).toBe(0);
});

test('sums are the sums of the trials, and only the model costs money', () => {
  const [reference, nothing, scripted] = document.trials.map(({ summary }) => summary);
  expect(reference).toMatchObject({ milestones: 3, resolved: 3, withoutRegression: 3, usefulAnswers: 3, unscored: 0, costUsd: 0 });
  expect(nothing).toMatchObject({ resolved: 0, withoutRegression: 0, usefulAnswers: 0, costPerUsefulAnswerUsd: null });
  expect(scripted).toMatchObject({ resolved: 2, withoutRegression: 1, usefulAnswers: 1, costSource: 'estimated' });
  expect(scripted?.costUsd).toBeGreaterThan(0);
  expect(document.summary).toMatchObject({ milestones: 9, resolved: 5, withoutRegression: 4, usefulAnswers: 4, unscored: 0 });
  expect(document.summary.costUsd).toBeCloseTo(scripted?.costUsd ?? Number.NaN, 10);
});

test('each broken test is named with the milestone at which it last passed', () => {
  expect(document.trials[2]?.milestones[1]?.regressions.map(({ test, lastPassedAt }) => ({ test, lastPassedAt }))).toEqual([
    { test: 'test/burning.test.ts > adds up several times, also over midnight', lastPassedAt: MILESTONES[0] },
    { test: 'test/burning.test.ts > counts from lit to out', lastPassedAt: MILESTONES[0] },
  ]);
});

test('scores say the same as the grades, with intervals, and the matrix names who broke what', () => {
  const agents = document.score?.agents.map(({ agent, resolved, useful, zeroRegression }) => ({ agent, resolved, useful, zeroRegression }));
  // Wilson's interval of 2 of 3 and of 1 of 3, by its formula with z = 1.96.
  expect(agents).toEqual([
    expect.objectContaining({ agent: 'nothing', useful: expect.objectContaining({ count: 0, outOf: 3 }) }),
    expect.objectContaining({ agent: 'reference', useful: expect.objectContaining({ count: 3, outOf: 3 }) }),
    {
      agent: 'scripted',
      resolved: {
        count: 2,
        outOf: 3,
        value: 2 / 3,
        wilson: { low: expect.closeTo(0.2077, 4), high: expect.closeTo(0.9385, 4) },
        overTasks: null,
      },
      useful: {
        count: 1,
        outOf: 3,
        value: 1 / 3,
        wilson: { low: expect.closeTo(0.0615, 4), high: expect.closeTo(0.7923, 4) },
        overTasks: null,
      },
      zeroRegression: expect.objectContaining({ count: 0, outOf: 1 }),
    },
  ]);
  const [reference, nothing, scripted] = document.trials.map(({ score }) => score?.breakages.map(({ test, brokenAt }) => [test, brokenAt]));
  expect([reference, nothing]).toEqual([[], []]);
  const brokenAt = { milestone: MILESTONES[1], after: 'agent' };
  expect(scripted).toEqual(document.trials[2]?.milestones[1]?.regressions.map(({ test }) => [test, brokenAt]));
});

test('every trial says what stood between the code and this machine', () => {
  const expected = NO_SANDBOX_BECAUSE === null ? 'bubblewrap' : 'none';
  expect(document.trials.map(({ isolation }) => isolation?.sandbox)).toEqual([expected, expected, expected]);
});

test('stdout holds one document and stderr the progress, without colour codes on a pipe', () => {
  expect(run.stdout.trimEnd().split('\n')).toHaveLength(1);
  expect(run.stderr).toMatch(/run \d{8}-\d{6}-[a-z0-9]{4}: 3 trials, 9 milestones/);
  expect(run.stderr).toContain('scripted  02-report-the-night  resolved, not useful, 2 regressions');
  expect(run.stderr).not.toMatch(/[\u001b\r]/);
});

test('report prints what run printed, and lists the run', async () => {
  const json = await longhaul('report', document.run.id, '--json');
  expect(json).toEqual({ stdout: run.stdout, stderr: '', code: 0 });

  const table = await longhaul('report', document.run.id);
  expect(table.code).toBe(0);
  expect(table.stdout).toMatch(/reference +│ ● +│ ● +│ ● +│ 3 of 3/);
  expect(table.stdout).toMatch(/scripted +│ ● +│ ◐ +│ ○ +│ 2 of 3 +│ 2 +│ 1 of 3 +│ ~\$/);
  expect(table.stdout).not.toContain('\u001b');

  const list = await longhaul('report');
  expect(list.stdout).toMatch(
    new RegExp(`${document.run.id} +│ finished +│ lighthouse-log +│ reference, nothing, scripted +│ 5 +│ 4 +│ 9`),
  );
  const listed = JSON.parse((await longhaul('report', '--json')).stdout);
  expect(listed).toEqual({ schemaVersion: 1, runs: [{ run: document.run, summary: document.summary }] });
});

test('a second run prints a table and uses what was measured before; --repeat gives every trial a line of its own', async () => {
  const again = await longhaul('run', LIGHTHOUSE, ...sandboxOption, '--agent', 'nothing', '--repeat', '2');
  expect(again).toMatchObject({ code: 0 });
  expect(again.stdout).toMatch(/nothing #1 +│ ○ +│ ○ +│ ○ +│ 0 of 3/);
  expect(again.stdout).toMatch(/nothing #2 +│ ○/);
  expect(again.stdout).toContain(`embedded PostgreSQL under ${place.stateFolder}`);
  expect(again.stdout).not.toContain('\u001b');
  expect(again.stderr).toContain('2 trials, 6 milestones');
});

test('a run with a milestone that nobody can judge exits with 1', async () => {
  // The script has no turns for the second milestone of the trial: its author's fault, not the agent's.
  const script = `${place.folder}/half-a-script.json`;
  const whole = JSON.parse(readFileSync(ROUNDS_THE_HOURS, 'utf8'));
  writeFileSync(script, JSON.stringify({ ...whole, milestones: { [MILESTONES[0]]: whole.milestones[MILESTONES[0]] } }));
  const half = await longhaul('run', LIGHTHOUSE, ...sandboxOption, '--agent', 'scripted', '--script', script, '--json');
  expect(half.code).toBe(1);
  const report = RunReport.parse(JSON.parse(half.stdout));
  expect(report.run.state).toBe('failed');
  expect(report.summary).toMatchObject({ milestones: 3, resolved: 1, usefulAnswers: 1, unscored: 2 });
  expect(report.trials[0]).toMatchObject({ state: 'failed', error: { code: 'E_SCRIPT_MALFORMED' } });
  expect(half.stderr).toContain('scripted failed: E_SCRIPT_MALFORMED');
});
