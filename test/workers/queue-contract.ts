/** What Longhaul asks of a queue, whichever it is. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RelativePath, type Task } from '#contracts';
import { openQueueBackend } from '#workers';
import { MILESTONES, TAKES_A_NAP } from '../helpers/lighthouse.ts';
import { openWorkspaces, until } from '../helpers/place.ts';
import {
  type BackendName,
  ended,
  enqueue,
  eventsOf,
  firstMilestone,
  type House,
  hasRedis,
  openHouse,
  request,
  work,
} from './two-backends.ts';

const nap = { agent: { script: readFileSync(TAKES_A_NAP, 'utf8') } };

/** Registers the tests of the contract; skipped by name where the backend is not installed. */
export function testQueueContract(backend: BackendName): void {
  const missing = backend === 'redis' && !hasRedis;
  if (missing) console.warn('skipped: redis-server is not installed, so the contract of the queue in Redis is not tested');

  describe.skipIf(missing)(`the queue in ${backend}${missing ? ' (skipped: redis-server is not installed)' : ''}`, () => {
    let house: House;
    beforeAll(async () => {
      house = await openHouse(backend);
    });
    afterAll(() => house[Symbol.asyncDispose]());

    test('a run is finished when all its trials are, and not before', async () => {
      const queue = await house.openQueue();
      const run = await enqueue(house, queue, { task: firstMilestone(house.task), repeat: 3 });
      await using _ = await work(house, queue);
      const record = await ended(house, run);
      expect(record.trials.map(({ seed, state, milestones }) => [seed, state, milestones.length])).toEqual([
        [1, 'finished', 1],
        [2, 'finished', 1],
        [3, 'finished', 1],
      ]);
      const types = (await house.store.readEvents(run, 0)).map(({ event }) => event.type);
      expect(types.filter((type) => type === 'trial-finished')).toHaveLength(3);
      expect(types.at(-1)).toBe('run-finished');
    });

    test('the same request enqueued twice, before and after the work, makes nothing twice', async () => {
      const queue = await house.openQueue();
      const same = await request(house, { task: firstMilestone(house.task) });
      await enqueue(house, queue, { request: same });
      const run = await enqueue(house, queue, { request: same });
      await using _ = await work(house, queue);
      const before = await ended(house, run);
      await enqueue(house, queue, { request: same });
      // Whatever was wrongly queued a second time is worked on before this one.
      await ended(house, await enqueue(house, queue, { task: firstMilestone(house.task) }));
      expect(await house.store.readRun(run)).toEqual(before);
      const types = (await house.store.readEvents(run, 0)).map(({ event }) => event.type);
      for (const type of ['run-queued', 'trial-started', 'milestone-graded', 'trial-finished', 'run-finished']) {
        expect(types.filter((other) => other === type)).toEqual([type]);
      }
    });

    test('an error that cannot pass fails the trial at once, and the run does not wait for it', async () => {
      const queue = await house.openQueue();
      const lost = await request(house, {});
      lost.config.task.artifact = 'f'.repeat(64) as typeof lost.config.task.artifact;
      const run = await enqueue(house, queue, { request: lost });
      await using workers = await work(house, queue);
      const record = await ended(house, run);
      expect(record).toMatchObject({ state: 'failed', trials: [{ state: 'failed', error: { code: 'E_ARTIFACT_MISSING' } }] });
      expect(await eventsOf(house, run, 'trial-started')).toHaveLength(1);
      expect(workers.lines.filter((line) => line.startsWith('E_'))).toHaveLength(1);
    });

    test('an error that may pass is tried four times, then the trial has failed', async () => {
      const queue = await house.openQueue();
      const run = await enqueue(house, queue, { task: withAbsentVisibleTest(house.task) });
      await using _ = await work(house, queue);
      const record = await ended(house, run);
      expect(record).toMatchObject({ state: 'failed', trials: [{ state: 'failed', error: { code: 'E_GIT_FAILED' }, milestones: [] }] });
      expect(await eventsOf(house, run, 'trial-started')).toHaveLength(4);
      expect(await eventsOf(house, run, 'trial-failed')).toHaveLength(1);
      expect(openWorkspaces(house.place.cacheFolder)).toEqual([]);
    });

    test('draining finishes the trial at hand and takes no other', async () => {
      const queue = await house.openQueue();
      const run = await enqueue(house, queue, nap);
      const workers = await work(house, queue);
      await untilNapping(run);
      const draining = workers.drain();
      const later = await enqueue(house, queue, { task: firstMilestone(house.task) });
      await draining;
      expect((await house.store.readRun(run)).trials[0]).toMatchObject({ state: 'finished', milestones: [{}, {}, {}] });
      expect((await house.store.readRun(later)).trials[0]?.state).toBe('queued');
      await using _ = await work(house, queue);
      expect(await ended(house, later)).toMatchObject({ state: 'finished' });
    });

    test('stopping hands the trial back: another worker goes on at its milestone, and no attempt is used up', async () => {
      const queue = await house.openQueue();
      const run = await enqueue(house, queue, nap);
      // More often than a trial is tried after errors.
      for (let time = 1; time <= 5; time++) {
        const workers = await work(house, queue, `keeper-${time}`);
        await untilNapping(run, `keeper-${time}`);
        await workers.stop();
        expect(openWorkspaces(house.place.cacheFolder)).toEqual([]);
      }
      expect((await house.store.readRun(run)).trials[0]).toMatchObject({ state: 'running', milestones: [{ id: MILESTONES[0] }] });
      await using _ = await work(house, queue, 'last-keeper');
      const record = await ended(house, run);
      expect(record.trials[0]?.milestones.map(({ id }) => id)).toEqual(MILESTONES);
      const started = await eventsOf(house, run, 'trial-started');
      expect(started.map(({ fromMilestone }) => fromMilestone)).toEqual([null, ...Array(5).fill(MILESTONES[1])]);
      expect((await eventsOf(house, run, 'milestone-graded')).map(({ milestone }) => milestone)).toEqual(MILESTONES);
      expect(await eventsOf(house, run, 'trial-failed')).toEqual([]);
    });

    test('a malformed job is refused at once; its run ends as failed, and the worker works on', async () => {
      const queue = await house.openQueue();
      const { id, config, fingerprint } = await request(house, { task: firstMilestone(house.task) });
      const trial = `${id}.0123456789abcdef` as Parameters<typeof house.store.claimTrial>[0];
      await house.store.createRun({
        id,
        config,
        fingerprint,
        trials: [{ id: trial, agent: { name: 'nothing' }, seed: 1, task: 'lighthouse-log' }],
      });
      const door = openQueueBackend(queue);
      const flow = door.openFlow(() => {});
      await flow.add({
        ...{ name: 'run', queueName: 'runs', data: { schemaVersion: 1, runId: id } },
        children: [
          {
            ...{ name: 'trial', queueName: 'trials', data: { schemaVersion: 1, runId: id, trialId: trial, password: 'hunter2' } },
            opts: { attempts: 4, ignoreDependencyOnFailure: true },
          },
        ],
      });
      await flow.close();
      door.close();
      await using workers = await work(house, queue);
      expect(await ended(house, id)).toMatchObject({ state: 'failed', trials: [{ state: 'failed', error: { code: 'E_WORKER_LOST' } }] });
      const refusals = workers.lines.filter((line) => /^E_INTERNAL job .* of the queue trials is malformed/.test(line));
      expect(refusals).toHaveLength(1);
      expect(refusals[0]).not.toContain('hunter2');
      expect(await ended(house, await enqueue(house, queue, { task: firstMilestone(house.task) }))).toMatchObject({ state: 'finished' });
    });

    function untilNapping(run: Parameters<typeof ended>[1], worker = 'keeper'): Promise<unknown> {
      return until('the second milestone has begun', async () => {
        const events = (await house.store.readEvents(run, 0)).map(({ event }) => event);
        const start = events.findLastIndex((event) => event.type === 'trial-started' && event.worker === worker);
        return start >= 0 && events.slice(start).some((event) => event.type === 'milestone-started' && event.milestone === MILESTONES[1]);
      });
    }
  });
}

/** git refuses to lay a file into the tree that its commit does not have. */
function withAbsentVisibleTest(task: Task): Task {
  const visibleTests = [RelativePath.parse('test/absent.test.ts')];
  return { ...task, milestones: task.milestones.slice(0, 1).map((milestone) => ({ ...milestone, visibleTests })) };
}
