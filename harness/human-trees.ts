/** Which human trees a milestone lies between, and what people changed from one to the other. */
import type { CommitSha, Milestone, Task } from '#contracts';
import { type Host, openMirror, patchBetween } from '#workspace';

/** The tree right before the human change. */
export function humanBefore(task: Task, index: number): CommitSha {
  return milestoneAt(task, index).startCommit ?? humanAfterPrevious(task, index);
}

/** The tree right after the human change of the milestone before; the base commit for the first. Where it is not `humanBefore`, commits lie between. */
export function humanAfterPrevious(task: Task, index: number): CommitSha {
  return index === 0 ? task.baseCommit : milestoneAt(task, index - 1).referenceCommit;
}

/** Every human tree around the milestones from the one that a chain began with to this one's reference, which is the last. */
export function humanTreesSince(startCommit: CommitSha, task: Task, index: number): CommitSha[] {
  const trees = task.milestones.slice(0, index + 1).flatMap(({ referenceCommit }, at) => [humanBefore(task, at), referenceCommit]);
  return [...new Set(trees.slice(trees.lastIndexOf(startCommit)))];
}

export function milestoneAt(task: Task, index: number): Milestone {
  const milestone = task.milestones[index];
  if (!milestone) throw new RangeError(`${task.id} has no milestone ${index}`);
  return milestone;
}

/** What people changed at a milestone, as a binary patch. The tests that come with the request are left out: they are in the tree already. */
export async function humanPatch(host: Host, task: Task, milestoneId: string): Promise<Uint8Array> {
  const index = task.milestones.findIndex(({ id }) => id === milestoneId);
  const { referenceCommit, visibleTests } = milestoneAt(task, index);
  const from = humanBefore(task, index);
  const mirror = await openMirror(host, task.repository, [from, referenceCommit]);
  return patchBetween(host, mirror, { from, to: referenceCommit, excluding: visibleTests });
}
