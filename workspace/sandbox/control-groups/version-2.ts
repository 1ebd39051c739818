/** Control groups of version 2: one hierarchy, in which a group with children to limit holds no processes of its own. */
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { shellWord } from '../shell-word.ts';
import { type ControlGroups, newGroupName, type Resource } from './control-groups.ts';
import { emptyGroups, membersOf, readCount, readGroup, removeGroups, sweepGroups, writeGroup } from './group-files.ts';
import type { OwnGroup } from './own-groups.ts';
import { hasSwap } from './swap.ts';

/** Where the processes go that were in a group which is to have children. */
const HOUSE = 'longhaul-processes';

/** A group below which groups can be made that limit memory and processes. */
export interface Subtree {
  by: string;
  folder: string;
  /** Lines of shell by which the shell enters a group of the subtree; by default it writes its own id into it. */
  entry?(groupName: string): string[];
}

/** The group this process stands in, made ready for children. @returns null where that cannot be, or would move processes of others. */
export async function ownSubtree(own: OwnGroup): Promise<Subtree | null> {
  const { folder, isTop } = basename(own.folder) === HOUSE ? { ...own, folder: dirname(own.folder) } : own;
  if (await givesLimits(folder)) return { by: 'cgroup v2', folder };
  if (await enableLimits(folder)) return { by: 'cgroup v2', folder };
  // A container's top group is its own to arrange, and so is one that holds nothing but us.
  // Source of the move: moby/moby, hack/dind, "cgroup v2: enable nesting".
  const members = await membersOf(folder);
  if (!isTop && !members.every((pid) => pid === process.pid)) return null;
  const house = join(folder, HOUSE);
  await mkdir(house, { recursive: true }).catch(() => {});
  for (const pid of members) await writeGroup(house, 'cgroup.procs', String(pid));
  return (await enableLimits(folder)) ? { by: 'cgroup v2', folder } : null;
}

/** @returns null where no group can be made there after all. */
export async function version2({ by, folder, entry }: Subtree): Promise<ControlGroups | null> {
  await sweepGroups([folder]);
  const trial = join(folder, newGroupName());
  const made = await mkdir(trial).catch(() => null);
  if (made === null) return null;
  const limitsSwap = (await readGroup(trial, 'memory.swap.max')) !== null || !(await hasSwap());
  const has = async (file: string) => (await readGroup(trial, file)) !== null;
  const notEnforced: Resource[] = [];
  if (!(limitsSwap && (await has('memory.max')))) notEnforced.push('memory');
  if (!(await has('pids.max'))) notEnforced.push('processes');
  if (!(await has('cpu.stat'))) notEnforced.push('cpu-time');
  await removeGroups([trial]);
  return {
    by,
    notEnforced,
    async create({ maxMemoryMb, maxProcesses }) {
      const name = newGroupName();
      const group = join(folder, name);
      await mkdir(group);
      await Promise.all([
        writeGroup(group, 'memory.max', `${maxMemoryMb}M`),
        writeGroup(group, 'memory.swap.max', '0'),
        writeGroup(group, 'pids.max', String(maxProcesses)),
      ]);
      let emptied: Promise<void> | undefined;
      const kill = () => (emptied ??= emptyGroups([group]));
      return {
        entry: entry?.(name) ?? [`echo $$ >${shellWord(join(group, 'cgroup.procs'))}`],
        kill,
        async close() {
          await kill();
          const [cpuUs, kills] = await Promise.all([
            readCount(group, 'cpu.stat', 'usage_usec'),
            readCount(group, 'memory.events', 'oom_kill'),
          ]);
          await removeGroups([group]);
          return { cpuMs: cpuUs === null ? null : Math.round(cpuUs / 1000), outOfMemory: (kills ?? 0) > 0 };
        },
      };
    },
  };
}

/** Lets children of the group limit memory and processes. */
export async function enableLimits(folder: string): Promise<boolean> {
  return (await writeGroup(folder, 'cgroup.subtree_control', '+memory +pids')) && givesLimits(folder);
}

async function givesLimits(folder: string): Promise<boolean> {
  const given = ((await readGroup(folder, 'cgroup.subtree_control')) ?? '').split(' ');
  return given.includes('memory') && given.includes('pids');
}
