/** How far the architecture of a submission is from that of the human tree at the same milestone. */
import { driftOf, METRICS } from '#architecture';
import type { DriftRow } from '#contracts';
import type { Judged } from './judged.ts';

/** One row per metric: both trees have the human tests laid over them, so what is left is the agent's own. */
export function driftFromPeople({ baseline, examination: { architecture } }: Pick<Judged, 'baseline' | 'examination'>): DriftRow[] {
  if (baseline.after === null || architecture.status === 'unreadable') return [];
  return driftOf(baseline.after.metrics, architecture.snapshot.metrics).flatMap((row): DriftRow[] => {
    const description = METRICS.get(row.metric);
    return description ? [{ ...row, ...description, usual: null }] : [];
  });
}
