/** What a change did to the numbers. */
import type { DriftRow } from '#contracts';
import { type Band, humanRange } from './band.ts';
import { METRICS, type MetricDescription, type MetricName, metricValue } from './catalogue.ts';
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

/** The same as a reader is shown it: in words and units, and before what people do in as many commits. @param people null where nobody calibrated */
export function driftRows(base: Metrics, head: Metrics, people: { band: Band; commits: number } | null): DriftRow[] {
  return driftOf(base, head).map((row) => {
    const range = people && humanRange(people.band, row.metric, people.commits);
    return { ...row, ...(METRICS.get(row.metric) as MetricDescription), usual: range && { low: range.low, high: range.high } };
  });
}
