/** The interval of a ratio of sums, by resampling whole tasks. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Interval } from '#contracts';

/** What one task adds to the ratio: a mean has values over their number, a price has money over answers. */
export interface TaskSums {
  over: number;
  under: number;
}

export interface Resampling {
  /** Two-sided, between 0 and 1, ends excluded. */
  confidence: number;
  /** One less than a round number puts the bounds of usual confidences on one resample exactly. */
  resamples: number;
  seed: number;
}

/**
 * Percentile bootstrap: draws as many tasks as there are, with replacement, takes the sum of `over` through the sum of `under`, and
 * cuts off the same share at both ends. Trials and milestones of a task stay together, because they depend on each other.
 * The percentile interval needs no variance and turns over with its statistic (1 / x has the turned bounds), which BCa would buy
 * with an acceleration that is 0 / 0 for few or equal tasks. It is somewhat too narrow for fewer than about ten tasks.
 * Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13; Davison and Hinkley, Bootstrap Methods and their
 * Application (1997), chapter 5, for the ranks.
 *
 * A resample of 0 / 0 could be anything, so it counts as lowest for the low bound and as highest for the high bound.
 * Null with fewer than two tasks, when every resample is the same, when there are too few resamples for the confidence, and when a
 * bound falls on a resample of 0 / 0. A bound may be infinite where something is over nothing.
 * Equal sums in equal order and an equal seed give an equal interval.
 */
export function bootstrapInterval(tasks: readonly TaskSums[], { confidence, resamples, seed }: Resampling): Interval | null {
  if (tasks.length < 2) return null;
  const random = xoroshiro128plus(seed);
  const ratios: number[] = [];
  for (let resample = 0; resample < resamples; resample++) {
    let over = 0;
    let under = 0;
    for (let drawn = 0; drawn < tasks.length; drawn++) {
      const task = tasks[uniformInt(random, 0, tasks.length - 1)];
      over += task?.over ?? 0;
      under += task?.under ?? 0;
    }
    if (over !== 0 || under !== 0) ratios.push(over / under);
  }
  const sorted = Float64Array.from(ratios).sort();
  if (sorted.length === 0 || sorted[0] === sorted.at(-1)) return null;

  const cut = Math.floor(((resamples + 1) * (1 - confidence)) / 2 + ROUNDING);
  if (cut < 1) return null;
  const low = sorted[cut - 1 - (resamples - sorted.length)];
  const high = sorted[resamples - cut];
  return low === undefined || high === undefined ? null : { low, high };
}

/** 1 - 0.95 is a little less than 0.05. */
const ROUNDING = 1e-9;
