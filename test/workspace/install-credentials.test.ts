/** Private registries: the token opens them for the install, and nothing else ever sees it. */
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { type CommitSha, DEFAULT_LIMITS, DEFAULT_SETUP } from '#contracts';
import { openWorkspace } from '#workspace';
import { openRegistry } from '../helpers/package-registry.ts';
import { bothPlaces, refusal, useWorkshop } from '../helpers/workspaces.ts';

const TOKEN = 'npm-0f6d8a2c-not-for-agents';
const workshop = useWorkshop();
const [place] = bothPlaces;

async function open(files: Record<string, string>, credentials?: string) {
  const { repository, commits } = await workshop.repository({ files });
  const commit = commits[0] as CommitSha;
  const environment = { ...workshop.host.environment, ...(credentials !== undefined && { LONGHAUL_NPM_CREDENTIALS: credentials }) };
  const options = { repository, commit, environmentFrom: commit, setup: DEFAULT_SETUP, sandbox: place, limits: DEFAULT_LIMITS };
  return openWorkspace({ ...workshop.host, environment }, options);
}

const filesFor = (manager: string, url: string, more = ''): Record<string, string> => ({
  'package.json': JSON.stringify({ name: 'kiosk', packageManager: manager, dependencies: { '@kiosk/stamp': '1.0.0' }, marker: more }),
  '.npmrc': `@kiosk:registry=${url}\n${more}`,
  '.yarnrc.yml': `npmScopes:\n  kiosk:\n    npmRegistryServer: "${url}"\n`,
});
const withToken = (url: string) => url.replace('://', `://:${TOKEN}@`);

/** Files of a folder that hold the token. */
function holders(folder: string): string[] {
  try {
    return execFileSync('grep', ['-rl', TOKEN, folder], { encoding: 'utf8' }).trim().split('\n');
  } catch {
    return [];
  }
}

test.each(['npm@11.0.0', 'pnpm@10.34.9', 'pnpm@12.21.0', 'yarn@1.22.22', 'yarn@4.18.1', 'bun@1.4.5'])(
  '%s: installs with the token, and leaves it nowhere',
  async (manager) => {
    await using registry = await openRegistry(await workshop.folder(), { token: TOKEN });
    await using workspace = await open(filesFor(manager, registry.url), withToken(registry.url));
    expect((await workspace.exec(['node', '-p', "require('@kiosk/stamp')"])).output).toBe('stamped\n');
    expect(workspace.notes.at(-1)).toBe(
      `${manager.replace('@', ' ')}; no lockfile, so versions are those of the day it was first installed here`,
    );
    expect(registry.authorizations).toContain(`Bearer ${TOKEN}`);
    expect(holders(workshop.host.cacheFolder)).toEqual([]);
    const { output } = await workspace.exec([
      'bash',
      '-c',
      `env; cat ~/.npmrc ~/.yarnrc.yml; grep -rs ${TOKEN.slice(0, -1)} /home /tmp /workspace /opt; true`,
    ]);
    expect(output).not.toContain(TOKEN);
  },
);

test.each(['npm@11.0.0', 'pnpm@10.34.9', 'yarn@1.22.22', 'yarn@4.18.1', 'bun@1.4.5'])(
  '%s: without a token a clear error',
  async (manager) => {
    await using registry = await openRegistry(await workshop.folder(), { token: TOKEN });
    expect(await refusal(open(filesFor(manager, registry.url)))).toMatchObject({
      code: 'E_REGISTRY_DENIED',
      message: expect.stringContaining('could not install the dependencies'),
      retryable: false,
    });
  },
);

describe('a repository that wants the token for itself', () => {
  test.each([
    ['by a variable', (evil: string) => `${evil.replace('http:', '')}:_authToken=\${LONGHAUL_NPM_CREDENTIALS}`],
    ['by its own registry and proxy', (evil: string) => `registry=${evil}\nproxy=${evil}\nhttps-proxy=${evil}\nstrict-ssl=false`],
    ['by another file of settings', (evil: string) => `registry=${evil}\nuserconfig=.npmrc\nglobalconfig=.npmrc`],
  ])('%s', async (_, setting) => {
    await using registry = await openRegistry(await workshop.folder(), { token: TOKEN });
    await using evil = await openRegistry(await workshop.folder(), { token: 'none' });
    const files = filesFor('npm@11.0.0', evil.url, setting(evil.url));
    await refusal(open(files, withToken(registry.url)));
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
  expect(await refusal(open(files, value))).toEqual({ code: 'E_USAGE', message, retryable: false });
});
