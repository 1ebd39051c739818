/** Where this process stands in the control groups of this machine. */
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

export interface OwnGroup {
  /** The group as a folder. */
  folder: string;
  /** Where its hierarchy is mounted. */
  mount: string;
  /** Whether it is the top of what is mounted here: the machine's, or that of a container. */
  isTop: boolean;
}

/** By controller (`memory`, `pids`, `cpuacct`); version 2 under the name `unified`. Only hierarchies that are mounted. */
export async function readOwnGroups(): Promise<Map<string, OwnGroup>> {
  const [membership, mounts] = await Promise.all(
    ['cgroup', 'mountinfo'].map((file) => readFile(`/proc/self/${file}`, 'utf8').catch(() => '')),
  );
  const found = new Map<string, OwnGroup>();
  for (const line of (membership ?? '').split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    for (const controller of controllers === '' ? ['unified'] : controllers.split(',')) {
      const mount = mountOf(mounts ?? '', controller);
      // In a container the mount may show less than the whole hierarchy, or something else than our part of it.
      const below = mount && relative(mount.root, path);
      if (mount && below !== undefined && !below.startsWith('..')) {
        found.set(controller, { folder: join(mount.at, below), mount: mount.at, isTop: below === '' });
      }
    }
  }
  return found;
}

/** Source of the columns: proc_pid_mountinfo(5). */
function mountOf(mounts: string, controller: string): { at: string; root: string } | undefined {
  for (const line of mounts.split('\n')) {
    const [, root, at, type, options] = /^\d+ \d+ \S+ (\S+) (\S+) .* - (\S+) \S+ (\S+)$/.exec(line) ?? [];
    if (root === undefined || at === undefined) continue;
    const fits = controller === 'unified' ? type === 'cgroup2' : type === 'cgroup' && options?.split(',').includes(controller);
    if (fits) return { at, root };
  }
  return undefined;
}
