/** The interval of a share of independent successes. */
import type { Interval } from '#contracts';
import { normalQuantile } from './normal-quantile.ts';

/**
 * Score interval without continuity correction: (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n). Within 0 to 1, and never of no
 * width. Null when nothing was tried.
 * Source: Wilson, Probable inference, JASA 22 (1927); Newcombe, Statistics in Medicine 17 (1998), method 3.
 * @param confidence two-sided, between 0 and 1, ends excluded.
 */
export function wilsonInterval(successes: number, tried: number, confidence: number): Interval | null {
  if (tried === 0) return null;
  const z = normalQuantile((1 + confidence) / 2);
  const share = successes / tried;
  const middle = share + z ** 2 / (2 * tried);
  const reach = z * Math.sqrt((share * (1 - share)) / tried + z ** 2 / (4 * tried ** 2));
  const scale = 1 + z ** 2 / tried;
  return {
    // Exact at the ends, where rounding would leave a little more or less.
    low: successes === 0 ? 0 : (middle - reach) / scale,
    high: successes === tried ? 1 : (middle + reach) / scale,
  };
}
