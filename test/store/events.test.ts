/** Events of a run are numbered from 1 without a gap, whoever writes at the same time. */
import { expect, test } from 'vitest';
import { parcelRun } from './records.ts';
import { sharedServer } from './shared-server.ts';

const server = sharedServer();

test('20 concurrent writers in 2 stores leave no gap and lose nothing', async () => {
  const stores = await Promise.all([server.open(), server.open()]);
  const run = parcelRun('gaps');
  await stores[0].createRun(run);
  const writers = Array.from({ length: 20 }, (_, index) => ({ index, store: index % 2 === 0 ? stores[0] : stores[1] }));
  await Promise.all(
    writers.map(async ({ index, store }) => {
      for (let trials = 0; trials < 5; trials++) {
        await store.appendEvent(run.id, { type: 'run-queued', runId: run.id, trials, milestones: index });
      }
    }),
  );
  const events = await stores[0].readEvents(run.id, 0);
  expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  const written = events.map(({ event }) => (event.type === 'run-queued' ? `${event.milestones}:${event.trials}` : ''));
  expect(new Set(written).size).toBe(100);
  const ofOne = written.filter((name) => name.startsWith('7:'));
  expect(ofOne, 'one writer’s events stay in order').toEqual(['7:0', '7:1', '7:2', '7:3', '7:4']);
  expect((await stores[0].readEvents(run.id, 98)).map(({ seq }) => seq)).toEqual([99, 100]);
});
