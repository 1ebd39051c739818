/** A worker killed with -9 in the middle of a trial. Waits for the lock of the dead worker to run out, which takes half a minute. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RunReport } from '#contracts';
import { openStoreReader } from '#store/read';
import { findDatabase } from '#workers';
import { startCli } from '../helpers/cli.ts';
import { LIGHTHOUSE, MILESTONES, sandboxOption, TAKES_A_NAP } from '../helpers/lighthouse.ts';
import { openPlace, openWorkspaces, processesOf, until } from '../helpers/place.ts';

test('another worker goes on at the milestone that was not finished, and nothing is counted twice', async ({ skip }) => {
  if (process.platform !== 'linux') return skip('finds the worker by /proc');
  await using place = openPlace();
  const started = startCli(['run', LIGHTHOUSE, ...sandboxOption, '--agent', 'scripted', '--script', TAKES_A_NAP, '--json'], place);
  await started.says(/scripted {2}01-measure-burning {2}.*useful/);
  const [worker = ''] = processesOf(place.stateFolder).filter((process) => process.includes('main.ts worker'));
  process.kill(Number.parseInt(worker, 10), 'SIGKILL');

  const { code, stdout, stderr } = await started.result;
  expect(code).toBe(0);
  expect(stderr).toContain('the worker died (SIGKILL); another one goes on from the last finished milestones');
  expect(stderr).toContain(`scripted goes on at ${MILESTONES[1]}`);
  const report = RunReport.parse(JSON.parse(stdout));
  expect(report.trials[0]?.milestones.map(({ id, useful }) => [id, useful])).toEqual([
    [MILESTONES[0], 'yes'],
    [MILESTONES[1], 'yes'],
    [MILESTONES[2], 'no'],
  ]);

  const { connectionString, revive } = await findDatabase({ databaseUrl: null, databasePort: null, stateFolder: place.stateFolder });
  await using reader = await openStoreReader({ connectionString, revive, artifactsFolder: join(place.stateFolder, 'artifacts') });
  const events = (await reader.readEvents(report.run.id, 0)).map(({ event }) => event);
  expect(events.flatMap((event) => (event.type === 'trial-started' ? [event.fromMilestone] : []))).toEqual([null, MILESTONES[1]]);
  expect(events.flatMap((event) => (event.type === 'milestone-graded' ? [event.milestone] : []))).toEqual(MILESTONES);
  await until('the second worker has ended', () => processesOf(place.stateFolder).every((process) => !process.includes('main.ts worker')));
  expect(openWorkspaces(place.cacheFolder)).toEqual([]);
});
