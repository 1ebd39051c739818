/** Progress over a chain of milestones, with more weight on late ones. */

/**
 * Sum of gamma^i a_i over the sum of gamma^i, i from 1. Range -1 to 1. With gamma 1 it is SWE-CI's Average Normalized Change of one
 * trial; above 1 late milestones weigh more, below 1 early ones.
 * Undefined milestones leave both sums and the others keep their weight; null when all are undefined or there are none.
 * Source: SWE-CI (arXiv 2603.03823), Eq. 3.
 * @throws RangeError when gamma is not a positive number.
 */
export function evoScore(changes: readonly (number | null)[], gamma: number): number | null {
  if (!(gamma > 0 && Number.isFinite(gamma))) throw new RangeError(`gamma must be a positive number, not ${gamma}`);
  let sum = 0;
  let weights = 0;
  changes.forEach((change, index) => {
    if (change === null) return;
    // Counted from the heaviest milestone, so that no weight overflows: only ratios of weights matter.
    const weight = gamma ** (gamma > 1 ? index + 1 - changes.length : index);
    sum += weight * change;
    weights += weight;
  });
  return weights === 0 ? null : sum / weights;
}
