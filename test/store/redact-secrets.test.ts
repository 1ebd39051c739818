/** No secret reaches the disk, in rows or in text artifacts; bytes stay bytes. */
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { parcelGrade, parcelRun } from './records.ts';
import { sharedServer } from './shared-server.ts';

const server = sharedServer();

const environment = {
  DEPOT_API_KEY: 'parcel"depot\\key',
  SHORT_TOKEN: 'depot',
  GIT_AUTHOR_NAME: 'Parcel Depot',
};

/** Put together here, so that no scanner takes this file for a leak. */
const tail = 'AbCdEfGhIjKlMnOpQrStUvWxYz0123456789';
const shapes = {
  openai: `sk-proj-${tail}`,
  github: `ghp_${tail}`,
  githubFineGrained: `github_pat_${tail}`,
  gitlab: `glpat-${tail}`,
  slack: `xoxb-${tail}`,
  aws: 'AKIA'.concat('ABCDEFGHIJKLMNOP'),
  npm: `npm_${tail}`,
  jwt: `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.${tail}`,
  bearer: `Authorization: Bearer ${tail}`,
  bearerInJson: `{"authorization":"Bearer ${tail}"}`,
  url: `https://me:${tail}@depot.example/parcels`,
  pem: `-----BEGIN RSA PRIVATE KEY-----\n${tail}\n${tail}\n-----END RSA PRIVATE KEY-----`,
};

test.each(Object.entries(shapes))('the shape %s', async (_, secret) => {
  const store = await server.open({ environment });
  const text = await store.artifacts.getText(await store.artifacts.putText(`before ${secret} after`));
  expect(text).not.toContain(tail);
  expect(text).not.toContain('AKIA'.concat('ABCD'));
  expect(text).toMatch(/^before .*\[redacted\].* after$/s);
  expect(await store.artifacts.getText(await store.artifacts.putText(text)), 'once is enough').toBe(text);
});

test('values of the environment in events, grades and texts, as the raw rows show', async () => {
  const store = await server.open({ environment });
  const run = parcelRun('keys');
  await store.createRun(run);
  const claim = await store.claimTrial(run.trial, 'worker-1');
  const writer = store.trialWriter(run.trial, claim?.fence ?? 0);
  const secret = environment.DEPOT_API_KEY;
  const said = `the depot of Parcel Depot takes ${secret} and ${shapes.openai}`;
  const event = { runId: run.id, trialId: run.trial, agent: 'reference', code: 'E_INTERNAL', message: said };
  await store.appendEvent(run.id, { type: 'trial-failed', ...event });
  await writer.saveGrade(0, parcelGrade('weigh-parcels', said));
  await writer.fail({ code: 'E_INTERNAL', message: said, action: said });
  const raw = await Promise.all(
    ['events', 'milestones', 'checks', 'findings', 'trials', 'runs'].map((table) =>
      server.query(`select to_jsonb(t)::text as row from longhaul.${table} t`),
    ),
  );
  const text = raw
    .flat()
    .map(({ row }) => String(row))
    .join('\n');
  expect(text).not.toContain('depot\\\\key');
  expect(text).not.toContain(tail);
  expect(text.match(/the depot of Parcel Depot takes \[redacted\] and \[redacted\]/g)).toHaveLength(4);

  const asJson = await store.artifacts.getText(await store.artifacts.putText(JSON.stringify({ said: secret })));
  expect(JSON.parse(asJson)).toEqual({ said: '[redacted]' });
});

test('bytes stay what they are', async () => {
  const store = await server.open({ environment });
  const patch = Buffer.from(`+ ${environment.DEPOT_API_KEY}\n`);
  expect(Buffer.from(await store.artifacts.getBytes(await store.artifacts.putBytes(patch)))).toEqual(patch);
});

test('what PostgreSQL cannot keep in jsonb is replaced', async () => {
  const store = await server.open({ environment });
  const run = parcelRun('nuls');
  await store.createRun(run);
  const message = `a\0b ${'\u{1F4E6}'.slice(0, 1)}`;
  await store.appendEvent(run.id, { type: 'trial-failed', runId: run.id, trialId: run.trial, agent: 'nothing', code: 'E', message });
  const [stored] = await store.readEvents(run.id, 0);
  expect(stored?.event).toMatchObject({ message: 'a\uFFFDb \uFFFD' });
});

test('a secret that spells a word of the format leaves the record readable', async () => {
  const store = await server.open({ environment: { TOKEN_KIND: 'reference', KEY_FORM: 'continuous' } });
  const run = parcelRun('word');
  await store.createRun(run);
  expect((await store.readRun(run.id)).trials.map(({ agent }) => agent.name)).toEqual(['reference', 'nothing']);
});

test('a long line costs no more than its length', async () => {
  const store = await server.open({ environment });
  const line = randomBytes(1_500_000).toString('hex');
  expect(await store.artifacts.getText(await store.artifacts.putText(line))).toBe(line);
}, 20_000);

test('each token of a list of addresses is a secret, as it stands there and decoded', async () => {
  const LONGHAUL_GIT_CREDENTIALS = 'https://keeper:first-token@example.com\nhttps://keeper:second%2Ftoken@example.org/vault';
  const store = await server.open({ environment: { LONGHAUL_GIT_CREDENTIALS } });
  const kept = await store.artifacts.putText('first-token, second%2Ftoken and second/token of the keeper');
  expect(await store.artifacts.getText(kept)).toBe('[redacted], [redacted] and [redacted] of the keeper');
});
