/** Private registries: the token opens them for the install, and nothing else ever sees it. */
import { describe, expect, test } from 'vitest';
import { filesHolding } from '../helpers/files-holding.ts';
import { installsPrivately, openWith, privateProject, TOKEN, withToken } from '../helpers/installs.ts';
import { openRegistry } from '../helpers/package-registry.ts';
import { refusal, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();

test('the token installs, and is nowhere afterwards', async () => {
  await installsPrivately(workshop, 'npm@11.0.0', (folder) => filesHolding(folder, TOKEN));
});

test.each(['npm@11.0.0', 'yarn@1.22.22'])('%s: without a token a clear error', async (manager) => {
  await using registry = await openRegistry(await workshop.folder(), { token: TOKEN });
  expect(await refusal(openWith(workshop, privateProject(manager, registry.url), {}))).toMatchObject({
    code: 'E_REGISTRY_DENIED',
    message: expect.stringContaining('could not install the dependencies'),
    retryable: false,
  });
});

describe('a repository that wants the token for itself', () => {
  test.each([
    ['by a variable', (evil: string) => `${evil.replace('http:', '')}:_authToken=\${LONGHAUL_NPM_CREDENTIALS}`],
    ['by its own registry and proxy', (evil: string) => `registry=${evil}\nproxy=${evil}\nhttps-proxy=${evil}\nstrict-ssl=false`],
    ['by another file of settings', (evil: string) => `registry=${evil}\nuserconfig=.npmrc\nglobalconfig=.npmrc`],
  ])('%s', async (_, setting) => {
    await using registry = await openRegistry(await workshop.folder(), { token: TOKEN });
    await using evil = await openRegistry(await workshop.folder(), { token: 'none' });
    const files = privateProject('npm@11.0.0', evil.url, setting(evil.url));
    await refusal(openWith(workshop, files, withToken(registry.url)));
    expect(evil.authorizations.length).toBeGreaterThan(0);
    expect(evil.authorizations.filter((header) => header !== '')).toEqual([]);
    expect(registry.authorizations).toEqual([]);
  });
});

test.each([
  ['no-url', 'LONGHAUL_NPM_CREDENTIALS is no URL.'],
  [`http://:${TOKEN}@registry.example`, 'LONGHAUL_NPM_CREDENTIALS is no https URL.'],
  ['https://registry.example', 'LONGHAUL_NPM_CREDENTIALS holds no password or token (https://:token@host).'],
  [`https://:${TOKEN}@one.example https://:${TOKEN}%0Ax@two.example`, 'entry 2 of LONGHAUL_NPM_CREDENTIALS is not encoded as a URL.'],
])('a value that is none is named, and not repeated', async (value, message) => {
  const files = { 'package.json': JSON.stringify({ dependencies: { ms: '2.1.3' } }) };
  expect(await refusal(openWith(workshop, files, { environment: { LONGHAUL_NPM_CREDENTIALS: value } }))).toEqual({
    code: 'E_USAGE',
    message,
    retryable: false,
  });
});
