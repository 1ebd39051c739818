/** How long trials last before something happens to them. */
import type { Lifetime, SurvivalCurve } from '#contracts';

/**
 * Share expected to be intact after each milestone: the product of (1 - ended / at risk) over the milestones so far.
 * A trial that was not looked at any further is at risk up to and with its last milestone. Empty without a trial that was
 * looked at; nothing is said beyond the last milestone that any trial reached.
 * Source: Kaplan and Meier, Nonparametric estimation from incomplete observations, JASA 53 (1958).
 */
export function survivalCurve(lifetimes: readonly Lifetime[]): SurvivalCurve {
  const last = lifetimes.reduce((longest, { milestones }) => Math.max(longest, milestones), 0);
  let survival = 1;
  return Array.from({ length: last }, (_, index) => {
    const milestone = index + 1;
    const atRisk = lifetimes.filter(({ milestones }) => milestones >= milestone).length;
    const leaving = lifetimes.filter(({ milestones }) => milestones === milestone);
    const ended = leaving.filter((lifetime) => lifetime.ended).length;
    survival *= 1 - ended / atRisk;
    return { milestone, atRisk, ended, censored: leaving.length - ended, survival };
  });
}
