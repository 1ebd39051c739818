/** How far each metric of an architecture moved, as the cells of a table. */
import type { DriftRow } from '#contracts';

export function driftHead(isCalibrated: boolean): string[] {
  return ['metric', 'graph', 'base', 'now', 'change', ...(isCalibrated ? ['usual'] : [])];
}

export function driftRow(row: DriftRow, isCalibrated: boolean): string[] {
  const cells = [metricName(row.metric), row.graph ?? '-', number(row.base), number(row.head), changeText(row) || '0'];
  return isCalibrated ? [...cells, bandText(row)] : cells;
}

/** `propagationCost` as `propagation cost`. */
function metricName(metric: string): string {
  return metric.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Empty where nothing changed. */
export function changeText({ change, base, head }: DriftRow): string {
  if (change === null) return base === head ? '' : 'cannot be told';
  return change === 0 ? '' : `${change > 0 ? '+' : ''}${number(change)}`;
}

/** `out of band` is no verdict: people leave it in one commit of twenty. */
export function bandText({ band, change }: DriftRow): string {
  if (band === null) return '-';
  const range = `${number(band.low)} to ${number(band.high)}`;
  return change !== null && (change < band.low || change > band.high) ? `${range}, out of band` : range;
}

/** Four significant digits: what a metric of thousands of files can be trusted for. */
function number(value: number | null): string {
  if (value === null) return '-';
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}
