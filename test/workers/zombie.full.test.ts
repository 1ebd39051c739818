/** Two workers on one trial: the older one, which only seemed dead, can change nothing any more. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MilestoneGrade } from '#contracts';
import { runTrialProcessor } from '#workers';
import { MILESTONES, TAKES_A_NAP } from '../helpers/lighthouse.ts';
import { openWorkspaces, until } from '../helpers/place.ts';
import { eventsOf, firstMilestone, type House, openHouse, request } from './two-backends.ts';

let house: House;

beforeAll(async () => {
  house = await openHouse('postgres');
});
afterAll(() => house[Symbol.asyncDispose]());

async function createTrial(asked: Parameters<typeof request>[1]) {
  const { id, config, fingerprint } = await request(house, asked);
  const trialId = `${id}.0123456789abcdef` as Parameters<typeof house.store.claimTrial>[0];
  const [agent = { name: 'nothing' as const }] = config.agents;
  await house.store.createRun({ id, config, fingerprint, trials: [{ id: trialId, agent, seed: 1, task: config.task.id }] });
  const work = (worker: string) =>
    runTrialProcessor(
      { schemaVersion: 1, runId: id, trialId },
      { store: house.store, host: house.host, worker, signal: new AbortController().signal, lastAttempt: true },
    );
  return { runId: id, trialId, work };
}

test('an older claim can neither grade nor finish nor fail the trial', async () => {
  const finished = await createTrial({ task: firstMilestone(house.task) });
  await finished.work('keeper');
  const grade = MilestoneGrade.parse((await house.store.readRun(finished.runId)).trials[0]?.milestones[0]);

  const { trialId, runId } = await createTrial({ task: firstMilestone(house.task) });
  const older = await house.store.claimTrial(trialId, 'zombie');
  const newer = await house.store.claimTrial(trialId, 'keeper');
  const zombie = house.store.trialWriter(trialId, older?.fence ?? Number.NaN);
  for (const write of [
    () => zombie.saveGrade(0, grade),
    () => zombie.finish(),
    () => zombie.fail({ code: 'E', message: 'm', action: 'a' }),
  ]) {
    await expect(write()).rejects.toMatchObject({ code: 'E_FENCED' });
  }
  expect((await house.store.readRun(runId)).trials[0]).toMatchObject({ state: 'running', milestones: [] });
  await house.store.trialWriter(trialId, newer?.fence ?? Number.NaN).saveGrade(0, grade);
  expect((await house.store.readRun(runId)).trials[0]?.milestones).toEqual([grade]);
});

test('a worker whose trial is taken over stops its work, and every milestone is counted once', async () => {
  const { runId, work } = await createTrial({ agent: { script: readFileSync(TAKES_A_NAP, 'utf8') } });
  const zombie = work('zombie');
  await until('the nap has begun', async () => (await eventsOf(house, runId, 'milestone-started')).length === 2);
  await work('keeper');
  await expect(zombie).resolves.toBeUndefined();

  const [trial] = (await house.store.readRun(runId)).trials;
  expect(trial).toMatchObject({ state: 'finished', error: null });
  expect(trial?.milestones.map(({ id }) => id)).toEqual(MILESTONES);
  expect((await eventsOf(house, runId, 'trial-started')).map(({ worker, fromMilestone }) => [worker, fromMilestone])).toEqual([
    ['zombie', null],
    ['keeper', MILESTONES[1]],
  ]);
  expect((await eventsOf(house, runId, 'milestone-graded')).map(({ milestone }) => milestone)).toEqual(MILESTONES);
  expect(await eventsOf(house, runId, 'trial-finished')).toHaveLength(1);
  expect(openWorkspaces(house.place.cacheFolder)).toEqual([]);
});

test('a finished trial that comes out of the queue again is left alone', async () => {
  const { runId, work } = await createTrial({ task: firstMilestone(house.task) });
  await work('keeper');
  const before = await house.store.readRun(runId);
  await work('late keeper');
  expect(await house.store.readRun(runId)).toEqual(before);
  expect(await eventsOf(house, runId, 'trial-started')).toHaveLength(1);
});
