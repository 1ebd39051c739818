/** Private repositories: who gets a token, who does not, and where it never appears. */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { appendFile, chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Host, openMirror, resolveCommit } from '#workspace';
import type { GitRepository } from '../helpers/git-repository.ts';
import { serveRepository } from '../helpers/git-server.ts';
import { refusal, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
const TOKEN = 's3cr3t/t%ken:of-the-vault';
let vault: GitRepository;
beforeAll(async () => {
  vault = await workshop.repository({ files: { 'gold.txt': randomBytes(100_000) } });
});

/** With a token for the place of a server; a home of its own, whose helper would write down what it is told. */
async function hostWith(credentials: string): Promise<Host & { home: string }> {
  const home = await workshop.folder();
  await writeFile(join(home, '.gitconfig'), `[credential]\n\thelper = store --file=${join(home, 'stored')}\n`);
  const { GIT_CONFIG_GLOBAL: _, ...environment } = workshop.host.environment;
  return { ...workshop.host, home, environment: { ...environment, HOME: home, LONGHAUL_GIT_CREDENTIALS: credentials } };
}

function credentialsFor(url: string, token = TOKEN, path = ''): string {
  return `http://keeper:${encodeURIComponent(token)}@${new URL(url).host}${path}`;
}

test('a token opens the door, and lies nowhere afterwards', async () => {
  await using server = await serveRepository(vault.repository, { credentials: `keeper:${TOKEN}` });
  const host = await hostWith(`https://somebody:else@example.com\n${credentialsFor(server.url)}`);
  const mirror = await openMirror(host, server.url, vault.commits);
  for (const entry of await readdir(mirror, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) expect(await readFile(join(entry.parentPath, entry.name), 'latin1')).not.toContain(TOKEN);
  }
  expect(await readdir(host.home)).toEqual(['.gitconfig']);
});

test('while a fetch runs, no argument of any process shows the token', async () => {
  await using server = await serveRepository(vault.repository, {
    credentials: `keeper:${TOKEN}`,
    packEnds: { afterBytes: 1, by: 'silence' },
  });
  const stop = new AbortController();
  const opening = openMirror(await hostWith(credentialsFor(server.url)), server.url, vault.commits, stop.signal).catch(() => 'stopped');
  await server.packEnded;
  const commands = readdirSync('/proc').flatMap((pid) => {
    try {
      return [readFileSync(`/proc/${/^\d+$/.test(pid) ? pid : 'none'}/cmdline`, 'utf8')];
    } catch {
      return [];
    }
  });
  expect(commands.some((command) => command.includes(server.url))).toBe(true);
  expect(commands.filter((command) => command.includes(TOKEN) || command.includes(encodeURIComponent(TOKEN)))).toEqual([]);
  stop.abort();
  expect(await opening).toBe('stopped');
});

test('credentials for a path count on that path, and before those for the host', async () => {
  await using server = await serveRepository(vault.repository, { credentials: `keeper:${TOKEN}` });
  const name = new URL(server.url).pathname;
  await openMirror(await hostWith(`${credentialsFor(server.url, TOKEN, name)} ${credentialsFor(server.url, 'wrong')}`), server.url, []);
  await using other = await serveRepository(vault.repository, { credentials: `keeper:${TOKEN}` });
  expect(await refusal(openMirror(await hostWith(credentialsFor(other.url, TOKEN, '/elsewhere.git')), other.url, []))).toMatchObject({
    code: 'E_REPOSITORY_AUTH',
  });
  expect(other.requests.filter(({ credentials }) => credentials !== null)).toEqual([]);
});

test('a host that sends elsewhere does not send the token along', async () => {
  await using thief = await serveRepository(vault.repository, { credentials: 'anybody:anything' });
  for (const credentials of [undefined, `keeper:${TOKEN}`]) {
    await using server = await serveRepository(vault.repository, { movedTo: new URL(thief.url).href, ...(credentials && { credentials }) });
    expect(await refusal(openMirror(await hostWith(credentialsFor(server.url)), server.url, []))).toMatchObject({
      code: 'E_REPOSITORY_AUTH',
    });
  }
  expect(thief.requests.length).toBeGreaterThanOrEqual(2);
  expect(thief.requests.filter(({ credentials }) => credentials !== null)).toEqual([]);
});

describe('without the right ones', () => {
  test.each([
    ['none', ''],
    ['wrong ones', 'wrong'],
  ])('%s: nobody is asked, and the remedy is named', async (_, token) => {
    await using server = await serveRepository(vault.repository, { credentials: `keeper:${TOKEN}` });
    const host = await hostWith(token && credentialsFor(server.url, token));
    const asked = join(host.home, 'asked');
    await writeFile(join(host.home, 'ask.sh'), `#!/bin/sh\ntouch ${asked}\necho x\n`);
    await chmod(join(host.home, 'ask.sh'), 0o755);
    await appendFile(join(host.home, '.gitconfig'), `[core]\n\taskPass = ${join(host.home, 'ask.sh')}\n`);
    const environment = {
      ...host.environment,
      GIT_ASKPASS: join(host.home, 'ask.sh'),
      SSH_ASKPASS: join(host.home, 'ask.sh'),
      DISPLAY: ':0',
    };
    expect(await refusal(openMirror({ ...host, environment }, server.url, []))).toMatchObject({
      code: 'E_REPOSITORY_AUTH',
      message: expect.stringContaining(server.url),
      retryable: false,
    });
    expect(await readdir(host.home)).not.toContain('asked');
  });
});

test.each([
  'nonsense',
  'ftp://keeper:hunter22@example.com',
  'https://example.com',
  'https://keeper@example.com',
  'https://:hunter22@example.com',
  'https://keeper:hunter22%0Apath=x@example.com',
  'https://keeper:hunter22%ZZ@example.com',
])('malformed credentials are refused by the name of the variable, and not shown: %j', async (malformed) => {
  const { code, message } = await refusal(openMirror(await hostWith(`https://a:b@example.org ${malformed}`), vault.repository, []));
  expect(code).toBe('E_USAGE');
  expect(message).toContain('entry 2 of LONGHAUL_GIT_CREDENTIALS');
  expect(message).not.toContain('hunter22');
  expect(message).not.toContain('example');
});

test.each([
  'https://keeper:hunter22@127.0.0.1/vault.git',
  'ssh://keeper:hunter22@127.0.0.1/vault.git',
  'http://keeper:hun@ter22@127.0.0.1/x',
])('an address with a password in it is refused before anything is kept: %s', async (repository) => {
  const refused = await refusal(resolveCommit(workshop.host, repository, 'main'));
  expect(refused.code).toBe('E_USAGE');
  expect(refused.message).not.toMatch(/hun|keeper/);
});

test('addresses that a server or git repeats carry no user and no token', async () => {
  const says = 'No vault at https://keeper:hunter22@vault.invalid/vault.git, nor at ssh://keeper@vault.invalid/x';
  await using server = await serveRepository(vault.repository, { status: 404, says });
  const { message } = await refusal(openMirror(await hostWith(''), server.url, []));
  expect(message).toContain('No vault at https://vault.invalid/vault.git, nor at ssh://vault.invalid/x');
  expect(message).not.toMatch(/keeper|hunter22/);
});

describe('ssh', () => {
  test.each(['keeper@vault.invalid:gold.git', 'ssh://keeper@vault.invalid/gold.git'])(
    '%s is asked by the user’s own ssh, without a question',
    async (repository) => {
      const host = await hostWith('');
      const ssh = join(host.home, 'ssh.sh');
      await writeFile(
        ssh,
        `#!/bin/sh\nenv >${host.home}/seen\necho "$@" >>${host.home}/seen\necho 'Permission denied (publickey).' >&2\nexit 255\n`,
      );
      await chmod(ssh, 0o755);
      await writeFile(join(host.home, '.gitconfig'), `[core]\n\tsshCommand = ${ssh}\n`);
      expect(await refusal(openMirror(host, repository, []))).toMatchObject({ code: 'E_REPOSITORY_AUTH' });
      const seen = await readFile(join(host.home, 'seen'), 'utf8');
      expect(seen).toMatch(/^SSH_ASKPASS_REQUIRE=force$/m);
      expect(seen).toMatch(/^SSH_ASKPASS=false$/m);
      expect(seen).toMatch(/keeper@vault\.invalid git-upload-pack '\/?gold\.git'$/m);
    },
  );
});
