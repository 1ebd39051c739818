/** Sandbox by bubblewrap: private root, home, temporary folder and process ids, no network, no capabilities. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecResult } from '#contracts';
import type { Host } from '../host.ts';
import { runProcess } from './run-process.ts';
import type { Mount, Sandbox, SandboxCommand } from './sandbox.ts';

const HOME = '/home/agent';
const NODE = '/opt/node/bin/node';

/** What every program needs of the host, read-only. Nothing below /home, /root, /var or /srv is visible. */
const SYSTEM = [
  ...['--ro-bind', '/usr', '/usr'],
  ...['bin', 'sbin', 'lib', 'lib64'].flatMap((name) => ['--symlink', `usr/${name}`, `/${name}`]),
  ...[
    'alternatives',
    'ssl',
    'ca-certificates',
    'ld.so.cache',
    'ld.so.conf',
    'ld.so.conf.d',
    'passwd',
    'group',
    'nsswitch.conf',
    'hosts',
    'localtime',
    'mime.types',
  ].flatMap((name) => ['--ro-bind-try', `/etc/${name}`, `/etc/${name}`]),
  ...['--dev', '/dev', '--proc', '/proc', '--tmpfs', '/dev/shm'],
];

const NAMESPACES = [
  '--die-with-parent',
  '--new-session',
  '--unshare-user',
  '--unshare-pid',
  '--unshare-ipc',
  '--unshare-uts',
  '--unshare-cgroup-try',
  '--cap-drop',
  'ALL',
  '--uid',
  '1000',
  '--gid',
  '1000',
  '--hostname',
  'sandbox',
];

/** Whether bubblewrap works here: it is started, not only looked for. `version` is null when it does not, `reason` says why. */
export async function probeBubblewrap(host: Host): Promise<{ version: string; reason: null } | { version: null; reason: string }> {
  const environment = { PATH: host.environment.PATH ?? '' };
  const version = await runProcess(['bwrap', '--version'], { cwd: '/', environment, timeoutMs: 10_000 });
  if (version.ending === 'not-started') return { version: null, reason: 'bwrap is not installed' };
  const trial = await runProcess(['bwrap', ...NAMESPACES, '--unshare-net', ...SYSTEM, '--chdir', '/', 'true'], {
    cwd: '/',
    environment,
    timeoutMs: 10_000,
  });
  if (trial.exitCode === 0) return { version: version.output.replace('bubblewrap', '').trim(), reason: null };
  return { version: null, reason: `bwrap does not work here: ${trial.output.trim() || trial.ending}` };
}

/** @param folder holds the home and the temporary folder of the commands. */
export async function openBubblewrap(host: Host, folder: string, version: string): Promise<Sandbox> {
  const home = join(folder, 'home');
  const temporary = join(folder, 'tmp');
  await mkdir(home, { recursive: true });
  await mkdir(temporary, { recursive: true });
  const always: Mount[] = [
    { host: home, inside: HOME, writable: true },
    { host: temporary, inside: '/tmp', writable: true },
    { host: process.execPath, inside: NODE, writable: false },
  ];
  const environment = { PATH: '/opt/node/bin:/usr/local/bin:/usr/bin:/bin', HOME, LANG: 'C.UTF-8', TZ: 'UTC', CI: '1' };
  return {
    isolation: { sandbox: 'bubblewrap', version },
    node: NODE,
    inside: (mount) => mount.inside,
    async exec(command) {
      const argv = ['bwrap', ...bubblewrapArguments(command, always, { ...environment, ...command.environment }), '--', ...command.argv];
      const result = await runProcess(argv, { ...command, cwd: '/', environment: { PATH: host.environment.PATH ?? '' } });
      return wasNotStarted(command.argv[0], result) ? { ...result, ending: 'not-started', exitCode: null } : result;
    },
  };
}

/**
 * Bubblewrap itself starts in any case, and says on its own output when the program does not.
 * Node and bash are always there: output that says otherwise was written by what they ran.
 */
function wasNotStarted(program: string | undefined, { exitCode, output }: ExecResult): boolean {
  return program !== NODE && program !== 'bash' && exitCode === 1 && output.startsWith(`bwrap: execvp ${program}: `);
}

function bubblewrapArguments(command: SandboxCommand, always: readonly Mount[], environment: Record<string, string>): string[] {
  return [
    ...NAMESPACES,
    ...(command.network ? ['--ro-bind-try', '/etc/resolv.conf', '/etc/resolv.conf'] : ['--unshare-net']),
    ...SYSTEM,
    ...[...always, ...(command.mounts ?? [])].flatMap(({ host, inside, writable }) => [writable ? '--bind' : '--ro-bind', host, inside]),
    ...['--chdir', command.cwd, '--clearenv'],
    ...Object.entries(environment).flatMap(([name, value]) => ['--setenv', name, value]),
  ];
}
