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
  const defined = changes.flatMap((change, index) => (change === null ? [] : [{ change, index }]));
  // Counted from the heaviest milestone, so that no weight overflows and one is left: only ratios of weights matter.
  const heaviest = (gamma > 1 ? defined.at(-1) : defined[0])?.index ?? 0;
  let sum = 0;
  let weights = 0;
  for (const { change, index } of defined) {
    const weight = gamma ** (index - heaviest);
    sum += weight * change;
    weights += weight;
  }
  return weights === 0 ? null : sum / weights;
}
