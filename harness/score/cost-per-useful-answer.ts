/** What a useful answer costs, failures included. */
import type { CostPerUsefulAnswer, Price } from '#contracts';
import { bootstrapInterval, type Resampling } from './bootstrap-interval.ts';

export interface TaskBill {
  /** Everything spent on the task, over all trials; null is unknown. */
  spentUsd: number | null;
  usefulAnswers: number;
}

/**
 * Everything spent through useful answers, US dollars. Unknown (null) as soon as one bill is: a part of a bill is not the bill.
 * `infinite` when money bought nothing; null when nothing was spent and nothing came of it.
 * The interval is made on useful answers per dollar, resampling tasks, and then inverted: a resample without a useful answer is
 * 0 answers per dollar, where its price would be infinite and no mean or variance could be taken.
 */
export function costPerUsefulAnswer(bills: readonly TaskBill[], resampling: Resampling): CostPerUsefulAnswer {
  const usefulAnswers = bills.reduce((sum, bill) => sum + bill.usefulAnswers, 0);
  const known = bills.flatMap(({ spentUsd, usefulAnswers }) => (spentUsd === null ? [] : [{ over: usefulAnswers, under: spentUsd }]));
  if (known.length < bills.length) return { spentUsd: null, usefulAnswers, usd: null, overTasks: null };

  const spentUsd = known.reduce((sum, { under }) => sum + under, 0);
  const answersPerUsd = bootstrapInterval(known, resampling);
  return {
    spentUsd,
    usefulAnswers,
    usd: usefulAnswers === 0 && spentUsd === 0 ? null : price(spentUsd / usefulAnswers),
    overTasks: answersPerUsd && { low: price(1 / answersPerUsd.high), high: price(1 / answersPerUsd.low) },
  };
}

function price(usd: number): Price {
  return Number.isFinite(usd) ? usd : 'infinite';
}
