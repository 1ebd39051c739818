/** A subtree of control groups that systemd delegates, for root and for an ordinary user of a machine that systemd runs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isThere } from '../../host.ts';
import { runProcess } from '../run-process.ts';
import { shellWord } from '../shell-word.ts';
import { newGroupName } from './control-groups.ts';
import { removeGroups, writeGroup } from './group-files.ts';
import { enableLimits, type Subtree } from './version-2.ts';

const BUS_VARIABLES = ['PATH', 'XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS'];
const START_MS = 10_000;

/**
 * Asks the system's manager as root, the user's own otherwise, for a scope that is ours to divide. The scope lives as long as
 * one small process in it, which ends when ours does, however that comes about.
 * A process may enter by itself where one of the groups above both is its user's; else the manager moves it: from an ssh session, say.
 * Source: https://systemd.io/CGROUP_DELEGATION, org.freedesktop.systemd1(5) AttachProcessesToUnit.
 */
export async function systemdSubtree(unifiedMount: string, environment: Readonly<Record<string, string>>): Promise<Subtree | null> {
  if (!(await isThere('/run/systemd/system'))) return null; // sd_booted(3)
  const manager = process.getuid?.() === 0 ? '--system' : '--user';
  const bus = Object.fromEntries(Object.entries(environment).filter(([name]) => BUS_VARIABLES.includes(name)));
  const unit = `${newGroupName()}.scope`;
  const below = await startHolder(manager, unit, bus);
  if (below === null) return null;
  const folder = join(unifiedMount, below.group);
  const inner = join(folder, 'holder');
  await mkdir(inner).catch(() => {});
  const ready = (await writeGroup(inner, 'cgroup.procs', String(below.pid))) && (await enableLimits(folder));
  const assignments = Object.entries(bus)
    .map(([name, value]) => `${name}=${shellWord(value)}`)
    .join(' ');
  const ways: Subtree[] = [
    { by: 'cgroup v2, delegated by systemd', folder },
    {
      by: 'cgroup v2, delegated by systemd',
      folder,
      entry: (groupName) => [
        `${assignments} busctl --quiet ${manager} call org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager ` +
          `AttachProcessesToUnit ssau ${unit} ${shellWord(`/${groupName}`)} 1 $$`,
      ],
    },
  ];
  for (const way of ready ? ways : []) if (await letsIn(way, bus)) return way;
  below.end();
  return null;
}

/** Tried, because only the kernel knows who may move whom. */
async function letsIn({ folder, entry }: Subtree, environment: Record<string, string>): Promise<boolean> {
  const name = newGroupName();
  const group = join(folder, name);
  await mkdir(group).catch(() => {});
  const lines = entry?.(name) ?? [`echo $$ >${shellWord(join(group, 'cgroup.procs'))}`];
  const { exitCode, output } = await runProcess(['sh', '-c', [...lines, 'cat /proc/self/cgroup'].join(' && ')], {
    cwd: '/',
    environment,
    timeoutMs: START_MS,
  });
  await removeGroups([group]);
  return exitCode === 0 && output.trimEnd().endsWith(`/${name}`);
}

async function startHolder(
  manager: string,
  unit: string,
  environment: Record<string, string>,
): Promise<{ pid: number; group: string; end(): void } | null> {
  const script = 'echo $$; cat /proc/self/cgroup; echo; exec cat >/dev/null';
  const [program, ...args] = ['systemd-run', manager, '--scope', '--quiet', '--collect', `--unit=${unit}`, '--property=Delegate=yes'];
  const holder = spawn(program as string, [...args, 'sh', '-c', script], { cwd: '/', env: environment, stdio: ['pipe', 'pipe', 'ignore'] });
  const end = () => holder.kill('SIGKILL');
  const timer = setTimeout(end, START_MS);
  try {
    let said = '';
    holder.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.endsWith('\n\n')) holder.emit('ready');
    });
    await Promise.race([once(holder, 'ready'), once(holder, 'exit')]);
    const [, pid, group] = /^(\d+)\n(?:.*\n)*?0::(.*)\n/.exec(said) ?? [];
    if (pid === undefined || !group?.endsWith(`/${unit}`)) return null;
    return { pid: Number(pid), group, end };
  } catch {
    return null; // There is no systemd-run.
  } finally {
    clearTimeout(timer);
    // It must not keep our process from ending; its own end comes with that of the pipe.
    holder.unref();
    for (const stream of [holder.stdin, holder.stdout]) (stream as unknown as { unref?(): void } | null)?.unref?.();
  }
}
