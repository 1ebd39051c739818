/** Money and time as a reader wants them. */
import type { CostSource } from '#contracts';

/** `~` marks what was counted by us and not billed by anyone; an unknown amount is never shown as zero. */
export function formatCost(costUsd: number | null, source: CostSource): string {
  if (costUsd === null || source === 'unknown') return 'unknown';
  const mark = source === 'estimated' ? '~' : '';
  if (costUsd === 0) return `${mark}$0`;
  return `${mark}$${costUsd < 0.01 ? costUsd.toPrecision(2) : costUsd.toFixed(costUsd < 1 ? 3 : 2)}`;
}

export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
