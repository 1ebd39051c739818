/** Finds what limits memory and processes and meters processor time on this machine. */
import type { Host } from '../../host.ts';
import { remembered } from '../remembered.ts';
import { runProcess } from '../run-process.ts';
import type { ControlGroups, Resource, ResourceLimits } from './control-groups.ts';
import { readGroup } from './group-files.ts';
import { readOwnGroups } from './own-groups.ts';
import { systemdSubtree } from './systemd-subtree.ts';
import { version1 } from './version-1.ts';
import { ownSubtree, version2 } from './version-2.ts';

const TRIAL_MS = 10_000;

/** Null where nothing does. What is said to be enforced has been seen to be: a process has died at it. */
export const controlGroups = remembered(
  findControlGroups,
  () => '',
  () => true,
);

async function findControlGroups(host: Host): Promise<ControlGroups | null> {
  if (process.platform !== 'linux') return null;
  const groups = await chooseVersion(host);
  if (groups === null) return null;
  const notEnforced = await tryLimits(groups, host);
  return notEnforced.length === 3 ? null : { ...groups, notEnforced };
}

async function chooseVersion(host: Host): Promise<ControlGroups | null> {
  const own = await readOwnGroups();
  const unified = own.get('unified');
  // On machines that have both, the controllers belong to one of them.
  const controllers = unified ? ((await readGroup(unified.folder, 'cgroup.controllers')) ?? '').split(' ') : [];
  if (!unified || !controllers.includes('memory')) return version1(own);
  const subtree = (await ownSubtree(unified)) ?? (await systemdSubtree(unified.mount, host.environment));
  return subtree && version2(subtree);
}

async function tryLimits(groups: ControlGroups, host: Host): Promise<Resource[]> {
  const [memory, processes] = await Promise.all([
    tryProgram(groups, host, { maxMemoryMb: 16, maxProcesses: 64 }, 'dd if=/dev/zero of=/dev/null bs=64M count=1'),
    // By a program: bash would try for 15 seconds.
    tryProgram(groups, host, { maxMemoryMb: 64, maxProcesses: 1 }, 'timeout 5 true'),
  ]);
  const failed: Resource[] = [];
  if (!memory.outOfMemory) failed.push('memory');
  if (processes.exitCode === 0) failed.push('processes');
  if (memory.cpuMs === null) failed.push('cpu-time');
  return memory.entered && processes.entered ? [...new Set([...groups.notEnforced, ...failed])] : ['memory', 'processes', 'cpu-time'];
}

async function tryProgram(groups: ControlGroups, host: Host, limits: ResourceLimits, program: string) {
  const group = await groups.create(limits);
  const result = await runProcess(['sh', '-c', [...group.entry, 'echo entered', `exec ${program}`].join(' && ')], {
    cwd: '/',
    environment: { PATH: `${host.environment.PATH ?? ''}:/usr/bin:/bin` },
    timeoutMs: TRIAL_MS,
  });
  const usage = await group.close();
  return { ...usage, exitCode: result.exitCode, entered: result.output.startsWith('entered\n') };
}
