/** Control groups: the kernel's way to limit and meter a command together with all it starts. */
import { randomBytes } from 'node:crypto';
import type { Isolation, Limits } from '#contracts';
import { isAlive } from '../../is-alive.ts';

export type ResourceLimits = Pick<Limits, 'maxMemoryMb' | 'maxProcesses'>;
export type Resource = Isolation['notEnforced'][number];

/** The place where this process may make groups. */
export interface ControlGroups {
  /** `cgroup v1`, `cgroup v2`, `cgroup v2, delegated by systemd`: for people. */
  readonly by: string;
  /** What the groups made here do not limit or meter. */
  readonly notEnforced: readonly Resource[];
  create(limits: ResourceLimits): Promise<ControlGroup>;
}

/** One command's group. It lasts until it is closed; one whose maker was killed goes with the next sweep. */
export interface ControlGroup {
  /** Lines of shell by which the shell itself enters; they fail when it cannot. */
  readonly entry: readonly string[];
  /** Kills all that is in it, also what left its session or process group, and lets nothing new begin. Resolves when nothing is left. */
  kill(): Promise<void>;
  /** Kills, and removes the group. */
  close(): Promise<Usage>;
}

export interface Usage {
  /** Processor time of everything that was ever in the group, milliseconds; null where nothing meters it. */
  cpuMs: number | null;
  /** Whether something in it was killed at the memory limit. */
  outOfMemory: boolean;
}

const PREFIX = 'longhaul';

/** Begins with our process id: whoever finds it later can tell whether its maker lives. */
export function newGroupName(): string {
  return `${PREFIX}-${process.pid}-${randomBytes(4).toString('hex')}`;
}

/** Whether the name is one of ours, and the process that gave it is gone. */
export function isOrphaned(groupName: string): boolean {
  const pid = new RegExp(`^${PREFIX}-(\\d+)-[0-9a-f]+$`).exec(groupName)?.[1];
  return pid !== undefined && !isAlive(Number(pid));
}
