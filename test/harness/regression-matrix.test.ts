/** The regression matrix: what becomes of a test, and who is blamed for it. */
import { describe, expect, test } from 'vitest';
import { regressionMatrix } from '#harness';
import { becomes, storyOf, toldChain } from './told-chains.ts';

const THREE = ['m-1', 'm-2', 'm-3'];

function stories(told: Record<string, string>, names: readonly string[] = THREE): string[] {
  return regressionMatrix(toldChain(told, names)).breakages.map(storyOf);
}

describe('a regression', () => {
  test('passed, fails k of k, passes k of k in the human tree, and asks the same', () => {
    expect(becomes({ a: 'P P F F', b: 'P F P P', c: 'P P P P' }, THREE)).toEqual({
      a: 'green broken(m-2) broken(m-2)',
      b: 'broken(m-1) healed(m-1) green',
      c: 'green green green',
    });
    expect(stories({ a: 'P P F F', b: 'P F P P' })).toEqual([
      'b: broken at m-1 (failed), last passed at the start, healed at m-2',
      'a: broken at m-2 (failed), last passed at m-1',
    ]);
  });

  test('is blamed on the first milestone at which it fails, and on a second one when it was healed between', () => {
    expect(becomes({ a: 'P F P F' }, THREE)).toEqual({ a: 'broken(m-1) healed(m-1) broken(m-3)' });
    expect(stories({ a: 'P F P F' })).toEqual([
      'a: broken at m-1 (failed), last passed at the start, healed at m-2',
      'a: broken again at m-3 (failed), last passed at m-2',
    ]);
  });

  test('a test missing from every report of a suite that ran is lost too', () => {
    expect(stories({ a: 'P P - P' })).toEqual(['a: broken at m-2 (not-run), last passed at m-1, healed at m-3']);
  });

  test.each([
    ['fails in the human tree as well', 'P P F/F F', 'green failing broken(m-3)'],
    ['is skipped in the human tree', 'P P F/S P', 'green failing green'],
    ['never passed in this trial', 'F F F F', 'failing failing failing'],
    ['passed only before its content changed', 'P P F2 F2', 'green changed failing'],
    ['is in the milestone’s own sets', 'P P F* F', 'green changed failing'],
    ['was new and never passed', '-/- -/- F F', 'absent introduced failing'],
    ['has a content nobody knows', 'P? P? F? F?', 'green failing failing'],
    ['lost its known content for a while', 'P P? F1 F1', 'green failing failing'],
  ])('is none when the test %s', (_, line, states) => {
    // Another test, so that no suite is empty.
    expect(becomes({ a: line, other: 'P P P P' }, THREE)).toMatchObject({ a: states });
  });

  test('a human tree that fails for once does not forget whose fault it was', () => {
    expect(becomes({ a: 'P F F/F F' }, THREE)).toEqual({ a: 'broken(m-1) failing broken(m-1)' });
    expect(stories({ a: 'P F F/F F' })).toHaveLength(1);
  });

  test('a test changed at a milestone is watched from then on', () => {
    expect(becomes({ a: 'P P2 F2 F2' }, THREE)).toEqual({ a: 'changed broken(m-2) broken(m-2)' });
    expect(stories({ a: 'P P2 F2 F2' })).toEqual(['a: broken at m-2 (failed), last passed at m-1']);
  });

  test('content that comes back is not the test that passed before', () => {
    expect(becomes({ a: 'P P F2 F1' }, THREE)).toEqual({ a: 'green changed changed' });
  });
});

describe('the end of a breakage', () => {
  test('the reference changes the test: superseded, not healed, whatever it does now', () => {
    expect(stories({ a: 'P F P2 P' })).toEqual(['a: broken at m-1 (failed), last passed at the start, superseded at m-2']);
    expect(becomes({ a: 'P F P2 P' }, THREE)).toEqual({ a: 'broken(m-1) changed green' });
  });

  test('the reference removes the test, and may bring it back', () => {
    expect(stories({ a: 'P F -/- F' })).toEqual(['a: broken at m-1 (failed), last passed at the start, superseded at m-2']);
    expect(becomes({ a: 'P F -/- F' }, THREE)).toEqual({ a: 'broken(m-1) absent introduced' });
    // Also where its file stays as it is, and the human suite no longer has it.
    expect(stories({ a: 'P F -/-1 F' })).toEqual(['a: broken at m-1 (failed), last passed at the start, superseded at m-2']);
  });

  test.each([
    ['skipped', 'P F S F', 'broken(m-1) skipped broken(m-1)'],
    ['flaky', 'P F ~ F', 'broken(m-1) flaky broken(m-1)'],
    ['flaky in the human tree', 'P F P/~ F', 'broken(m-1) flaky broken(m-1)'],
  ])('is not that it is %s', (_, line, states) => {
    expect(becomes({ a: line }, THREE)).toEqual({ a: states });
    expect(stories({ a: line })).toHaveLength(1);
  });
});

describe('flaky, skipped and missing', () => {
  test('flaky tests are listed and decide nothing, neither as a loss nor as a pass', () => {
    const told = { a: 'P ~ F P', b: 'F P/~ F F', c: 'P F/~ P P' };
    expect(becomes(told, THREE)).toEqual({
      a: 'flaky broken(m-2) healed(m-2)',
      b: 'flaky failing failing',
      c: 'flaky green green',
    });
    const { trees, breakages } = regressionMatrix(toldChain(told, THREE));
    expect(trees.map(({ flaky }) => flaky)).toEqual([['a', 'b', 'c'], [], []]);
    // Only a wavers in the trial's tree alone.
    expect(trees.map(({ unsteady }) => unsteady)).toEqual([['a'], [], []]);
    // The flaky pass at m-1 is not where it last passed.
    expect(breakages.map(storyOf)).toEqual(['a: broken at m-2 (failed), last passed at the start, healed at m-3']);
  });

  test('a skipped test is kept, and stays watched', () => {
    expect(becomes({ a: 'P S F P' }, THREE)).toEqual({ a: 'skipped broken(m-2) healed(m-2)' });
  });

  test('a new test that no report has', () => {
    expect(becomes({ a: '-/- -^ - -' }, THREE)).toEqual({ a: 'not-run not-run not-run' });
  });

  test('a test of the milestone that the human tree does not report this time is a row all the same', () => {
    expect(becomes({ a: '-/- F/-1^ F' }, ['m-1', 'm-2'])).toEqual({ a: 'introduced failing' });
  });

  test('the agent’s own tests are no rows', () => {
    const matrix = regressionMatrix(toldChain({ a: 'P P', mine: '-/- P/-' }, ['m-1']));
    expect(matrix.tests).toEqual(['a']);
    expect(matrix.cell('mine', 0)).toEqual({ state: 'absent', outcome: 'not-run', brokenAt: null });
  });

  test('every test flaky', () => {
    const { trees, breakages } = regressionMatrix(toldChain({ a: 'P ~ ~', b: 'P ~ ~' }, ['m-1', 'm-2']));
    expect(trees.map(({ cells }) => cells.flaky)).toEqual([2, 2]);
    expect(breakages).toEqual([]);
  });
});

describe('a suite without evidence', () => {
  test('blames nobody for a test, and the next milestone finds it', () => {
    expect(becomes({ a: 'P P P F', b: 'P P P P' }, ['m-1', 'm-2!agent', 'm-3'])).toEqual({
      a: 'green not-run broken(m-3)',
      b: 'green not-run green',
    });
    expect(stories({ a: 'P P P F' }, ['m-1', 'm-2!agent', 'm-3'])).toEqual(['a: broken at m-3 (failed), last passed at m-1']);
  });

  test('on the human side blames nobody, and what passes is seen', () => {
    expect(becomes({ a: 'P F F', b: 'F P F' }, ['m-1?', 'm-2'])).toEqual({ a: 'failing broken(m-2)', b: 'green broken(m-2)' });
  });
});

describe('folds', () => {
  test('new red after a fold is the fold’s, and the agent may heal it', () => {
    const told = { a: 'P P F F', b: 'P P F P', c: 'P P P F' };
    const names = ['m-1', '+m-2', 'm-2'];
    expect(becomes(told, names)).toEqual({
      a: 'green broken(+m-2) broken(+m-2)',
      b: 'green broken(+m-2) healed(+m-2)',
      c: 'green green broken(m-2)',
    });
    expect(stories(told, names)).toEqual([
      'a: broken at +m-2 (failed), last passed at m-1',
      'b: broken at +m-2 (failed), last passed at m-1, healed at m-2',
      'c: broken at m-2 (failed), last passed at +m-2',
    ]);
  });

  test('a test the fold brought is nobody’s loss', () => {
    expect(becomes({ a: '-/- -/- F F', b: 'P P P P' }, ['m-1', '+m-2', 'm-2'])).toMatchObject({ a: 'absent introduced failing' });
  });
});

describe('ids', () => {
  test('of every plane, of the names of object members, and alike but for normalisation', () => {
    const ids = ['__proto__', 'constructor', '', '\u00e9', 'e\u0301', '🚲 > 中文', '\u{10FFFF}', '\uD800', 'a\u0000b', ' a', 'a'];
    const human = { status: 'ran', runs: 3, stopped: 0, outcomes: new Map(ids.map((id) => [id, 'passed' as const])) } as const;
    const failing = { ...human, outcomes: new Map(ids.map((id) => [id, 'failed' as const])) };
    const same = () => 'same';
    const { tests, breakages } = regressionMatrix({
      start: { human, contentOf: same },
      trees: [{ name: { milestone: 'm-1', after: 'agent' }, trial: failing, human, contentOf: same, failToPass: [], passToPass: [] }],
    });
    expect(tests).toEqual(ids.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(breakages.map((breakage) => breakage.test)).toEqual(tests);
  });
});

test('no tree, and no test', () => {
  expect(regressionMatrix(toldChain({ a: 'P' }, []))).toMatchObject({ tests: ['a'], trees: [], breakages: [] });
  const { tests, trees } = regressionMatrix(toldChain({}, ['m-1']));
  expect(tests).toEqual([]);
  expect(trees[0]?.passing).toEqual({ target: 0, before: 0, passed: 0 });
  expect(() => regressionMatrix(toldChain({}, [])).cell('a', 0)).toThrow(RangeError);
});

test('counts per tree', () => {
  const told = { a: 'P P F', b: 'F F^ P', c: 'P P P*', d: 'P ~ P', e: '-/- -/- P^', f: 'P S -/-', g: 'F F/F P/F' };
  const { trees } = regressionMatrix(toldChain(told, ['m-1', 'm-2']));
  expect(trees[0]?.cells).toEqual({
    introduced: 0,
    changed: 1,
    green: 2,
    broken: 0,
    healed: 0,
    failing: 1,
    flaky: 1,
    skipped: 1,
    'not-run': 0,
  });
  // Human trees pass a, b, c, d and f; b is new here. The trial passes a and c.
  expect(trees[0]?.passing).toEqual({ target: 5, before: 4, passed: 2 });
  expect(trees[1]?.cells).toEqual({
    introduced: 1,
    changed: 1,
    green: 3,
    broken: 1,
    healed: 0,
    failing: 0,
    flaky: 0,
    skipped: 0,
    'not-run': 0,
  });
  // Human trees pass a to e; e is new here. The trial passes b, c, d and e; g counts for nothing, since the human tree fails it.
  expect(trees[1]?.passing).toEqual({ target: 5, before: 4, passed: 4 });
});
