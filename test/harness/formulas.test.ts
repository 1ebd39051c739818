/** The published formulas, with values worked out by hand or taken from where they were published. */
import { describe, expect, test } from 'vitest';
import type { TestSetResult, TrialScore } from '#contracts';
import { formulas } from '#harness';

const { evoClawScore, evoScore, fixRate, funnel, longHorizonTax, normalizedChange, passAtK, passHatK, resolution, survivalCurve } =
  formulas;

function set(counts: Partial<Record<'passed' | 'failed' | 'skipped' | 'missing', number>>): TestSetResult {
  const ids = (name: 'failed' | 'skipped' | 'missing') => Array.from({ length: counts[name] ?? 0 }, (_, index) => `${name} ${index}`);
  const [failed, skipped, missing] = [ids('failed'), ids('skipped'), ids('missing')];
  const passed = counts.passed ?? 0;
  return { total: passed + failed.length + skipped.length + missing.length, passed, failed, skipped, missing, flaky: [] };
}

describe('resolved, SWE-bench', () => {
  test.each([
    ['everything passes', set({ passed: 2 }), set({ passed: 3 }), 'full'],
    ['without a test to keep', set({ passed: 1 }), set({}), 'full'],
    ['a skipped test is kept', set({ passed: 2 }), set({ passed: 1, skipped: 2 }), 'full'],
    ['a skipped test is not repaired', set({ passed: 1, skipped: 1 }), set({ passed: 1 }), 'partial'],
    ['a missing test is not repaired', set({ passed: 1, missing: 1 }), set({ passed: 1 }), 'partial'],
    ['a missing test is lost', set({ passed: 2 }), set({ passed: 1, missing: 1 }), 'none'],
    ['a failing test is lost', set({ passed: 2 }), set({ passed: 1, failed: 1 }), 'none'],
    ['some, and a loss', set({ passed: 1, failed: 1 }), set({ failed: 1 }), 'none'],
    ['nothing repaired', set({ failed: 2 }), set({ passed: 1 }), 'none'],
    ['only skipped', set({ skipped: 2 }), set({ passed: 1 }), 'none'],
    ['nothing to repair proves nothing', set({}), set({ passed: 5 }), null],
  ] as const)('%s', (_, failToPass, passToPass, expected) => {
    expect(resolution(failToPass, passToPass)).toBe(expected);
  });
});

describe('Fix Rate, SWE-EVO', () => {
  test.each([
    [{ target: 4, fixed: 3, broken: 0 }, 3 / 4],
    [{ target: 4, fixed: 4, broken: 1 }, 0],
    [{ target: 4, fixed: 0, broken: 0 }, 0],
    [{ target: 0, fixed: 0, broken: 0 }, null],
    [{ target: 0, fixed: 0, broken: 3 }, null],
  ])('%j is %s', (repairs, expected) => {
    expect(fixRate(repairs)).toBe(expected);
  });
});

describe('precision, recall and F1, EvoClaw', () => {
  test('some repaired, some broken', () => {
    // precision (3 + 1) / (3 + 2 + 1), recall 3 / 4, F1 = 2 * (2/3 * 3/4) / (2/3 + 3/4) = 1 / (17/12).
    const { precision, recall, f1 } = evoClawScore({ target: 4, fixed: 3, broken: 2 });
    expect(precision).toBeCloseTo(2 / 3, 15);
    expect(recall).toBe(3 / 4);
    expect(f1).toBeCloseTo(12 / 17, 15);
  });

  test('the ends of the scale', () => {
    expect(evoClawScore({ target: 4, fixed: 4, broken: 0 })).toEqual({ precision: 1, recall: 1, f1: 1 });
    expect(evoClawScore({ target: 4, fixed: 0, broken: 0 })).toEqual({ precision: 1, recall: 0, f1: 0 });
    // A tree that does not compile loses all 9 tests that passed: precision 1 / 10.
    expect(evoClawScore({ target: 4, fixed: 0, broken: 9 })).toEqual({ precision: 0.1, recall: 0, f1: 0 });
  });

  test('nothing to repair', () => {
    expect(evoClawScore({ target: 0, fixed: 0, broken: 1 })).toEqual({ precision: 1 / 2, recall: null, f1: null });
  });
});

describe('normalized change and EvoScore, SWE-CI', () => {
  test.each([
    // (70 - 50) / (90 - 50)
    [{ passed: 70, before: 50, target: 90 }, 1 / 2],
    // (40 - 50) / 50
    [{ passed: 40, before: 50, target: 90 }, -1 / 5],
    [{ passed: 50, before: 50, target: 90 }, 0],
    [{ passed: 90, before: 50, target: 90 }, 1],
    [{ passed: 0, before: 50, target: 90 }, -1],
    [{ passed: 95, before: 50, target: 90 }, 1],
  ])('the change of %j is %d', (counts, expected) => {
    expect(normalizedChange(counts)).toBe(expected);
  });

  test('is undefined when nothing or everything passed before, whatever passes now', () => {
    for (const passed of [0, 5, 10]) {
      expect(normalizedChange({ passed, before: 0, target: 10 })).toBeNull();
      expect(normalizedChange({ passed, before: 10, target: 10 })).toBeNull();
    }
    expect(normalizedChange({ passed: 0, before: 0, target: 0 })).toBeNull();
  });

  test('gamma 1 is the plain mean', () => {
    // (0.5 - 0.25 + 1) / 3
    expect(evoScore([0.5, -0.25, 1], 1)).toBeCloseTo(1.25 / 3, 15);
  });

  test('gamma above 1 weighs late milestones more, below 1 early ones', () => {
    // (2 * 0.5 + 4 * -0.25 + 8 * 1) / (2 + 4 + 8)
    expect(evoScore([0.5, -0.25, 1], 2)).toBeCloseTo(8 / 14, 15);
    // (1/2 * 0.5 + 1/4 * -0.25 + 1/8 * 1) / (1/2 + 1/4 + 1/8)
    expect(evoScore([0.5, -0.25, 1], 0.5)).toBeCloseTo(0.3125 / 0.875, 15);
  });

  test('an undefined milestone leaves, and the others keep their weight', () => {
    // (2 * 0.5 + 8 * 1) / (2 + 8), not (2 * 0.5 + 4 * 1) / (2 + 4).
    expect(evoScore([0.5, null, 1], 2)).toBeCloseTo(9 / 10, 15);
    expect(evoScore([0.5, null], 2)).toBe(0.5);
    expect(evoScore([null, null], 2)).toBeNull();
    expect(evoScore([], 2)).toBeNull();
  });

  test('a thousand milestones with a steep gamma', () => {
    // All but the last weigh 1/10 + 1/100 + ... of it: 1 / (1 + 1/9) = 0.9.
    expect(evoScore([...Array<number>(999).fill(0), 1], 10)).toBeCloseTo(0.9, 12);
    expect(evoScore([1, ...Array<number>(999).fill(0)], 0.1)).toBeCloseTo(0.9, 12);
    expect(evoScore([0.5, ...Array<null>(999).fill(null)], 10)).toBe(0.5);
    expect(evoScore([...Array<null>(999).fill(null), 0.5], 0.1)).toBe(0.5);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('gamma %d is refused', (gamma) => {
    expect(() => evoScore([1], gamma)).toThrow(RangeError);
  });
});

describe('pass@k and pass^k', () => {
  test.each([
    // pass@2 of 5 with 2: 1 - C(3,2)/C(5,2) = 1 - 3/10; pass^2: C(2,2)/C(5,2) = 1/10.
    [5, 2, 2, 7 / 10, 1 / 10],
    // pass@3 of 8 with 6: 1 - C(2,3)/C(8,3) = 1; pass^3: C(6,3)/C(8,3) = 20/56.
    [8, 6, 3, 1, 20 / 56],
    [5, 2, 1, 2 / 5, 2 / 5],
    [3, 3, 3, 1, 1],
    [3, 2, 3, 1, 0],
    [3, 0, 1, 0, 0],
  ])('of %d trials %d succeeded, k = %d', (n, c, k, atK, hatK) => {
    expect(passAtK(n, c, k)).toBeCloseTo(atK, 14);
    expect(passHatK(n, c, k)).toBeCloseTo(hatK, 14);
  });

  test('are undefined with fewer than k trials', () => {
    expect(passAtK(2, 2, 3)).toBeNull();
    expect(passHatK(2, 2, 3)).toBeNull();
    expect(passHatK(0, 0, 1)).toBeNull();
    expect(passHatK(3, 3, 0)).toBeNull();
  });

  test('hold where binomials overflow', () => {
    // 500 * 499 / (2000 * 1999)
    expect(passHatK(2000, 500, 2)).toBeCloseTo(249_500 / 3_998_000, 15);
    expect(passHatK(2000, 2000, 2000)).toBe(1);
  });
});

describe('survival, Kaplan-Meier', () => {
  const lifetimes = (...told: string[]) => told.map((each) => ({ milestones: Number.parseInt(each, 10), ended: !each.endsWith('+') }));

  test('remission under 6-MP, the example of Freireich and others (1963)', () => {
    const curve = survivalCurve(
      // biome-ignore format: as the table prints it
      lifetimes('6', '6', '6', '6+', '7', '9+', '10', '10+', '11+', '13', '16', '17+', '19+', '20+', '22', '23', '25+', '32+', '32+', '34+', '35+'),
    );
    const at = (milestone: number) => curve[milestone - 1]?.survival;
    // Published: 0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448.
    expect([6, 7, 10, 13, 16, 22, 23].map((milestone) => at(milestone)?.toFixed(3))).toEqual([
      '0.857',
      '0.807',
      '0.753',
      '0.690',
      '0.627',
      '0.538',
      '0.448',
    ]);
    expect(curve[5]).toEqual({ milestone: 6, atRisk: 21, ended: 3, censored: 1, survival: 1 - 3 / 21 });
    expect(curve).toHaveLength(35);
    expect(curve.at(-1)).toMatchObject({ atRisk: 1, ended: 0, censored: 1 });
  });

  test('trials that were never looked at say nothing', () => {
    expect(survivalCurve([])).toEqual([]);
    expect(survivalCurve(lifetimes('0+', '0+'))).toEqual([]);
    expect(survivalCurve(lifetimes('0+', '1'))).toEqual([{ milestone: 1, atRisk: 1, ended: 1, censored: 0, survival: 0 }]);
  });
});

test('the funnel: each stage lies in the one before, unscored milestones in none', () => {
  const told = [
    { resolved: 'yes', withoutRegression: 'yes', useful: 'yes' },
    { resolved: 'yes', withoutRegression: 'yes', useful: 'no' },
    { resolved: 'yes', withoutRegression: 'no', useful: 'no' },
    { resolved: 'no', withoutRegression: 'no', useful: 'no' },
    { resolved: 'yes', withoutRegression: 'unscored', useful: 'unscored' },
    { resolved: 'unscored', withoutRegression: 'unscored', useful: 'unscored' },
  ] as const;
  const { scored, resolved, withoutRegression, useful } = funnel(told);
  expect([scored, resolved, withoutRegression, useful].map(({ length }) => length)).toEqual([4, 3, 2, 1]);
  expect(funnel([])).toEqual({ scored: [], resolved: [], withoutRegression: [], useful: [] });
});

describe('the long-horizon tax', () => {
  const resampling = { confidence: 0.95, resamples: 99, seed: 1 };
  type Told = Record<string, 'yes' | 'no' | 'unscored' | 'after a break'>;

  function trial(task: string, milestones: Told): TrialScore {
    return {
      task,
      milestones: Object.entries(milestones).map(([id, told]) => ({
        id,
        resolved: told === 'after a break' ? 'no' : told,
        useful: told === 'after a break' ? 'no' : told,
        afterBreak: told === 'after a break',
      })),
    } as TrialScore;
  }

  test('pairs by task and milestone what both modes have', () => {
    const continuous = [
      trial('shop', { one: 'yes', two: 'no', three: 'no', four: 'after a break' }),
      trial('shop', { one: 'yes', two: 'yes', three: 'unscored' }),
      trial('depot', { one: 'no', only: 'yes' }),
    ];
    const isolated = [trial('shop', { one: 'yes', two: 'yes', three: 'no', four: 'yes' }), trial('depot', { one: 'yes' })];
    // shop one: 2/2 - 1, two: 1/2 - 1, three: 0/1 - 0; depot one: 0 - 1. Sum -1.5 over 4.
    expect(longHorizonTax(continuous, isolated, 'useful', resampling)).toMatchObject({ value: -1.5 / 4, outOf: 4 });
  });

  test('is undefined without a common milestone, never 0', () => {
    const none = { value: null, outOf: 0, overTasks: null };
    expect(longHorizonTax([trial('shop', { one: 'yes' })], [trial('depot', { one: 'yes' })], 'useful', resampling)).toEqual(none);
    expect(longHorizonTax([trial('shop', { one: 'unscored' })], [trial('shop', { one: 'yes' })], 'resolved', resampling)).toEqual(none);
    expect(longHorizonTax([], [], 'resolved', resampling)).toEqual(none);
  });
});
