/** `longhaul doctor`: the model endpoint, answered by real servers; the rest is this machine's. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../helpers/cli.ts';
import { openPlace, type Place } from '../helpers/place.ts';

let place: Place;
const server = createServer(({ url, headers }, response) => {
  if (url === '/broken/models') response.end('no JSON of models: {}');
  else if (headers.authorization !== 'Bearer sk-of-the-test') response.writeHead(401).end();
  else if (url === '/v1/models') response.end(JSON.stringify({ data: [{ id: 'qwen-27b' }] }));
  else response.writeHead(404).end();
});
beforeAll(async () => {
  place = openPlace();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await place[Symbol.asyncDispose]();
});

/** What doctor says of the model, and its exit code. */
async function askAbout(environment: Record<string, string>) {
  const { OPENAI_BASE_URL: _url, OPENAI_API_KEY: _key, ...own } = place.environment;
  const { stdout, code } = await runCli(['doctor', '--json'], { environment: { ...own, ...environment } });
  const { diagnoses } = JSON.parse(stdout) as { diagnoses: { part: string; state: string; found: string; fix: string | null }[] };
  const { part: _part, ...model } = diagnoses.find(({ part }) => part === 'model') ?? { part: 'none' };
  expect(diagnoses.map(({ part }) => part)).toEqual(
    expect.arrayContaining(['Node', 'git', 'sandbox', 'limits', 'overlays', 'database', 'queue']),
  );
  expect(JSON.stringify(diagnoses)).not.toContain('sk-of-the-test');
  return { ...model, code };
}

test('an endpoint that answers', async () => {
  const { port } = server.address() as AddressInfo;
  expect(await askAbout({ OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1/`, OPENAI_API_KEY: 'sk-of-the-test' })).toEqual({
    state: 'ok',
    found: `127.0.0.1:${port}, 1 models, qwen-27b first`,
    fix: null,
    code: 0,
  });
});

test.for([
  ['none', {}, /no endpoint is set/],
  ['one that is no URL', { OPENAI_BASE_URL: 'localhost' }, /is no URL/],
  ['one that refuses the key', { OPENAI_BASE_URL: '/v1', OPENAI_API_KEY: 'another' }, /refuses the key/],
  ['one with another path', { OPENAI_BASE_URL: '/v2', OPENAI_API_KEY: 'sk-of-the-test' }, /answers 404/],
  ['one that lists no models', { OPENAI_BASE_URL: '/broken' }, /does not list its models/],
  ['one that is not there', { OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' }, /does not answer/],
] as [string, Record<string, string>, RegExp][])('%s: limited, never missing, and what to do', async ([, environment, found]) => {
  const { port } = server.address() as AddressInfo;
  const { OPENAI_BASE_URL: address = '' } = environment;
  const absolute: Record<string, string> = address.startsWith('/') ? { OPENAI_BASE_URL: `http://127.0.0.1:${port}${address}` } : {};
  const said = await askAbout({ ...environment, ...absolute });
  expect(said).toMatchObject({ state: 'limited', found: expect.stringMatching(found), fix: expect.stringMatching(/./), code: 0 });
});
