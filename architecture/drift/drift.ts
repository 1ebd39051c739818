/** What a change did to the numbers. */
import { METRICS, type MetricName, metricValue } from './catalogue.ts';
import type { Metrics } from './metrics.ts';

export interface MetricChange {
  metric: MetricName;
  base: number | null;
  head: number | null;
  /** Head less base; null when either is. */
  change: number | null;
}

/** One row per metric, in the order of the catalogue. Recording is all it is for: no single difference is good or bad. */
export function driftOf(base: Metrics, head: Metrics): MetricChange[] {
  return [...METRICS.keys()].map((metric) => {
    const [before, after] = [metricValue(base, metric), metricValue(head, metric)];
    return { metric, base: before, head: after, change: before === null || after === null ? null : after - before };
  });
}
