/** What holds of every matrix and every score, tried on chains made at random. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TestSetResult, Verdict } from '#contracts';
import { type Chain, formulas, type ObservedTree, regressionMatrix, type SteadyRuns, scoreTrial } from '#harness';
import { statesOf } from './told-chains.ts';

type Outcome = 'passed' | 'failed' | 'skipped' | 'flaky' | undefined;
interface Seen {
  trial: Outcome;
  human: Outcome;
  content: string | undefined;
  set: 'failToPass' | 'passToPass' | 'neither';
}
/** Rows of tests over trees; the first tree is the start. */
type Table = Map<string, Seen[]>;

const outcome = fc.constantFrom<Outcome>('passed', 'passed', 'passed', 'failed', 'failed', 'skipped', 'flaky', undefined);
const seen = fc.record({
  trial: outcome,
  human: fc.constantFrom<Outcome>('passed', 'passed', 'passed', 'passed', 'failed', 'skipped', 'flaky', undefined),
  content: fc.constantFrom('one', 'one', 'one', 'one', 'two', undefined),
  set: fc.constantFrom<Seen['set']>('neither', 'neither', 'neither', 'neither', 'failToPass', 'passToPass'),
});

const TREES = 6;
const tables = fc
  .uniqueArray(fc.string({ unit: 'binary', maxLength: 4 }), { maxLength: 12 })
  .chain((ids) => fc.tuple(...ids.map((id) => fc.tuple(fc.constant(id), fc.array(seen, { minLength: TREES, maxLength: TREES })))))
  .map((rows): Table => new Map(rows));

const nameOf = (index: number) => `m-${index}`;

function chain(table: Table): Chain {
  const ran = (at: number, which: 'trial' | 'human'): SteadyRuns => ({
    status: 'ran',
    runs: 3,
    stopped: 0,
    outcomes: new Map([...table].flatMap(([id, row]) => (row[at]?.[which] ? [[id, row[at][which]] as const] : []))),
  });
  const contentAt = (at: number) => (id: string) => table.get(id)?.[at]?.content;
  return {
    start: { human: ran(0, 'human'), contentOf: contentAt(0) },
    trees: Array.from({ length: TREES - 1 }, (_, index): ObservedTree => {
      const at = index + 1;
      const own = (set: Seen['set']) => [...table].filter(([, row]) => row[at]?.set === set).map(([id]) => id);
      return {
        name: { milestone: nameOf(at), after: 'agent' },
        trial: ran(at, 'trial'),
        human: ran(at, 'human'),
        contentOf: contentAt(at),
        failToPass: own('failToPass'),
        passToPass: own('passToPass'),
      };
    }),
  };
}

/** Grades as the rules of SWE-bench give them. */
function score(table: Table) {
  const set = (at: number, which: Seen['set']): TestSetResult => {
    const ids = [...table].filter(([, row]) => row[at]?.set === which);
    const having = (wanted: Outcome) => ids.filter(([, row]) => row[at]?.trial === wanted).map(([id]) => id);
    return {
      total: ids.length,
      passed: having('passed').length,
      failed: [...having('failed'), ...having('flaky')],
      skipped: having('skipped'),
      missing: having(undefined),
      flaky: [],
    };
  };
  const grades = Array.from({ length: TREES - 1 }, (_, index) => {
    const failToPass = set(index + 1, 'failToPass');
    const passToPass = set(index + 1, 'passToPass');
    const resolved: Verdict = formulas.resolution(failToPass, passToPass) === 'full' ? 'yes' : 'no';
    return { id: nameOf(index + 1), resolved, useful: resolved, failToPass, passToPass, costUsd: 1 };
  });
  return scoreTrial({
    task: 'random',
    agent: 'random',
    mode: 'continuous',
    seed: 1,
    asked: TREES - 1,
    lost: 0,
    gammas: [1, 1.5],
    grades,
    chains: [chain(table)],
  });
}

test('the order of tests changes nothing', () => {
  fc.assert(
    fc.property(tables, (table) => {
      expect(score(new Map([...table].toReversed()))).toEqual(score(table));
      expect(statesOf(regressionMatrix(chain(new Map([...table].toReversed()))))).toEqual(statesOf(regressionMatrix(chain(table))));
    }),
  );
});

test('the names of tests change no number', () => {
  fc.assert(
    fc.property(tables, (table) => {
      const renamed = new Map([...table].map(([id, row], index) => [`${index} was ${id}`, row]));
      const numbers = ({ milestones, breakages, ...rest }: ReturnType<typeof score>) => ({
        ...rest,
        breakages: breakages.length,
        milestones: milestones.map(({ flaky, unsteady, ...milestone }) => ({
          ...milestone,
          flaky: flaky.length,
          unsteady: unsteady.length,
        })),
      });
      expect(numbers(score(renamed))).toEqual(numbers(score(table)));
    }),
  );
});

test('one more test that always passes never lowers a verdict or a score', () => {
  const green: Seen = { trial: 'passed', human: 'passed', content: 'one', set: 'neither' };
  fc.assert(
    fc.property(tables, (table) => {
      const before = score(table);
      const after = score(new Map([...table, ['one more', Array<Seen>(TREES).fill(green)]]));
      after.milestones.forEach((milestone, index) => {
        const { normalizedChange, cells, ...same } = before.milestones[index] as typeof milestone;
        const { normalizedChange: raised, cells: counted, ...rest } = milestone;
        expect(rest).toEqual(same);
        expect(counted).toEqual({ ...cells, green: cells.green + 1 });
        if (normalizedChange !== null) expect(raised).toBeGreaterThanOrEqual(normalizedChange - 1e-12);
      });
      expect(after).toMatchObject({ zeroRegression: before.zeroRegression, breakages: before.breakages });
    }),
  );
});

test('cells and breakages tell the same story', () => {
  fc.assert(
    fc.property(tables, (table) => {
      const matrix = regressionMatrix(chain(table));
      for (const { test, brokenAt, ended } of matrix.breakages) {
        const at = (milestone: string) =>
          matrix.cell(
            test,
            matrix.trees.findIndex(({ name }) => name.milestone === milestone),
          );
        expect(at(brokenAt.milestone)).toMatchObject({ state: 'broken', brokenAt });
        if (ended?.how === 'healed') expect(at(ended.at.milestone)).toMatchObject({ state: 'healed', brokenAt });
      }
      const blamed = new Set(matrix.breakages.map(({ test, brokenAt }) => JSON.stringify([test, brokenAt.milestone])));
      expect(blamed.size).toBe(matrix.breakages.length);
      for (const test of matrix.tests) {
        matrix.trees.forEach((_, tree) => {
          const { state, outcome, brokenAt } = matrix.cell(test, tree);
          expect(brokenAt !== null).toBe(state === 'broken' || state === 'healed');
          if (brokenAt) expect(blamed).toContain(JSON.stringify([test, brokenAt.milestone]));
          if (state === 'green' || state === 'healed') expect(outcome).toBe('passed');
          if (state === 'broken') expect(['failed', 'not-run']).toContain(outcome);
        });
      }
    }),
  );
});

/** The definition, read off a row as it stands in words, tree by tree from the back. */
function isRegression(row: readonly Seen[], at: number): boolean {
  const now = row[at] as Seen;
  if (now.human !== 'passed' || !['failed', undefined].includes(now.trial)) return false;
  for (let tree = at; tree >= 0; tree--) {
    const cell = row[tree] as Seen;
    const unchanged = cell.content !== undefined && cell.content === now.content;
    const passed = tree === 0 ? cell.human === 'passed' : cell.trial === 'passed' && cell.human !== 'flaky';
    const exists = cell.human !== undefined || (tree > 0 && cell.set !== 'neither');
    if (!unchanged || !exists) return false;
    if (tree < at && passed) return true;
    // Belongs to that milestone's own sets: what was before does not count.
    if (tree > 0 && cell.set !== 'neither') return false;
  }
  return false;
}

test('a cell is broken exactly when the definition says so', () => {
  fc.assert(
    fc.property(tables, (table) => {
      const matrix = regressionMatrix(chain(table));
      for (const [id, row] of table) {
        for (let at = 1; at < TREES; at++) {
          expect(matrix.cell(id, at - 1).state === 'broken', `${id} at ${at}`).toBe(isRegression(row, at));
        }
      }
    }),
    { numRuns: 500 },
  );
});

describe('scores', () => {
  const changes = fc.array(fc.option(fc.double({ min: -1, max: 1, noNaN: true })), { maxLength: 40 });

  test('EvoScore with gamma 1 is the Average Normalized Change', () => {
    fc.assert(
      fc.property(changes, (values) => {
        const defined = values.filter((value) => value !== null);
        const anc = defined.length === 0 ? null : defined.reduce((sum, value) => sum + value, 0) / defined.length;
        const score = formulas.evoScore(values, 1);
        if (anc === null) expect(score).toBeNull();
        else expect(score).toBeCloseTo(anc, 12);
      }),
    );
  });

  test('EvoScore lies between its least and its greatest change, whatever gamma', () => {
    fc.assert(
      fc.property(changes, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (values, gamma) => {
        const score = formulas.evoScore(values, gamma);
        const defined = values.filter((value) => value !== null);
        if (score === null) {
          expect(defined).toEqual([]);
          return;
        }
        expect(score).toBeGreaterThanOrEqual(Math.min(...defined) - 1e-12);
        expect(score).toBeLessThanOrEqual(Math.max(...defined) + 1e-12);
      }),
    );
  });

  test('pass^k falls and pass@k rises with k, and they meet at 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), fc.nat(60), (n, some) => {
        const c = Math.min(n, some);
        expect(formulas.passAtK(n, c, 1)).toBeCloseTo(formulas.passHatK(n, c, 1) as number, 12);
        for (let k = 2; k <= n; k++) {
          expect(formulas.passHatK(n, c, k)).toBeLessThanOrEqual((formulas.passHatK(n, c, k - 1) as number) + 1e-12);
          expect(formulas.passAtK(n, c, k)).toBeGreaterThanOrEqual((formulas.passAtK(n, c, k - 1) as number) - 1e-12);
        }
      }),
    );
  });

  test('a Wilson interval holds its share, and mirrors', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.nat(5000),
        fc.double({ min: 0.01, max: 0.999, noNaN: true }),
        (n, some, confidence) => {
          const successes = Math.min(n, some);
          const { low, high } = formulas.wilsonInterval(successes, n, confidence) as { low: number; high: number };
          const mirrored = formulas.wilsonInterval(n - successes, n, confidence) as { low: number; high: number };
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
          expect(low).toBeLessThanOrEqual(successes / n + 1e-12);
          expect(high).toBeGreaterThanOrEqual(successes / n - 1e-12);
          expect(mirrored.low).toBeCloseTo(1 - high, 12);
        },
      ),
    );
  });

  test('survival never rises, and without censoring is the share still alive', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 30 }), (ends) => {
        const curve = formulas.survivalCurve(ends.map((milestones) => ({ milestones, ended: true })));
        curve.forEach(({ milestone, survival }, index) => {
          expect(survival).toBeLessThanOrEqual(curve[index - 1]?.survival ?? 1);
          expect(survival).toBeCloseTo(ends.filter((end) => end > milestone).length / ends.length, 12);
        });
      }),
    );
  });
});
