/** Milestones that will never be graded, because their trial ended before them. */
import type { TrialRecord } from '#contracts';

export function lostMilestones({ state, milestones }: Pick<TrialRecord, 'state' | 'milestones'>, asked: number): number {
  return state === 'failed' || state === 'cancelled' ? asked - milestones.length : 0;
}
