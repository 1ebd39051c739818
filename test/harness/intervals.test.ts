/** Intervals: published values, coverage where it can be counted, and when there is none. */
import { describe, expect, test } from 'vitest';
import { formulas } from '#harness';

const { bootstrapInterval, costPerUsefulAnswer, normalQuantile, wilsonInterval } = formulas;

const NORMAL = { confidence: 0.95, resamples: 9_999, seed: 1 };

describe('the normal quantile', () => {
  test.each([
    [0.5, 0],
    [0.75, 0.6744897501960817],
    [0.9, 1.2815515655446004],
    [0.95, 1.6448536269514722],
    [0.975, 1.959963984540054],
    [0.995, 2.5758293035489004],
    [0.9995, 3.2905267314919255],
    [0.001, -3.090232306167813],
    [1e-20, -9.26234008979841],
  ])('of %d is %d', (share, expected) => {
    expect(Math.abs(normalQuantile(share) - expected)).toBeLessThanOrEqual(1.2e-7 * Math.abs(expected));
  });
});

describe('Wilson', () => {
  test.each([
    // Newcombe (1998), Table I, method 3.
    [81, 263, 0.95, 0.2553, 0.3662],
    [15, 148, 0.95, 0.0624, 0.1605],
    [0, 20, 0.95, 0, 0.1611],
    [1, 29, 0.95, 0.0061, 0.1718],
    // p = 0.9, z = 1.96: (0.9 + 0.09604 ± 1.96 √(0.0045 + 0.0024010)) / 1.19208.
    [18, 20, 0.95, 0.699, 0.9721],
    // z = 1.644854: (0.5 + 0.135277 ± 1.644854 √(0.025 + 0.0067638)) / 1.2705543, worked out beside it.
    [5, 10, 0.9, 0.2693, 0.7307],
    [20, 20, 0.95, 0.8389, 1],
  ])('%d of %d at %d', (successes, tried, confidence, low, high) => {
    const interval = wilsonInterval(successes, tried, confidence);
    expect(interval?.low).toBeCloseTo(low, 4);
    expect(interval?.high).toBeCloseTo(high, 4);
  });

  test('touches 0 and 1 exactly, never leaves them, and says nothing of nothing', () => {
    for (const tried of [1, 3, 49, 10_000]) {
      expect(wilsonInterval(0, tried, 0.95)?.low).toBe(0);
      expect(wilsonInterval(tried, tried, 0.95)?.high).toBe(1);
      expect(wilsonInterval(tried, tried, 0.95)?.low).toBeLessThan(1);
    }
    expect(wilsonInterval(0, 0, 0.95)).toBeNull();
  });
});

describe('the bootstrap over tasks', () => {
  test('of two tasks, where every resample can be counted', () => {
    // Resamples of 0 and 1: 0 (1/4), 1/2 (1/2), 1 (1/4).
    const tasks = [
      { over: 0, under: 1 },
      { over: 1, under: 1 },
    ];
    expect(bootstrapInterval(tasks, NORMAL)).toEqual({ low: 0, high: 1 });
    // The middle 40 % of them are 1/2.
    expect(bootstrapInterval(tasks, { ...NORMAL, confidence: 0.4 })).toEqual({ low: 0.5, high: 0.5 });
  });

  test('of a binomial share comes near its exact quantiles', () => {
    // 50 tasks, 30 of them succeed: the resampled count is Bin(50, 0.6), whose 2.5 % and 97.5 % points are 23 and 37.
    const tasks = Array.from({ length: 50 }, (_, index) => ({ over: index < 30 ? 1 : 0, under: 1 }));
    const { low = 0, high = 0 } = bootstrapInterval(tasks, NORMAL) ?? {};
    expect(Math.abs(low * 50 - 23)).toBeLessThanOrEqual(1);
    expect(Math.abs(high * 50 - 37)).toBeLessThanOrEqual(1);
  });

  test('keeps the milestones of a task together', () => {
    // Four tasks of 25 milestones each, all or none: as if there were four cases, not a hundred.
    const clustered = [0, 0, 25, 25].map((over) => ({ over, under: 25 }));
    const single = Array.from({ length: 100 }, (_, index) => ({ over: index < 50 ? 1 : 0, under: 1 }));
    const width = (tasks: typeof single) => {
      const { low = 0, high = 0 } = bootstrapInterval(tasks, NORMAL) ?? {};
      return high - low;
    };
    expect(width(clustered)).toBeGreaterThan(3 * width(single));
  });

  test('is the same for an equal seed, and another for another', () => {
    const tasks = Array.from({ length: 12 }, (_, index) => ({ over: index ** 1.5, under: 1 + (index % 3) }));
    expect(bootstrapInterval(tasks, NORMAL)).toEqual(bootstrapInterval(tasks, NORMAL));
    expect(bootstrapInterval(tasks, { ...NORMAL, seed: 2 })).not.toEqual(bootstrapInterval(tasks, NORMAL));
  });

  test.each([
    ['no task', [], NORMAL],
    ['one task', [{ over: 3, under: 4 }], NORMAL],
    ['tasks that are all alike', Array(9).fill({ over: 1, under: 1 }), NORMAL],
    ['nothing over nothing', Array(9).fill({ over: 0, under: 0 }), NORMAL],
    [
      'too few resamples for so much confidence',
      [
        { over: 0, under: 1 },
        { over: 1, under: 1 },
      ],
      { ...NORMAL, resamples: 19 },
    ],
    [
      // 1 in 27 of all resamples is 0 / 0, more than the 2.5 % that are cut off.
      'too many resamples without a case',
      [
        { over: 0, under: 0 },
        { over: 0, under: 1 },
        { over: 1, under: 1 },
      ],
      NORMAL,
    ],
  ])('of %s is undefined', (_, tasks, resampling) => {
    expect(bootstrapInterval(tasks, resampling)).toBeNull();
  });

  test('a few resamples of nothing are taken for the worst at both ends', () => {
    // Of 27 resamples 7 are 0, 7 are 1, and one is 0 / 0. 28 % is more than 7 in 27 and less than 8 in 27.
    const tasks = [
      { over: 0, under: 0 },
      { over: 0, under: 1 },
      { over: 1, under: 1 },
    ];
    expect(bootstrapInterval(tasks, { ...NORMAL, confidence: 0.44 })).toEqual({ low: 0, high: 1 });
  });

  test('19 resamples are enough for 90 %: the least and the greatest', () => {
    const tasks = Array.from({ length: 9 }, (_, index) => ({ over: index, under: 1 }));
    expect(bootstrapInterval(tasks, { ...NORMAL, resamples: 19, confidence: 0.9 })).not.toBeNull();
    expect(bootstrapInterval(tasks, { ...NORMAL, resamples: 18, confidence: 0.9 })).toBeNull();
  });
});

describe('cost per useful answer', () => {
  const bill = (spentUsd: number | null, usefulAnswers: number) => ({ spentUsd, usefulAnswers });

  test('counts failures, and inverts the interval of answers per dollar', () => {
    // (2 + 2 + 6) / (4 + 1 + 0). The worst task alone buys nothing, the best four answers for 2 dollars.
    expect(costPerUsefulAnswer([bill(2, 4), bill(2, 1), bill(6, 0)], NORMAL)).toEqual({
      spentUsd: 10,
      usefulAnswers: 5,
      usd: 2,
      overTasks: { low: 0.5, high: 'infinite' },
    });
  });

  test('has bounds around it when every task comes to something', () => {
    const { usd, overTasks } = costPerUsefulAnswer(
      Array.from({ length: 20 }, (_, index) => bill(1 + (index % 4), 2)),
      NORMAL,
    );
    // 20 * 2.5 dollars over 40 answers.
    expect(usd).toBe(1.25);
    expect(overTasks?.low).toBeGreaterThan(0.9);
    expect(overTasks?.low).toBeLessThan(1.25);
    expect(overTasks?.high).toBeGreaterThan(1.25);
    expect(overTasks?.high).toBeLessThan(1.6);
  });

  test('is infinite when money bought nothing, and undefined when there was none', () => {
    expect(costPerUsefulAnswer([bill(2, 0), bill(1, 0)], NORMAL)).toMatchObject({ usd: 'infinite', overTasks: null });
    expect(costPerUsefulAnswer([bill(0, 0), bill(0, 0)], NORMAL)).toMatchObject({ spentUsd: 0, usd: null, overTasks: null });
    expect(costPerUsefulAnswer([], NORMAL)).toEqual({ spentUsd: 0, usefulAnswers: 0, usd: null, overTasks: null });
  });

  test('answers for nothing cost nothing', () => {
    expect(costPerUsefulAnswer([bill(0, 3), bill(0, 1)], NORMAL)).toMatchObject({ usd: 0, overTasks: null });
    // One task is free: a resample of it alone costs nothing an answer.
    expect(costPerUsefulAnswer([bill(0, 3), bill(6, 1)], NORMAL)).toMatchObject({ usd: 1.5, overTasks: { low: 0, high: 6 } });
  });

  test('one unknown bill makes the whole unknown', () => {
    expect(costPerUsefulAnswer([bill(2, 4), bill(null, 1)], NORMAL)).toEqual({
      spentUsd: null,
      usefulAnswers: 5,
      usd: null,
      overTasks: null,
    });
  });
});
