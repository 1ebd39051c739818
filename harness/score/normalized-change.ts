/** How far the number of passing tests moved, between nothing done and everything done. */

/**
 * (passed - before) / (target - before) when nothing was lost, else (passed - before) / before. Range -1 to 1; 1: as many pass as
 * in the human tree, 0: as many as before, -1: none.
 * Null when nothing or everything passed before: one of the two branches then has no scale, and gains and losses cannot be compared.
 * Source: SWE-CI (arXiv 2603.03823), normalized change a_i.
 *
 * There one target serves a whole trial. Here each milestone has its own: the tests its human tree passes, before and after.
 */
export function normalizedChange({ passed, before, target }: { passed: number; before: number; target: number }): number | null {
  if (before <= 0 || before >= target) return null;
  // As SWE-CI's own code does, so that a stray pass cannot exceed the scale.
  const change = Math.min(passed, target) - before;
  return change >= 0 ? change / (target - before) : change / before;
}
