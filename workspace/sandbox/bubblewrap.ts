/** Sandbox by bubblewrap: private root, home, temporary folder and process ids, no network, no capabilities. */
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecResult } from '#contracts';
import type { Host } from '../host.ts';
import type { Backend, Probe } from './backend.ts';
import { controlGroups } from './control-groups/find-control-groups.ts';
import { findProgram } from './find-program.ts';
import { mountsOverlays, overlayEntry, overlayPlace, prepareOverlay } from './overlay.ts';
import { HOME, privateFolders } from './private-folders.ts';
import { remembered } from './remembered.ts';
import { broken, runLimited } from './run-limited.ts';
import { runProcess } from './run-process.ts';
import type { Mount, SandboxCommand } from './sandbox.ts';
import { shellWord } from './shell-word.ts';
import { systemCallFilter } from './system-call-filter.ts';
import { systemView } from './system-view.ts';

const SPECIAL = ['--dev', '/dev', '--proc', '/proc', '--tmpfs', '/dev/shm'];

/**
 * Where a command of root's is the kernel's root too, whatever its namespaces say: settings of the whole machine are read-only,
 * and what tells of other processes is covered. Source: the read-only and masked paths of OCI runtimes (moby, oci/defaults.go);
 * bubblewrap itself covers /proc/bus, /proc/irq and /proc/sysrq-trigger.
 */
const READ_ONLY_SETTINGS = ['/proc/sys', '/proc/fs'];
const COVERED = ['/proc/acpi', '/proc/scsi', '/proc/kcore', '/proc/keys', '/proc/latency_stats', '/proc/timer_list', '/proc/sched_debug'];

const BASIC_NAMESPACES = [
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

/** The first that works is used: many a hole of the kernel can only be reached from a namespace made inside. Needs 0.8. */
const NAMESPACES = [[...BASIC_NAMESPACES, '--disable-userns'], BASIC_NAMESPACES];

const askOnce = remembered(probe, searchPath, ({ reason }) => reason === null);

export const BUBBLEWRAP: Backend = {
  name: 'bubblewrap',
  probe: askOnce,
  async open(host, folder, limits, version) {
    const program = (await findProgram('bwrap', searchPath(host))) ?? 'bwrap';
    const [{ namespaces }, groups, overlays] = await Promise.all([askOnce(host), controlGroups(host), mountsOverlays(host)]);
    const [always, system] = await Promise.all([privateFolders(folder), systemArguments()]);
    const filter = systemCallFilter();
    const filterFile = join(folder, 'system-calls.bpf');
    if (filter) await writeFile(filterFile, filter);
    return {
      isolation: { sandbox: 'bubblewrap', version, notEnforced: [...(groups?.notEnforced ?? ['memory', 'processes', 'cpu-time'])] },
      overlays,
      inside: (mount) => mount.inside,
      apart: (other) => BUBBLEWRAP.open(host, other, limits, version),
      async exec(command) {
        const layers = command.overlays ?? [];
        await Promise.all(layers.map(prepareOverlay));
        // Through a pipe, because the first process of the sandbox shows its arguments to all others in it, and they name places of the host.
        const inside = ['--args', '3', '--json-status-fd', '4', ...(filter ? ['--seccomp', '5'] : []), '--', ...command.argv];
        const { through = [], before = [] } = overlayEntry(host, layers);
        const { report, ...result } = await runLimited(groups, limits, ['/usr/bin/env', '-i', program, ...inside], {
          ...command,
          through,
          before: filter ? [...before, `exec 5<${shellWord(filterFile)}`] : before,
          cwd: layers.length > 0 ? host.cacheFolder : '/',
          environment: { PATH: searchPath(host) },
          thirdInput: joined([...namespaces, ...system, ...bubblewrapArguments(command, always)]),
          reports: true,
        });
        if (result.ending === 'exited' && !report.includes('"exit-code"')) {
          if (wasNotStarted(command.argv[0], result)) return { ...result, ending: 'not-started', exitCode: null };
          throw broken(result);
        }
        return result;
      },
    };
  },
};

async function probe(host: Host): Promise<Probe & { namespaces: readonly string[] }> {
  const program = await findProgram('bwrap', searchPath(host));
  if (program === null) return { version: null, reason: 'bwrap is not installed', namespaces: [] };
  const run = (args: readonly string[]) => runProcess([program, ...args], { cwd: '/', environment: {}, timeoutMs: 10_000 });
  const system = await systemArguments();
  const [version, ...trials] = await Promise.all([
    run(['--version']),
    ...NAMESPACES.map((namespaces) => run([...namespaces, '--unshare-net', ...system, '--chdir', '/', 'true'])),
  ]);
  const namespaces = NAMESPACES[trials.findIndex(({ exitCode }) => exitCode === 0)];
  if (namespaces) return { version: version.output.replace('bubblewrap', '').trim(), reason: null, namespaces };
  const last = trials.at(-1);
  return { version: null, reason: `bwrap does not work here: ${last?.output.trim() || last?.ending}`, namespaces: [] };
}

function searchPath(host: Host): string {
  return host.environment.PATH ?? '';
}

/** Bubblewrap itself starts in any case, and says on its own output when the program does not. */
function wasNotStarted(program: string | undefined, { output }: ExecResult): boolean {
  return output.startsWith(`bwrap: execvp ${program}: `);
}

/** One with a zero in it would be two: what is given to a command could then widen its sandbox. */
function joined(args: readonly string[]): string {
  const torn = args.find((argument) => argument.includes('\0'));
  if (torn !== undefined) throw broken({ output: `${JSON.stringify(torn)} holds a zero character`, ending: 'not-started' });
  return args.join('\0');
}

async function systemArguments(): Promise<string[]> {
  const { mounts, links } = await systemView();
  return [
    ...mounts.flatMap(({ host, inside }) => ['--ro-bind', host, inside]),
    ...links.flatMap(({ target, inside }) => ['--symlink', target, inside]),
    ...SPECIAL,
    ...(await coveredSettings()),
  ];
}

/** Only what is there: nothing can be mounted on a name that /proc does not have. */
async function coveredSettings(): Promise<string[]> {
  const kindOf = (path: string) =>
    stat(path).then(
      (facts) => (facts.isDirectory() ? 'folder' : 'file'),
      () => null,
    );
  const covers = await Promise.all(
    COVERED.map(async (path) => {
      const kind = await kindOf(path);
      if (kind === null) return [];
      return kind === 'folder' ? ['--tmpfs', path] : ['--ro-bind', '/dev/null', path];
    }),
  );
  return [...READ_ONLY_SETTINGS.flatMap((path) => ['--ro-bind-try', path, path]), ...covers.flat()];
}

function bubblewrapArguments(command: SandboxCommand, always: readonly Mount[]): string[] {
  const PATH = [...(command.path ?? []), '/usr/local/bin', '/usr/bin', '/bin'].join(':');
  const environment = { PATH, HOME, LANG: 'C.UTF-8', TZ: 'UTC', CI: '1', ...command.environment };
  return [
    ...[...always, ...(command.mounts ?? [])].flatMap(({ host, inside, writable }) => [writable ? '--bind' : '--ro-bind', host, inside]),
    // Names that only the host can resolve: an install may need them.
    ...(command.network ? ['/etc/resolv.conf', '/etc/hosts'].flatMap((file) => ['--ro-bind-try', file, file]) : ['--unshare-net']),
    ...(command.overlays ?? []).flatMap((overlay) => ['--bind', overlayPlace(overlay), overlay.inside]),
    ...['--chdir', command.cwd, '--clearenv'],
    ...Object.entries(environment).flatMap(([name, value]) => ['--setenv', name, value]),
  ];
}
