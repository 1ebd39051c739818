/** What it costs an agent to live in its own tree. */
import type { Mean, TrialScore } from '#contracts';
import type { Resampling } from './bootstrap-interval.ts';
import { meanOverTasks } from './mean-over-tasks.ts';

/**
 * Share of trials that succeed at a milestone in continuous mode, less the share that do in isolated mode; the mean over milestones
 * that were scored in both. Range -1 to 1; below 0 the long horizon costs. Null when no milestone was scored in both.
 * A milestone that a continuous trial began on the human tree, because its chain had broken, is not of that trial's chain.
 * The interval resamples tasks.
 * @param continuous trials of one agent, and @param isolated trials of the same agent, over any tasks.
 */
export function longHorizonTax(
  continuous: readonly TrialScore[],
  isolated: readonly TrialScore[],
  of: 'resolved' | 'useful',
  resampling: Resampling,
): Mean {
  const own = successRates(continuous, of);
  const human = successRates(isolated, of);
  const differences = [...own].flatMap(([milestone, { task, rate }]) => {
    const other = human.get(milestone);
    return other ? [{ task, value: rate - other.rate }] : [];
  });
  return meanOverTasks(differences, resampling);
}

/** By task and milestone; neither name holds a space. */
function successRates(trials: readonly TrialScore[], of: 'resolved' | 'useful') {
  const rates = new Map<string, { task: string; scored: number; succeeded: number; rate: number }>();
  for (const { task, milestones } of trials) {
    for (const milestone of milestones) {
      if (milestone.afterBreak || milestone[of] === 'unscored') continue;
      const name = `${task} ${milestone.id}`;
      const before = rates.get(name) ?? { scored: 0, succeeded: 0 };
      const scored = before.scored + 1;
      const succeeded = before.succeeded + (milestone[of] === 'yes' ? 1 : 0);
      rates.set(name, { task, scored, succeeded, rate: succeeded / scored });
    }
  }
  return rates;
}
