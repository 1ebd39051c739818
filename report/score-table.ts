/** Scores with their intervals, and what became of earlier tests, as rows for a table. */
import type { AgentScore, CostPerUsefulAnswer, CostSource, Interval, Mean, Price, Rate, ReportTrial, RunScore } from '#contracts';
import { formatCost } from './amounts.ts';

export const SCORE_HEAD = ['agent', 'resolved', 'without regression', 'useful', 'fix rate', 'F1', 'EvoScore', 'per useful'];

/** One row per agent and mode. An interval over tasks where there is one, else Wilson's over milestones. */
export function scoreRows({ agents }: RunScore, trials: readonly ReportTrial[]): string[][] {
  return agents.map(({ agent, resolved, withoutRegression, useful, fixRate, f1, evoScore, cost }: AgentScore) => [
    agent,
    formatRate(resolved),
    formatRate(withoutRegression),
    formatRate(useful),
    formatMean(fixRate),
    formatMean(f1),
    evoScore[0] ? formatMean(evoScore[0].mean) : '-',
    formatPrice(cost, isEstimated(trials, agent) ? 'estimated' : 'measured'),
  ]);
}

export const MATRIX_HEAD = ['agent', 'tests passing', 'broken', 'of these healed', 'still broken', 'by folds', 'flaky'];

/** One row per trial that has a score. `tests passing`: those of the human tree that pass at the last graded milestone. */
export function matrixRows(trials: readonly ReportTrial[], nameOf: (trial: ReportTrial) => string): string[][] {
  return trials.flatMap((trial) => {
    const milestones = trial.score?.milestones ?? [];
    const last = milestones.at(-1);
    if (!trial.score || !last) return [];
    const { breakages } = trial.score;
    const byAgent = breakages.filter(({ brokenAt }) => brokenAt.after === 'agent');
    const flaky = new Set(milestones.flatMap((milestone) => milestone.flaky));
    const { cells } = last;
    const numbers = [
      byAgent.length,
      byAgent.filter(({ ended }) => ended?.how === 'healed').length,
      byAgent.filter(({ ended }) => ended === null).length,
      breakages.length - byAgent.length,
      flaky.size,
    ];
    const known = Object.values(cells).reduce((sum, count) => sum + count, 0);
    const passing = known - cells.broken - cells.failing - cells.flaky - cells.skipped - cells['not-run'];
    return [[nameOf(trial), `${passing} of ${known}`, ...numbers.map(String)]];
  });
}

/** One sentence per agent that worked in both modes. */
export function taxLines({ longHorizonTax }: RunScore): string[] {
  return longHorizonTax.map(({ agent, resolved, useful }) => {
    return `Long-horizon tax of ${agent}, continuous less isolated: resolved ${formatMean(resolved)}, useful ${formatMean(useful)}`;
  });
}

function formatRate({ count, outOf, wilson, overTasks }: Rate): string {
  return `${count} of ${outOf}${formatInterval(overTasks ?? wilson)}`;
}

function formatMean({ value, overTasks }: Mean): string {
  return value === null ? '-' : `${value.toFixed(2)}${formatInterval(overTasks)}`;
}

function formatInterval(interval: Interval | null): string {
  return interval === null ? '' : ` (${interval.low.toFixed(2)} to ${interval.high.toFixed(2)})`;
}

function formatPrice({ usd, overTasks }: CostPerUsefulAnswer, source: CostSource): string {
  const price = (of: Price) => (of === 'infinite' ? 'infinite' : formatCost(of, source));
  if (usd === null) return '-';
  return overTasks === null ? price(usd) : `${price(usd)} (${price(overTasks.low)} to ${price(overTasks.high)})`;
}

function isEstimated(trials: readonly ReportTrial[], agent: string): boolean {
  return trials.some((trial) => trial.agent === agent && trial.summary.costSource === 'estimated');
}
