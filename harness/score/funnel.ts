/** Which milestones come through: resolved, without a regression, useful. */
import type { Verdict } from '#contracts';

export interface Stages {
  resolved: Verdict;
  withoutRegression: Verdict;
  useful: Verdict;
}

/**
 * Each list is part of the one before it. A milestone whose `resolved` or `useful` is unscored is in none, because that was not the
 * agent's doing; what the agent made impossible is a `no` already, and counts.
 */
export function funnel<Milestone extends Stages>(milestones: readonly Milestone[]) {
  const scored = milestones.filter(({ resolved, useful }) => resolved !== 'unscored' && useful !== 'unscored');
  const resolved = scored.filter((milestone) => milestone.resolved === 'yes');
  const withoutRegression = resolved.filter((milestone) => milestone.withoutRegression === 'yes');
  const useful = withoutRegression.filter((milestone) => milestone.useful === 'yes');
  return { scored, resolved, withoutRegression, useful };
}
