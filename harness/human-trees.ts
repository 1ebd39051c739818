/** Which human trees a milestone lies between. */
import type { CommitSha, Milestone, Task } from '#contracts';

/** The tree right before the human change. */
export function humanBefore(task: Task, index: number): CommitSha {
  return milestoneAt(task, index).startCommit ?? humanAfterPrevious(task, index);
}

/** The tree right after the human change of the milestone before; the base commit for the first. Where it is not `humanBefore`, commits lie between. */
export function humanAfterPrevious(task: Task, index: number): CommitSha {
  return index === 0 ? task.baseCommit : milestoneAt(task, index - 1).referenceCommit;
}

export function milestoneAt(task: Task, index: number): Milestone {
  const milestone = task.milestones[index];
  if (!milestone) throw new RangeError(`${task.id} has no milestone ${index}`);
  return milestone;
}
