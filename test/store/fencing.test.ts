/** Only the latest claim of a trial can write, and nothing is counted twice. */

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStoreReader } from '#store/read';
import { parcelGrade, parcelRun } from './records.ts';
import { sharedServer } from './shared-server.ts';

const server = sharedServer();

test('a run goes from queued to finished and reads back as it was stored', async () => {
  const store = await server.open();
  const run = parcelRun('walk');
  await store.createRun(run);
  await store.createRun(run);
  for (const { id } of run.trials) {
    const claim = await store.claimTrial(id, 'worker-1');
    if (claim === null) throw new TypeError('a queued trial can be claimed');
    expect(claim).toMatchObject({ runId: run.id, config: run.config, trial: { id, state: 'running', milestones: [] } });
    await store.setRunState(run.id, 'running');
    const writer = store.trialWriter(id, claim.fence);
    await writer.setIsolation({ sandbox: 'bubblewrap', version: '0.8.0', notEnforced: [] });
    await writer.saveGrade(0, parcelGrade('weigh-parcels'));
    await writer.saveGrade(1, parcelGrade('print-labels'));
    expect(await writer.isCurrent()).toBe(true);
    await writer.finish();
    await writer.finish();
    expect(await store.claimTrial(id, 'worker-2')).toBeNull();
  }
  await store.setRunState(run.id, 'finished');
  await using reader = await openStoreReader({
    connectionString: server.connectionString,
    artifactsFolder: join(server.stateFolder, 'artifacts'),
  });
  const { id, config, fingerprint, trials } = run;
  const at = '2026-11-23T21:15:02.500Z';
  const read = await reader.readRun(id);
  expect(read).toEqual({
    ...{ id, config, fingerprint, state: 'finished', createdAt: at, finishedAt: at },
    trials: trials.map((trial) => ({
      ...trial,
      state: 'finished',
      isolation: { sandbox: 'bubblewrap', version: '0.8.0', notEnforced: [] },
      error: null,
      milestones: [parcelGrade('weigh-parcels'), parcelGrade('print-labels')],
    })),
  });
  expect(await reader.listRuns(1)).toEqual([read]);
});

test('an unknown run or trial is E_RUN_NOT_FOUND', async () => {
  const store = await server.open();
  const { id, trial } = parcelRun('none');
  await expect(store.readRun(id)).rejects.toMatchObject({ code: 'E_RUN_NOT_FOUND' });
  await expect(store.claimTrial(trial, 'worker-1')).rejects.toMatchObject({ code: 'E_RUN_NOT_FOUND' });
  await expect(store.appendEvent(id, { type: 'run-finished', runId: id })).rejects.toMatchObject({ code: 'E_RUN_NOT_FOUND' });
  expect(await store.readEvents(id, 0)).toEqual([]);
});

test('a worker that lost its trial can write nothing any more', async () => {
  const store = await server.open();
  const run = parcelRun('zomb');
  await store.createRun(run);
  const lost = await store.claimTrial(run.trial, 'worker-1');
  const zombie = store.trialWriter(run.trial, lost?.fence ?? 0);
  await zombie.saveGrade(0, parcelGrade('weigh-parcels'));
  const taken = await store.claimTrial(run.trial, 'worker-2');
  expect(taken?.fence).toBeGreaterThan(lost?.fence ?? 0);
  expect(taken?.trial.milestones).toEqual([parcelGrade('weigh-parcels')]);

  const fenced = { code: 'E_FENCED' };
  await expect(zombie.setIsolation({ sandbox: 'none', version: null, notEnforced: [] })).rejects.toMatchObject(fenced);
  await expect(zombie.saveGrade(1, parcelGrade('print-labels'))).rejects.toMatchObject(fenced);
  await expect(zombie.fail({ code: 'E_INTERNAL', message: 'late', action: 'none' })).rejects.toMatchObject(fenced);
  await expect(zombie.finish()).rejects.toMatchObject(fenced);
  expect(await zombie.isCurrent()).toBe(false);
  const [trial] = (await store.readRun(run.id)).trials;
  expect(trial).toMatchObject({ state: 'running', isolation: null, error: null, milestones: [{ id: 'weigh-parcels' }] });
});

test('a milestone stored twice is stored once, as it was first', async () => {
  const store = await server.open();
  const run = parcelRun('twic');
  await store.createRun(run);
  const claim = await store.claimTrial(run.trial, 'worker-1');
  const writer = store.trialWriter(run.trial, claim?.fence ?? 0);
  await writer.saveGrade(0, parcelGrade('weigh-parcels', 'first'));
  await writer.saveGrade(0, parcelGrade('weigh-parcels', 'second'));
  expect((await store.readRun(run.id)).trials[0]?.milestones).toEqual([parcelGrade('weigh-parcels', 'first')]);
  const counts = await Promise.all(
    ['milestones', 'checks', 'findings', 'usage'].map((table) =>
      server.query(`select count(*)::int as n from longhaul.${table} where trial_id = $1`, [run.trial]),
    ),
  );
  expect(counts.map(([row]) => row?.n)).toEqual([1, 3, 1, 1]);
});

test('cancelling takes queued and running trials away for good', async () => {
  const store = await server.open();
  const run = parcelRun('stop');
  await store.createRun(run);
  const claim = await store.claimTrial(run.trial, 'worker-1');
  const writer = store.trialWriter(run.trial, claim?.fence ?? 0);
  await store.cancelRun(run.id);
  await store.cancelRun(run.id);
  await expect(writer.finish()).rejects.toMatchObject({ code: 'E_FENCED' });
  expect(await store.claimTrial(run.trial, 'worker-2')).toBeNull();
  await store.setRunState(run.id, 'finished');
  const read = await store.readRun(run.id);
  expect([read.state, ...read.trials.map(({ state }) => state)]).toEqual(['cancelled', 'cancelled', 'cancelled']);
});
