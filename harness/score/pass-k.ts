/** Luck and reliability over k independent trials of one thing. */

/**
 * Chance that at least one of k trials succeeds: 1 - C(n - c, k) / C(n, k). Null with fewer than k trials.
 * Source: Chen et al., Evaluating Large Language Models Trained on Code, Eq. 1 (arXiv 2107.03374).
 * @param n scored trials. @param c successes among them.
 */
export function passAtK(n: number, c: number, k: number): number | null {
  const none = allOf(n, n - c, k);
  return none === null ? null : 1 - none;
}

/**
 * Chance that all of k trials succeed: C(c, k) / C(n, k). Null with fewer than k trials.
 * Source: tau-bench (arXiv 2406.12045), pass^k.
 */
export function passHatK(n: number, c: number, k: number): number | null {
  return allOf(n, c, k);
}

/** C(c, k) / C(n, k) as a product, which cannot overflow. */
function allOf(n: number, c: number, k: number): number | null {
  if (k < 1 || n < k) return null;
  let chance = 1;
  for (let drawn = 0; drawn < k; drawn++) chance *= Math.max(c - drawn, 0) / (n - drawn);
  return chance;
}
