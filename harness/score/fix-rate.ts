/** How far a milestone came that broke nothing. */
import type { Repairs } from './repairs.ts';

/**
 * 0 when anything was broken, else fixed / target. Range 0 to 1; null without a target.
 * Source: SWE-EVO, Eq. 1 (arXiv 2512.18470).
 */
export function fixRate({ target, fixed, broken }: Repairs): number | null {
  if (target === 0) return null;
  return broken > 0 ? 0 : fixed / target;
}
