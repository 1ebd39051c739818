/** Sandbox by podman or docker: a container per command, made of this machine's own programs, so that no image is fetched. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecResult } from '#contracts';
import { cacheFolder, type Host } from '../../host.ts';
import type { Backend, Probe } from '../backend.ts';
import { isOrphaned, newGroupName, type Resource, type ResourceLimits } from '../control-groups/control-groups.ts';
import { findProgram } from '../find-program.ts';
import { HOME, privateFolders } from '../private-folders.ts';
import { remembered } from '../remembered.ts';
import { broken } from '../run-limited.ts';
import { runProcess } from '../run-process.ts';
import type { Mount, SandboxCommand } from '../sandbox.ts';
import { systemView } from '../system-view.ts';
import { clientEnvironment, DOCKER, type Engine, engineCommand, PODMAN } from './engine.ts';

/** How this engine runs containers here. */
interface Way {
  globals: readonly string[];
  /** Whether it takes limits. */
  limited: boolean;
}

/** The engine starts a shell that stays the first process: it hands on the exit code, and tells a missing program from one that fails. */
const FIRST_PROCESS = [
  'unset HOSTNAME TERM container OLDPWD',
  'case $1 in */*) [ -f "$1" ] && [ -x "$1" ] ;; *) command -v "$1" >/dev/null ;; esac || { echo "$1: No such file that can be run"; exit 126; }',
  '"$@"',
  'exit $?',
].join('\n');

export const BY_PODMAN = backend(PODMAN);
export const BY_DOCKER = backend(DOCKER);

function backend(engine: Engine): Backend {
  const probeOnce = remembered(
    (host: Host) => probe(engine, host),
    (host) => JSON.stringify(clientEnvironment(host)),
    ({ reason }) => reason === null,
  );
  const self: Backend = {
    name: engine.name,
    probe: probeOnce,
    async open(host, folder, limits, version) {
      const { way } = await probeOnce(host);
      const run = await prepare(engine, host, folder, limits, way);
      const notEnforced: Resource[] = way.limited ? ['cpu-time'] : ['memory', 'processes', 'cpu-time'];
      return {
        isolation: { sandbox: engine.name, version, notEnforced },
        overlays: false,
        inside: (mount) => mount.inside,
        exec: run,
        apart: (other) => self.open(host, other, limits, version),
      };
    },
  };
  return self;
}

/** @returns what runs one command in a container of its own. */
async function prepare(engine: Engine, host: Host, folder: string, limits: ResourceLimits, { globals, limited }: Way) {
  const [always, view, user, root] = await Promise.all([
    privateFolders(folder),
    systemView(),
    engine.user(host),
    engine.root(host, folder),
  ]);
  const client = clientEnvironment(host);
  const { maxMemoryMb, maxProcesses } = limits;
  const fixed = [
    ...['--log-driver', 'none', '--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--hostname', 'sandbox'],
    // Not every process that may start containers may raise the limits that engines set by default.
    ...['--ulimit', 'core=0:0', '--ulimit', `nofile=${await openFilesLimit()}`, '--ulimit', 'nproc=32000:32000', '--shm-size', '1g'],
    ...(limited ? ['--memory', `${maxMemoryMb}m`, '--memory-swap', `${maxMemoryMb}m`, '--pids-limit', String(maxProcesses)] : []),
    ...user,
  ];
  return async (command: SandboxCommand): Promise<ExecResult> => {
    const name = newGroupName();
    const remove = async () => {
      await engineCommand(engine, host, [...globals, ...engine.removal, name]);
    };
    const { settings, values } = environmentOf(command, client);
    const shared = command.network ? ['/etc/resolv.conf', '/etc/hosts'].map((path) => ({ host: path, inside: path, writable: false })) : [];
    const mounts = [...view.mounts, ...withoutHidden([...always, ...(command.mounts ?? []), ...shared])];
    const args = [
      ...[...globals, 'run', '--name', name, ...fixed, '--network', command.network ? 'host' : 'none', '--workdir', command.cwd],
      ...(command.stdin === undefined ? [] : ['--interactive']),
      ...mounts.flatMap(({ host: source, inside, writable }) => ['--mount', mountOption(source, inside, writable)]),
      ...settings,
      ...root,
      ...['/bin/sh', '-c', FIRST_PROCESS, 'sh', ...command.argv],
    ];
    try {
      const result = await runProcess([engine.name, ...args], {
        ...command,
        cwd: '/',
        environment: { ...client, ...values },
      });
      return result.ending === 'timed-out'
        ? result
        : { ...result, ...(await verdict(engine, host, globals, name, command.argv[0], result)) };
    } finally {
      // Where it was ended from outside, only the engine's client has ended.
      await remove();
    }
  };
}

/** What the engine says of the container outranks the exit code of its client, which a command can make look like the engine's own. */
async function verdict(
  engine: Engine,
  host: Host,
  globals: readonly string[],
  name: string,
  program: string | undefined,
  result: ExecResult,
): Promise<Pick<ExecResult, 'ending' | 'exitCode'>> {
  const format = '{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}}';
  const { output } = await engineCommand(engine, host, [...globals, 'inspect', '--format', format, name]);
  const [, exitCode, outOfMemory] = /^(?:exited|stopped) (\d+) (true|false)$/.exec(output.trim()) ?? [];
  if (exitCode === undefined) throw broken(result);
  if (outOfMemory === 'true') return { ending: 'out-of-memory', exitCode: null };
  if (exitCode === '126' && result.output === `${program}: No such file that can be run\n`)
    return { ending: 'not-started', exitCode: null };
  return { ending: 'exited', exitCode: Number(exitCode) };
}

async function probe(engine: Engine, host: Host): Promise<Probe & { way: Way }> {
  const none = (reason: string) => ({ version: null, reason, way: { globals: [], limited: false } });
  if (process.platform !== 'linux') return none(`${engine.name} is used on Linux only, where the machine's own programs run in it`);
  if ((await findProgram(engine.name, host.environment.PATH ?? '')) === null) return none(`${engine.name} is not installed`);
  const version = await engineCommand(engine, host, engine.version);
  if (version.exitCode !== 0) return none(`${engine.name} does not answer: ${lastLine(version.output)}`);
  await removeOrphans(engine, host);
  let trouble = '';
  for (const limited of [true, false]) {
    for (const globals of engine.globals) {
      const problem = await tryWay(engine, host, { globals, limited });
      if (problem === null) return { version: version.output.trim(), reason: null, way: { globals, limited } };
      trouble = problem;
    }
  }
  return none(`${engine.name} does not work here: ${trouble}`);
}

/** @returns null when a container sees what it shall see, and dies at its limit where it has one; else what went wrong. */
async function tryWay(engine: Engine, host: Host, way: Way): Promise<string | null> {
  const folder = await mkdtemp(join(await cacheFolder(host, 'workspaces'), `${process.pid}-`));
  try {
    const token = join(folder, 'token');
    await writeFile(token, folder);
    const run = await prepare(engine, host, folder, { maxMemoryMb: 32, maxProcesses: 32 }, way);
    const greedy = 'cat /token; dd if=/dev/zero of=/dev/null bs=128M count=1 2>/dev/null && echo unlimited';
    const mounts = [{ host: token, inside: '/token', writable: false }];
    const { output } = await run({ argv: ['sh', '-c', greedy], cwd: '/', mounts, timeoutMs: 60_000 });
    if (output === folder) return null;
    return way.limited || output !== `${folder}unlimited\n` ? lastLine(output) : null;
  } catch (error) {
    return lastLine((error as Error).message);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Containers whose maker was killed. */
async function removeOrphans(engine: Engine, host: Host): Promise<void> {
  const { output } = await engineCommand(engine, host, ['ps', '--all', '--format', '{{.Names}}']);
  for (const name of output.split('\n')) {
    if (isOrphaned(name)) await engineCommand(engine, host, [...engine.removal, name]);
  }
}

/** A value goes through the client's environment, where other users of the machine do not see it, unless the client would take it for its own. */
function environmentOf(command: SandboxCommand, client: Record<string, string>) {
  const PATH = [...(command.path ?? []), '/usr/local/bin', '/usr/bin', '/bin'].join(':');
  const environment = { PATH, HOME, LANG: 'C.UTF-8', TZ: 'UTC', CI: '1', ...command.environment };
  const isHidden = (name: string) =>
    !(name in client) && Object.keys(clientEnvironment({ environment: { [name]: '' }, cacheFolder: '' })).length === 0;
  return {
    settings: Object.entries(environment).flatMap(([name, value]) => ['--env', isHidden(name) ? name : `${name}=${value}`]),
    values: Object.fromEntries(Object.entries(environment).filter(([name]) => isHidden(name))),
  };
}

/** Engines refuse two mounts in one place; the later one counts. */
function withoutHidden(mounts: readonly Mount[]): Mount[] {
  return [...new Map(mounts.map((mount) => [mount.inside, mount])).values()];
}

/** Fields of comma-separated values, as both engines read this option. */
function mountOption(source: string, target: string, writable: boolean): string {
  const fields = ['type=bind', `source=${source}`, `target=${target}`, ...(writable ? [] : ['readonly'])];
  return fields.map((field) => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',');
}

async function openFilesLimit(): Promise<string> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const hard = /^Max open files\s+\S+\s+(\d+)/m.exec(limits)?.[1] ?? '1024';
  return `${hard}:${hard}`;
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}
