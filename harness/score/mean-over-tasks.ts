/** A mean of many values with an interval that knows which task each came from. */
import type { Mean } from '#contracts';
import { bootstrapInterval, type Resampling, type TaskSums } from './bootstrap-interval.ts';

/** Undefined values are left out; every other one weighs the same. Null without any. The interval resamples tasks with all their values. */
export function meanOverTasks(values: readonly { task: string; value: number | null }[], resampling: Resampling): Mean {
  const defined = values.filter((each): each is { task: string; value: number } => each.value !== null);
  const sum = defined.reduce((total, { value }) => total + value, 0);
  return {
    value: defined.length === 0 ? null : sum / defined.length,
    outOf: defined.length,
    overTasks: bootstrapInterval(sumsByTask(defined), resampling),
  };
}

/** In code unit order of the tasks, so that the order of the values changes no interval. */
function sumsByTask(values: readonly { task: string; value: number }[]): TaskSums[] {
  return [...Map.groupBy(values, ({ task }) => task)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => ({ over: group.reduce((sum, { value }) => sum + value, 0), under: group.length }));
}
