/** Groups as the folders they are: reading, writing, emptying and removing them. */
import { readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isOrphaned } from './control-groups.ts';

/** A process killed in the middle of a write to a slow disk ends only after it. */
const EMPTYING_MS = 10_000;

/** Null where this kernel, or this kind of group, has no such file. */
export async function readGroup(folder: string, file: string): Promise<string | null> {
  return readFile(join(folder, file), 'utf8').then(
    (text) => text.trim(),
    () => null,
  );
}

/** @returns false where the file is missing or must not be written. */
export async function writeGroup(folder: string, file: string, value: string): Promise<boolean> {
  // Never made: a missing file of a control group is one that this kernel does not have.
  return writeFile(join(folder, file), value, { flag: 'r+' }).then(
    () => true,
    () => false,
  );
}

/** A value of a file of lines `name value`. */
export async function readCount(folder: string, file: string, name: string): Promise<number | null> {
  const value = new RegExp(`^${name} (\\d+)$`, 'm').exec((await readGroup(folder, file)) ?? '')?.[1];
  return value === undefined ? null : Number(value);
}

/** Process ids as this process sees them. */
export async function membersOf(folder: string): Promise<number[]> {
  const ids = ((await readGroup(folder, 'cgroup.procs')) ?? '').split('\n').map(Number);
  return ids.filter((id) => id > 0);
}

/** Kills everything in these groups, which are one group in several hierarchies, until nothing is left or a killed process will not go. */
export async function emptyGroups(folders: readonly string[]): Promise<void> {
  const endMs = performance.now() + EMPTYING_MS;
  await Promise.all(folders.map(killAll));
  for (let waitMs = 1; performance.now() < endMs; waitMs = Math.min(2 * waitMs, 50)) {
    const members = new Set((await Promise.all(folders.map(membersOf))).flat());
    if (members.size === 0) return;
    for (const pid of members) kill(pid);
    await sleep(waitMs);
  }
}

/** Removes groups that have been emptied. One that cannot be removed is left to the next sweep. */
export async function removeGroups(folders: readonly string[]): Promise<void> {
  await Promise.all(folders.map(removeEmpty));
}

/** Removes the groups below these folders whose maker is gone, with what still runs in them. */
export async function sweepGroups(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    for (const name of await readdir(folder).catch(() => [])) {
      if (!isOrphaned(name)) continue;
      await emptyGroups([join(folder, name)]);
      await removeGroups([join(folder, name)]);
    }
  }
}

/** At once, since Linux 5.14. Elsewhere nothing new may start, so that killing one by one comes to an end. */
async function killAll(folder: string): Promise<void> {
  if (!(await writeGroup(folder, 'cgroup.kill', '1'))) await writeGroup(folder, 'pids.max', '0');
}

/** The last process has left the list a moment before it has left the group. */
async function removeEmpty(folder: string): Promise<void> {
  const endMs = performance.now() + EMPTYING_MS;
  for (let waitMs = 1; performance.now() < endMs; waitMs = Math.min(2 * waitMs, 50)) {
    const problem = await rmdir(folder).then(
      () => null,
      (error: NodeJS.ErrnoException) => error.code,
    );
    if (problem !== 'EBUSY') return;
    await sleep(waitMs);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
