/** The trend of a series. */

export interface Slope {
  /** Change per step. */
  slope: number;
  /** Of 95 %; the ends are the slope itself where the series is too short to tell more. */
  low: number;
  high: number;
}

/** Beyond this, steps are left out at equal distances: there are n²/2 pairs. */
const MAX_STEPS = 500;
const Z = 1.959963984540054;

/**
 * The median of the slopes of all pairs (Theil 1950; Sen, JASA 63(324), 1968), which a few large steps do not move, with Sen's interval.
 * The interval supposes independent deviations; numbers of one repository hang on each other, so the truth is rather wider.
 * Null with fewer than two known values. @param series one value per step, null where it is not known
 */
export function slopeOf(series: readonly (number | null)[]): Slope | null {
  const stride = Math.ceil(series.length / MAX_STEPS);
  const points = [...series.entries()].filter((point): point is [number, number] => point[1] !== null && point[0] % stride === 0);
  const slopes: number[] = [];
  for (const [later, [x, y]] of points.entries()) {
    for (let earlier = 0; earlier < later; earlier++) {
      const [x0, y0] = points[earlier] as [number, number];
      slopes.push((y - y0) / (x - x0));
    }
  }
  if (slopes.length === 0) return null;
  const sorted = Float64Array.from(slopes).sort();
  const n = points.length;
  // Ties make the variance smaller; leaving them out errs towards a wider interval.
  const reach = Z * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const low = Math.max(0, Math.floor((sorted.length - reach) / 2) - 1);
  const high = Math.min(sorted.length - 1, Math.ceil((sorted.length + reach) / 2));
  return { slope: median(sorted), low: sorted[low] as number, high: sorted[high] as number };
}

function median(sorted: Float64Array): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
