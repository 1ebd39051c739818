/** Sandbox by bubblewrap: private root, home, temporary folder and process ids, no network, no capabilities. */
import { mkdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { ExecResult } from '#contracts';
import type { Host } from '../host.ts';
import { runProcess } from './run-process.ts';
import type { Mount, OverlayMount, Sandbox, SandboxCommand } from './sandbox.ts';

const HOME = '/home/agent';

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
  ];
  const environment = { HOME, LANG: 'C.UTF-8', TZ: 'UTC', CI: '1' };
  const overlays = await probeOverlay(host, folder);
  return {
    isolation: { sandbox: 'bubblewrap', version, notEnforced: ['memory', 'processes', 'cpu-time'] },
    overlays,
    inside: (mount) => mount.inside,
    async exec(command) {
      const PATH = [...(command.path ?? []), '/usr/local/bin', '/usr/bin', '/bin'].join(':');
      const inside = bubblewrapArguments(command, always, { PATH, ...environment, ...command.environment });
      const layers = command.overlays ?? [];
      await Promise.all(layers.map(prepareOverlay));
      const argv = [...overlayEntry(host.cacheFolder, layers), 'bwrap', ...inside, '--', ...command.argv];
      const result = await runProcess(argv, {
        ...command,
        cwd: layers.length > 0 ? host.cacheFolder : '/',
        environment: { PATH: host.environment.PATH ?? '' },
      });
      return wasNotStarted(command.argv[0], result) ? { ...result, ending: 'not-started', exitCode: null } : result;
    },
  };
}

/**
 * Bubblewrap itself starts in any case, and says on its own output when the program does not.
 * Node and bash are always there: output that says otherwise was written by what they ran.
 */
function wasNotStarted(program: string | undefined, { exitCode, output }: ExecResult): boolean {
  return program !== 'node' && program !== 'bash' && exitCode === 1 && output.startsWith(`bwrap: execvp ${program}: `);
}

function bubblewrapArguments(command: SandboxCommand, always: readonly Mount[], environment: Record<string, string>): string[] {
  return [
    ...NAMESPACES,
    ...(command.network ? ['--ro-bind-try', '/etc/resolv.conf', '/etc/resolv.conf'] : ['--unshare-net']),
    ...SYSTEM,
    ...[...always, ...(command.mounts ?? [])].flatMap(({ host, inside, writable }) => [writable ? '--bind' : '--ro-bind', host, inside]),
    ...(command.overlays ?? []).flatMap(({ changes, inside }) => ['--bind', join(changes, 'merged'), inside]),
    ...['--chdir', command.cwd, '--clearenv'],
    ...Object.entries(environment).flatMap(([name, value]) => ['--setenv', name, value]),
  ];
}

/**
 * Overlays are mounted in a mount namespace of the command's own and go with it: nothing can be left mounted, also not by kill -9.
 * By util-linux rather than by bubblewrap, which learnt `--overlay` in 0.11 only. Paths are given relative to the cache folder,
 * because the option string of a mount has no way to write every character.
 */
function overlayEntry(cacheFolder: string, overlays: readonly OverlayMount[]): string[] {
  if (overlays.length === 0) return [];
  const isRoot = process.getuid?.() === 0;
  const mounts = overlays.map(({ lower, changes }) => {
    const at = relative(cacheFolder, changes);
    // Extended attributes of the `trusted` class are refused inside a user namespace.
    const options = `${isRoot ? '' : 'userxattr,'}lowerdir=${relative(cacheFolder, lower)},upperdir=${at}/upper,workdir=${at}/work`;
    return `mount -t overlay overlay -o ${options} ${at}/merged`;
  });
  const script = [...mounts, 'exec "$@"'].join(' && ');
  return ['unshare', '--mount', ...(isRoot ? [] : ['--user', '--map-root-user']), 'sh', '-c', script, 'sh'];
}

async function prepareOverlay({ changes }: OverlayMount): Promise<void> {
  for (const name of ['upper', 'work', 'merged']) await mkdir(join(changes, name), { recursive: true });
}

/** Whether an overlay can be mounted over folders of the cache; not on every file system, and not in every container. */
async function probeOverlay(host: Host, folder: string): Promise<boolean> {
  const probe: OverlayMount = { lower: join(folder, 'probe/lower'), changes: join(folder, 'probe'), inside: '/mnt' };
  await mkdir(probe.lower, { recursive: true });
  await prepareOverlay(probe);
  const entry = overlayEntry(host.cacheFolder, [probe]);
  const { exitCode } = await runProcess([...entry, 'true'], {
    cwd: host.cacheFolder,
    environment: { PATH: host.environment.PATH ?? '' },
    timeoutMs: 10_000,
  });
  await rm(probe.changes, { recursive: true, force: true });
  return exitCode === 0;
}
