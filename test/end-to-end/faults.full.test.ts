/** What breaks while a run is under way costs time, never a result: nothing is lost and nothing counted twice. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RunReport } from '#contracts';
import { openStoreReader, type StoreReader } from '#store/read';
import { findDatabase } from '#workers';
import { runCli, type StartedCli, startCli } from '../helpers/cli.ts';
import { LIGHTHOUSE, MILESTONES, sandboxOption, TAKES_A_NAP } from '../helpers/lighthouse.ts';
import { openPlace, openWorkspaces, type Place, processesOf, until } from '../helpers/place.ts';
import { processesNaming } from '../helpers/workspaces.ts';

const napping = ['run', LIGHTHOUSE, ...sandboxOption, '--agent', 'scripted', '--script', TAKES_A_NAP, '--json'];

let place: Place;

beforeAll(async () => {
  place = openPlace();
});

afterAll(() => place[Symbol.asyncDispose]());

test('two runs at once on a machine that has never run: both finish, each with its own results', async () => {
  const both = await Promise.all(
    ['reference', 'nothing'].map((agent) => runCli(['run', LIGHTHOUSE, ...sandboxOption, '--agent', agent, '--json'], place)),
  );
  const reports = both.map(({ stdout, code }) => ({ code, ...RunReport.parse(JSON.parse(stdout)) }));
  expect(
    reports.map(({ code, trials, summary }) => ({ code, agents: trials.map(({ agent }) => agent), useful: summary.usefulAnswers })),
  ).toEqual([
    { code: 0, agents: ['reference'], useful: 3 },
    { code: 0, agents: ['nothing'], useful: 0 },
  ]);
  expect(new Set(reports.map(({ run }) => run.id)).size).toBe(2);
});

test('Ctrl-C: the run is cancelled, its worker gone and no workspace left', async () => {
  const { started, run, reader } = await startNap();
  await using _ = reader;
  started.process.kill('SIGINT');
  const { code, stdout, stderr } = await started.result;
  expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
  expect(stderr).toContain(`run ${run} is cancelled; graded milestones are kept`);
  expect(workers()).toEqual([]);
  expect(openWorkspaces(place.cacheFolder)).toEqual([]);

  const report = RunReport.parse(JSON.parse((await runCli(['report', run, '--json'], place)).stdout));
  expect(report.run.state).toBe('cancelled');
  expect(report.trials[0]).toMatchObject({ state: 'cancelled', milestones: [{ id: MILESTONES[0] }] });
});

test('the program killed with -9: its worker ends by itself, and what it had at hand is finished first', async () => {
  const { started, run, reader } = await startNap();
  await using _ = reader;
  started.process.kill('SIGKILL');
  expect(await started.result).toMatchObject({ code: 137 });
  await until('the worker has ended', () => workers().length === 0);
  expect(openWorkspaces(place.cacheFolder)).toEqual([]);
  const report = RunReport.parse(JSON.parse((await runCli(['report', run, '--json'], place)).stdout));
  expect(report.trials[0]).toMatchObject({ state: 'finished' });
  expect(report.trials[0]?.milestones.map(({ id }) => id)).toEqual(MILESTONES);
});

test('the database killed with -9: it comes back, the run goes on, and every milestone is counted once', async () => {
  const { started, run, reader } = await startNap();
  await using _ = reader;
  const [postmaster = ''] = readFileSync(join(place.stateFolder, 'postgres/18/data/postmaster.pid'), 'utf8').split('\n');
  process.kill(Number(postmaster), 'SIGKILL');

  const { code, stdout } = await started.result;
  expect(code).toBe(0);
  const report = RunReport.parse(JSON.parse(stdout));
  expect(report.trials[0]?.milestones.map(({ id, useful }) => [id, useful])).toEqual([
    [MILESTONES[0], 'yes'],
    [MILESTONES[1], 'yes'],
    [MILESTONES[2], 'no'],
  ]);
  const graded = (await reader.readEvents(report.run.id, 0)).flatMap(({ event }) =>
    event.type === 'milestone-graded' ? [event.milestone] : [],
  );
  expect(graded).toEqual(MILESTONES);
  expect(run).toBe(report.run.id);
});

/** A run that is in the middle of its second milestone. */
async function startNap(): Promise<{ started: StartedCli; run: string; reader: StoreReader }> {
  const started = startCli(napping, place);
  const [, run = ''] = await started.says(/run (\S+): 1 trials/);
  const { connectionString, revive } = await findDatabase({ databaseUrl: null, databasePort: null, stateFolder: place.stateFolder });
  const reader = await openStoreReader({ connectionString, revive, artifactsFolder: join(place.stateFolder, 'artifacts') });
  await until('the second milestone has begun', async () =>
    (await reader.readEvents(run as RunReport['run']['id'], 0)).some(
      ({ event }) => event.type === 'milestone-started' && event.milestone === MILESTONES[1],
    ),
  );
  // Where /proc tells; elsewhere the signal comes a little earlier, which must not matter either. By the nap's own length, because
  // what runs in the sandbox names no folder of ours.
  if (process.platform === 'linux') {
    await until('the nap has begun', () => processesNaming('sleep 6.125').length > 0);
  }
  return { started, run, reader };
}

function workers(): string[] {
  return processesOf(place.stateFolder).filter((process) => process.includes('main.ts worker'));
}
