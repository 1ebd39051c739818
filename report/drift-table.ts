/** How far each metric of an architecture moved, as the cells of a table. */
import type { DriftRow } from '#contracts';

export function driftHead(isCalibrated: boolean): string[] {
  return ['metric', 'base', 'now', 'change', ...(isCalibrated ? ['usual'] : [])];
}

export function driftRow(row: DriftRow, isCalibrated: boolean): string[] {
  const cells = [row.title, amount(row.base, row.unit), amount(row.head, row.unit), changeText(row) || '0'];
  return isCalibrated ? [...cells, usualText(row)] : cells;
}

/** Empty where nothing changed. */
export function changeText({ change, base, head, unit }: DriftRow): string {
  if (change === null) return base === head ? '' : 'cannot be told';
  return change === 0 ? '' : signed(change, unit);
}

/** `more than usual` is no verdict: one stretch of history in ten is outside too. */
export function usualText({ usual, change, unit }: DriftRow): string {
  if (usual === null) return '-';
  const range = usual.low === usual.high ? signed(usual.low, unit) : `${signed(usual.low, unit)} to ${signed(usual.high, unit)}`;
  return change !== null && isOutside(usual, change) ? `${range}, not usual` : range;
}

export function isOutside({ low, high }: { low: number; high: number }, change: number): boolean {
  return change < low || change > high;
}

/** A difference; of shares in percentage points. */
export function signed(value: number, unit: string): string {
  const text = unit === 'share' ? `${Number((value * 100).toPrecision(4))} pp` : amount(value, unit);
  return value > 0 ? `+${text}` : text;
}

/** Four significant digits: what a metric of thousands of files can be trusted for. Shares in percent. */
export function amount(value: number | null, unit: string): string {
  if (value === null) return '-';
  if (unit === 'share') return `${Number((value * 100).toPrecision(4))} %`;
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}
