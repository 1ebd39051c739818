/** Control groups of version 1: one hierarchy per controller, and a group of the same name in each. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { shellWord } from '../shell-word.ts';
import { type ControlGroups, newGroupName, type Resource } from './control-groups.ts';
import { emptyGroups, readCount, readGroup, removeGroups, sweepGroups, writeGroup } from './group-files.ts';
import type { OwnGroup } from './own-groups.ts';
import { hasSwap } from './swap.ts';

const CONTROLLERS = { memory: 'memory', pids: 'processes', cpuacct: 'cpu-time' } as const satisfies Record<string, Resource>;

/** @returns null where this process may make no group in any of the hierarchies. */
export async function version1(own: ReadonlyMap<string, OwnGroup>): Promise<ControlGroups | null> {
  const places = new Map<string, string>();
  for (const controller of Object.keys(CONTROLLERS)) {
    const folder = own.get(controller)?.folder;
    if (folder !== undefined && (await mayMakeGroups(folder))) places.set(controller, folder);
  }
  if (places.size === 0) return null;
  await sweepGroups([...places.values()]);

  const limitsMemory = places.has('memory') && (await limitsSwap(places.get('memory') ?? ''));
  const enforced = [...places.keys()].filter((controller) => controller !== 'memory' || limitsMemory);
  return {
    by: 'cgroup v1',
    notEnforced: Object.entries(CONTROLLERS).flatMap(([controller, resource]) => (enforced.includes(controller) ? [] : [resource])),
    async create({ maxMemoryMb, maxProcesses }) {
      const name = newGroupName();
      // Controllers may share a hierarchy, and then a folder.
      const folders = [...new Set([...places.values()].map((place) => join(place, name)))];
      const at = (controller: string) => join(places.get(controller) ?? '/nowhere', name);
      await Promise.all(folders.map((folder) => mkdir(folder))).catch(async (error: unknown) => {
        await removeGroups(folders);
        throw error;
      });
      await writeGroup(at('memory'), 'memory.limit_in_bytes', `${maxMemoryMb}M`); // never below the next
      await writeGroup(at('memory'), 'memory.memsw.limit_in_bytes', `${maxMemoryMb}M`);
      await writeGroup(at('pids'), 'pids.max', String(maxProcesses));
      let emptied: Promise<void> | undefined;
      const kill = () => (emptied ??= emptyGroups(folders));
      return {
        entry: folders.map((folder) => `echo $$ >${shellWord(join(folder, 'cgroup.procs'))}`),
        kill,
        async close() {
          await kill();
          const [cpuNs, kills] = await Promise.all([
            readGroup(at('cpuacct'), 'cpuacct.usage'),
            readCount(at('memory'), 'memory.oom_control', 'oom_kill'),
          ]);
          await removeGroups(folders);
          return { cpuMs: cpuNs === null ? null : Math.round(Number(cpuNs) / 1e6), outOfMemory: (kills ?? 0) > 0 };
        },
      };
    },
  };
}

async function mayMakeGroups(folder: string): Promise<boolean> {
  const trial = join(folder, newGroupName());
  const made = await mkdir(trial).then(
    () => true,
    () => false,
  );
  if (made) await removeGroups([trial]);
  return made;
}

/** A limit on memory alone is none where there is swap to go to. */
async function limitsSwap(folder: string): Promise<boolean> {
  return (await readGroup(folder, 'memory.memsw.limit_in_bytes')) !== null || !(await hasSwap());
}
