/** A database that is killed is waited for and revived; no write is lost or doubled. */
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ensureEmbeddedPostgres, openStore, stopEmbeddedPostgres } from '#store';
import { parcelGrade, parcelRun } from './records.ts';
import { killServer, sharedServer } from './shared-server.ts';

const server = sharedServer();
const revive = async () => {
  await ensureEmbeddedPostgres({ stateFolder: server.stateFolder });
};

test('kill -9 in the middle of a series of writes', async () => {
  const store = await server.open({ revive });
  const run = parcelRun('kill');
  await store.createRun(run);
  const claim = await store.claimTrial(run.trial, 'worker-1');
  const writer = store.trialWriter(run.trial, claim?.fence ?? 0);
  const count = 60;
  const lines = Array.from({ length: 4 }, async (_, line) => {
    for (let trials = 0; trials < count; trials++) {
      await store.appendEvent(run.id, { type: 'run-queued', runId: run.id, trials, milestones: line });
    }
  });
  const grades = (async () => {
    for (let position = 0; position < count; position++) await writer.saveGrade(position, parcelGrade(`milestone-${position}`));
  })();
  const kills = (async () => {
    for (let kill = 0; kill < 2; kill++) {
      await setTimeout(150);
      killServer(server.stateFolder);
      await setTimeout(1_500);
    }
  })();
  await Promise.all([...lines, grades, kills]);
  const events = await store.readEvents(run.id, 0);
  expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 4 * count }, (_, index) => index + 1));
  const written = events.map(({ event }) => (event.type === 'run-queued' ? `${event.milestones}:${event.trials}` : ''));
  expect(new Set(written).size).toBe(4 * count);
  const milestones = (await store.readRun(run.id)).trials[0]?.milestones.map(({ id }) => id);
  expect(milestones).toEqual(Array.from({ length: count }, (_, position) => `milestone-${position}`));
});

test('a connection that dies between two statements of one transaction ends no process', async () => {
  const store = await server.open({ revive });
  const run = parcelRun('tran');
  await store.createRun(run);
  for (let round = 0; round < 20; round++) {
    const claims = Promise.all(Array.from({ length: 5 }, () => store.claimTrial(run.trial, 'worker-1')));
    await server.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = current_user and pid <> pg_backend_pid()');
    expect(await claims).not.toContain(null);
  }
});

describe('patience that comes to its end', () => {
  test('names host and port, never the password', async () => {
    const { port, password } = new URL(server.connectionString);
    const store = await server.open({ patienceMs: 300 });
    await stopEmbeddedPostgres({ stateFolder: server.stateFolder });
    const error = await store.listRuns(1).catch((thrown: unknown) => thrown);
    await revive();
    expect(error).toMatchObject({ code: 'E_DATABASE_UNREACHABLE', message: expect.stringContaining(`127.0.0.1:${port}`) });
    expect(String(error)).not.toContain(password);
    expect(await store.listRuns(0)).toEqual([]);
  });

  test('is not needed where the server refuses the password', async () => {
    const wrong = new URL(server.connectionString);
    wrong.password = 'guessed-password';
    const options = { artifactsFolder: server.stateFolder, environment: {}, now: () => new Date(0) };
    const error = await openStore({ ...options, connectionString: wrong.href }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'E_DATABASE_UNREACHABLE' });
    expect(String(error)).not.toContain('guessed-password');
  });
});
