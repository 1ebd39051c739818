/** One trial's score out of its grades and its chains. */
import { describe, expect, test } from 'vitest';
import { type TestSetResult, TrialScore, type Verdict } from '#contracts';
import { type ObservedTree, scoreTrial, type TrialToScore } from '#harness';
import { storyOf, type Told, toldChain } from './told-chains.ts';

const set = (passed: number, failed: string[] = [], missing: string[] = []): TestSetResult => ({
  total: passed + failed.length + missing.length,
  passed,
  failed,
  skipped: [],
  missing,
  flaky: [],
});

type Grade = TrialToScore['grades'][number];

function grade(id: string, resolved: Verdict, changes: Partial<Grade> = {}): Grade {
  return { id, resolved, useful: resolved, failToPass: set(1), passToPass: set(1), costUsd: 0.5, ...changes };
}

/** As many milestones are asked for as are graded, and one where none is. */
function score(chains: TrialToScore['chains'], grades: Grade[], changes: Partial<TrialToScore> = {}): TrialScore {
  return TrialScore.parse(
    scoreTrial({
      task: 'corner-shop',
      agent: 'described',
      mode: 'continuous',
      seed: 1,
      asked: Math.max(1, grades.length),
      lost: 0,
      gammas: [1, 2],
      grades,
      chains,
      ...changes,
    }),
  );
}

const told = (lines: Told, names: string[]) => [toldChain(lines, names)];

describe('a continuous trial', () => {
  // m-1 repairs b; m-2 repairs c and breaks a; m-3 heals a, leaves d failing.
  const trial = score(told({ a: 'P P F P', b: 'F P^ P P', c: 'F F/F P^ P', d: 'F F/F F/F F^', e: 'P P P P' }, ['m-1', 'm-2', 'm-3']), [
    grade('m-1', 'yes'),
    grade('m-2', 'yes'),
    grade('m-3', 'no', { failToPass: set(0, ['d']) }),
  ]);

  test('names the breakage and where it was healed', () => {
    expect(trial.breakages.map(storyOf)).toEqual(['a: broken at m-2 (failed), last passed at m-1, healed at m-3']);
    expect(trial.milestones.map(({ broke, healed }) => [broke, healed])).toEqual([
      [0, 0],
      [1, 0],
      [0, 1],
    ]);
  });

  test('a regression costs the useful answer, whatever the grade says', () => {
    expect(trial.milestones.map(({ resolved, withoutRegression, useful }) => [resolved, withoutRegression, useful])).toEqual([
      ['yes', 'yes', 'yes'],
      ['yes', 'no', 'no'],
      ['no', 'no', 'no'],
    ]);
    expect(trial).toMatchObject({ zeroRegression: 'no', completeChain: 'no' });
  });

  test('the scores of each milestone', () => {
    expect(trial.milestones.map(({ resolution }) => resolution)).toEqual(['full', 'full', 'none']);
    expect(trial.milestones.map(({ fixRate }) => fixRate)).toEqual([1, 0, 0]);
    // (1 + 1) / (1 + 1 + 1) where one was broken; recall 1, 1 and 0.
    expect(trial.milestones.map(({ precision }) => precision)).toEqual([1, 2 / 3, 1]);
    expect(trial.milestones.map(({ recall }) => recall)).toEqual([1, 1, 0]);
    expect(trial.milestones.map(({ f1 }) => f1)).toEqual([1, 0.8, 0]);
  });

  test('normalized changes, and EvoScore over them', () => {
    // m-1: human a, b, e, of which b is new: (3 - 2) / (3 - 2). m-2: a, b, c, e, c new, a lost: (3 - 3) / (4 - 3).
    // m-3: a to e, d new and not repaired: (4 - 4) / (5 - 4).
    expect(trial.milestones.map(({ normalizedChange }) => normalizedChange)).toEqual([1, 0, 0]);
    expect(trial.evoScore).toEqual([
      { gamma: 1, value: 1 / 3 },
      { gamma: 2, value: 2 / 14 },
    ]);
  });

  test('lives until its first regression, and its chain holds', () => {
    expect(trial.untilRegression).toEqual({ milestones: 2, ended: true });
    expect(trial.untilBreak).toEqual({ milestones: 3, ended: false });
  });
});

describe('what a lost test costs', () => {
  test('one of the own sets costs the milestone and is no regression', () => {
    const { milestones, breakages, zeroRegression } = score(told({ a: 'P F*', b: 'F P^' }, ['m-1']), [
      grade('m-1', 'no', { passToPass: set(0, ['a']) }),
    ]);
    expect(milestones[0]).toMatchObject({ resolution: 'none', fixRate: 0, precision: 2 / 3, broke: 0 });
    expect(breakages).toEqual([]);
    expect(zeroRegression).toBe('yes');
  });

  test('an earlier one is charged once, where it was broken', () => {
    const { milestones } = score(told({ a: 'P F F' }, ['m-1', 'm-2']), [grade('m-1', 'yes'), grade('m-2', 'yes')]);
    expect(milestones.map(({ broke, fixRate, useful }) => [broke, fixRate, useful])).toEqual([
      [1, 0, 'no'],
      [0, 1, 'yes'],
    ]);
    expect(milestones[1]?.cells.broken).toBe(1);
  });

  test('one that a fold broke is not the agent’s', () => {
    const { milestones, zeroRegression, breakages } = score(told({ a: 'P P F F' }, ['m-1', '+m-2', 'm-2']), [
      grade('m-1', 'yes'),
      grade('m-2', 'yes'),
    ]);
    expect(milestones[1]).toMatchObject({ broke: 0, brokenByFold: 1, useful: 'yes', fixRate: 1 });
    expect(zeroRegression).toBe('yes');
    expect(breakages.map(storyOf)).toEqual(['a: broken at +m-2 (failed), last passed at m-1']);
  });
});

describe('without evidence', () => {
  test('a suite the agent stops counts as failed', () => {
    const trial = score(told({ a: 'P P P', b: 'P P P', c: 'F P^ P' }, ['m-1!agent', 'm-2']), [
      grade('m-1', 'no', { failToPass: set(0, [], ['c']), passToPass: set(0, [], ['a']) }),
      grade('m-2', 'yes'),
    ]);
    expect(trial.milestones[0]).toMatchObject({
      withoutRegression: 'no',
      fixRate: 0,
      f1: 0,
      normalizedChange: -1,
      runs: { trial: 0, human: 3 },
    });
    expect(trial).toMatchObject({ zeroRegression: 'no', untilRegression: { milestones: 1, ended: true } });
  });

  test('a suite that the agent’s tree stops now and then makes every test flaky, and does not pass for it', () => {
    const [tree] = [...toldChain({ a: 'P ~' }, ['m-1']).trees];
    const stopping = (which: 'trial' | 'human') => ({ [which]: { status: 'ran', runs: 3, stopped: 1, outcomes: new Map() } as const });
    const verdict = (changes: object) =>
      score([{ ...toldChain({ a: 'P ~' }, []), trees: [{ ...(tree as ObservedTree), ...changes }] }], [grade('m-1', 'yes')]).milestones[0]
        ?.withoutRegression;
    expect(verdict({})).toBe('yes');
    expect(verdict(stopping('trial'))).toBe('no');
    // The human tree does so too: nobody's doing.
    expect(verdict({ ...stopping('trial'), ...stopping('human') })).toBe('unscored');
    expect(verdict(stopping('human'))).toBe('yes');
  });

  test.each(['environment', 'harness'])('a suite the %s stops leaves everything unscored', (fault) => {
    const trial = score(told({ a: 'P P P P' }, ['m-1', `m-2!${fault}`, 'm-3']), [
      grade('m-1', 'yes'),
      grade('m-2', 'unscored'),
      grade('m-3', 'yes'),
    ]);
    expect(trial.milestones[1]).toMatchObject({
      withoutRegression: 'unscored',
      useful: 'unscored',
      resolution: null,
      fixRate: null,
      precision: null,
      recall: null,
      f1: null,
      normalizedChange: null,
    });
    expect(trial).toMatchObject({
      zeroRegression: 'unscored',
      completeChain: 'unscored',
      untilRegression: { milestones: 1, ended: false },
    });
  });

  test('a human tree that does not run makes an answer unscored, never useful', () => {
    const { milestones } = score(told({ a: 'P P' }, ['m-1?']), [grade('m-1', 'yes')]);
    expect(milestones[0]).toMatchObject({ resolved: 'yes', withoutRegression: 'unscored', useful: 'unscored', normalizedChange: null });
  });

  test('a known loss outweighs a missing milestone', () => {
    const trial = score(told({ a: 'P P F' }, ['m-1!environment', 'm-2']), [grade('m-1', 'unscored'), grade('m-2', 'yes')], {
      asked: 3,
      lost: 1,
    });
    expect(trial).toMatchObject({ zeroRegression: 'no', completeChain: 'no', lost: 1 });
  });

  test.each([0, 2])('milestones that are missing leave the chain unscored, be %d of them lost', (lost) => {
    const trial = score(told({ a: 'P P' }, ['m-1']), [grade('m-1', 'yes')], { asked: 3, lost });
    expect(trial).toMatchObject({ zeroRegression: 'unscored', completeChain: 'unscored' });
  });

  test('a grade that nothing was observed for', () => {
    const { milestones } = score([], [grade('m-1', 'yes')]);
    expect(milestones[0]).toMatchObject({ withoutRegression: 'unscored', useful: 'unscored', fixRate: 1, runs: { trial: 0, human: 0 } });
  });
});

test('every test flaky: nothing is broken, and nothing is shown', () => {
  const { milestones, zeroRegression } = score(told({ a: 'P ~', b: 'P P/~' }, ['m-1']), [grade('m-1', 'yes')]);
  expect(milestones[0]).toMatchObject({ flaky: ['a', 'b'], broke: 0, normalizedChange: null });
  expect(zeroRegression).toBe('yes');
});

test('no milestone yet', () => {
  expect(score(told({ a: 'P' }, []), [])).toMatchObject({
    milestones: [],
    zeroRegression: 'unscored',
    completeChain: 'unscored',
    evoScore: [
      { gamma: 1, value: null },
      { gamma: 2, value: null },
    ],
    untilRegression: { milestones: 0, ended: false },
  });
});

describe('chains', () => {
  test('a fold that does not apply ends the chain, and what was broken before it stays there', () => {
    const chains = [toldChain({ a: 'P F', b: 'P P' }, ['m-1']), toldChain({ a: 'P P P', b: 'P P F' }, ['m-2', 'm-3'])];
    const trial = score(chains, [grade('m-1', 'yes'), grade('m-2', 'yes'), grade('m-3', 'yes')]);
    expect(trial.milestones.map(({ afterBreak }) => afterBreak)).toEqual([false, true, true]);
    expect(trial.breakages.map(storyOf)).toEqual([
      'a: broken at m-1 (failed), last passed at the start',
      'b: broken at m-3 (failed), last passed at m-2',
    ]);
    expect(trial).toMatchObject({ untilRegression: { milestones: 1, ended: true }, untilBreak: { milestones: 2, ended: true } });
  });

  test('a break before the first regression: the trial was not looked at any further', () => {
    const chains = [toldChain({ a: 'P P' }, ['m-1']), toldChain({ a: 'P F' }, ['m-2'])];
    expect(score(chains, [grade('m-1', 'yes'), grade('m-2', 'yes')])).toMatchObject({
      untilRegression: { milestones: 1, ended: false },
      untilBreak: { milestones: 2, ended: true },
    });
  });

  test('isolated milestones are chains of their own, with neither lifetime nor EvoScore', () => {
    const chains = [toldChain({ a: 'P F', b: 'F P^' }, ['m-1']), toldChain({ a: 'P P', b: 'F P^' }, ['m-2'])];
    const trial = score(chains, [grade('m-1', 'yes'), grade('m-2', 'yes')], { mode: 'isolated' });
    expect(trial.milestones.map(({ afterBreak, useful }) => [afterBreak, useful])).toEqual([
      [false, 'no'],
      [false, 'yes'],
    ]);
    expect(trial.milestones.map(({ normalizedChange }) => normalizedChange)).toEqual([0, 1]);
    expect(trial).toMatchObject({ untilRegression: null, untilBreak: null, evoScore: [{ value: null }, { value: null }] });
  });
});
