/** A share of successes with both of its intervals. */
import type { Rate } from '#contracts';
import type { Resampling } from './bootstrap-interval.ts';
import { meanOverTasks } from './mean-over-tasks.ts';
import { wilsonInterval } from './wilson-interval.ts';

interface Case {
  task: string;
}

/** @param successes are part of @param cases. Null without a case; see `Rate` for the intervals. */
export function rateOverTasks(successes: readonly Case[], cases: readonly Case[], resampling: Resampling): Rate {
  const succeeded = new Set(successes);
  const values = cases.map((each) => ({ task: each.task, value: succeeded.has(each) ? 1 : 0 }));
  const { value, overTasks } = meanOverTasks(values, resampling);
  const wilson = wilsonInterval(successes.length, cases.length, resampling.confidence);
  return { count: successes.length, outOf: cases.length, value, wilson, overTasks };
}
