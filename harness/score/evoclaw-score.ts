/** Repairs weighed against damage, as precision and recall. */
import type { Repairs } from './repairs.ts';

/**
 * recall = fixed / target, precision = (fixed + 1) / (fixed + broken + 1), f1 = their harmonic mean. Range 0 to 1.
 * The 1 keeps the precision of an idle milestone at 1; its recall is 0, and so is its f1.
 * Recall and f1 are null without a target, where EvoClaw says 1. A tree that does not compile has fixed nothing: f1 is 0.
 * Source: EvoClaw, harness/e2e/collect_results.py, calculate_score_reliable().
 */
export function evoClawScore({ target, fixed, broken }: Repairs): { precision: number; recall: number | null; f1: number | null } {
  const precision = (fixed + 1) / (fixed + broken + 1);
  if (target === 0) return { precision, recall: null, f1: null };
  const recall = fixed / target;
  return { precision, recall, f1: (2 * precision * recall) / (precision + recall) };
}
