/** Scores of many trials: sums, intervals, and what is undefined. */
import { describe, expect, test } from 'vitest';
import { RunScore, TrialScore, type Verdict } from '#contracts';
import { scoreRun, scoreTrial } from '#harness';
import { toldChain } from './told-chains.ts';

interface ToldTrial {
  task: string;
  agent?: string;
  mode?: TrialScore['mode'];
  seed?: number;
  /** One verdict a milestone. */
  useful: Verdict[];
  costUsd?: number | null;
  lost?: number;
}

/** Every milestone resolves as told, and the one test of the suite passes throughout. */
function trial({ task, agent = 'described', mode = 'continuous', seed = 1, useful, costUsd = 1, lost = 0 }: ToldTrial): TrialScore {
  const ids = useful.map((_, index) => `m-${index + 1}`);
  const sets = { failToPass: { total: 1, passed: 1, failed: [], skipped: [], missing: [], flaky: [] } };
  return TrialScore.parse(
    scoreTrial({
      task,
      agent,
      mode,
      seed,
      asked: useful.length + lost,
      lost,
      gammas: [1],
      grades: useful.map((verdict, index) => ({
        id: ids[index] ?? '',
        resolved: verdict,
        useful: verdict,
        ...sets,
        passToPass: { ...sets.failToPass, total: 0, passed: 0 },
        costUsd,
      })),
      chains: [toldChain({ a: ['P', ...useful.map(() => 'P')].join(' ') }, ids)],
    }),
  );
}

function score(...trials: ToldTrial[]): RunScore {
  return RunScore.parse(scoreRun(trials.map(trial)));
}

const only = ({ agents }: RunScore) => {
  expect(agents).toHaveLength(1);
  return agents[0] as RunScore['agents'][number];
};

test('the funnel over tasks, with both intervals', () => {
  const agent = only(score({ task: 'shop', useful: ['yes', 'yes'] }, { task: 'depot', useful: ['no', 'no'] }));
  expect(agent).toMatchObject({ tasks: 2, trials: 2, milestones: 4, unscored: 0 });
  // A task is all or none, so resamples are 0, 1/2 and 1.
  expect(agent.useful).toMatchObject({ count: 2, outOf: 4, value: 0.5, overTasks: { low: 0, high: 1 } });
  // z = 1.959964: (0.5 + 0.480182 ± 1.959964 √(0.0625 + 0.0600228)) / 1.960365.
  expect(agent.useful.wilson?.low).toBeCloseTo(0.15, 3);
  expect(agent.useful.wilson?.high).toBeCloseTo(0.85, 3);
});

test('unscored milestones leave numerator and denominator, and their money stays in the bill', () => {
  const agent = only(score({ task: 'shop', useful: ['yes', 'unscored', 'no'], lost: 2, costUsd: 3 }));
  expect(agent).toMatchObject({ milestones: 5, unscored: 3, useful: { count: 1, outOf: 2, value: 0.5, overTasks: null } });
  expect(agent.cost).toEqual({ spentUsd: 9, usefulAnswers: 1, usd: 9, overTasks: null });
});

test('everything unscored is undefined, never 0', () => {
  const agent = only(score({ task: 'shop', useful: ['unscored', 'unscored'] }, { task: 'depot', useful: ['unscored'] }));
  const undefinedRate = { count: 0, outOf: 0, value: null, wilson: null, overTasks: null };
  expect(agent).toMatchObject({
    unscored: 3,
    resolved: undefinedRate,
    withoutRegression: undefinedRate,
    useful: undefinedRate,
    completeChains: undefinedRate,
    fixRate: { value: null, outOf: 0 },
    f1: { value: null, outOf: 0 },
    reliability: { milestones: [], chains: [] },
    cost: { usd: 'infinite' },
  });
  expect(JSON.stringify(agent)).not.toMatch(/NaN|Infinity/);
});

test('no trial', () => {
  expect(score()).toMatchObject({ agents: [], longHorizonTax: [] });
});

test('an unknown cost', () => {
  expect(only(score({ task: 'shop', useful: ['yes'], costUsd: null }, { task: 'depot', useful: ['yes'] })).cost).toEqual({
    spentUsd: null,
    usefulAnswers: 2,
    usd: null,
    overTasks: null,
  });
});

describe('reliability', () => {
  const agent = only(
    score(
      { task: 'shop', seed: 1, useful: ['yes', 'yes'] },
      { task: 'shop', seed: 2, useful: ['yes', 'no'] },
      { task: 'shop', seed: 3, useful: ['yes', 'unscored'] },
      { task: 'depot', seed: 1, useful: ['no', 'no'] },
    ),
  );

  test('per milestone, over those with k scored trials', () => {
    const means = agent.reliability.milestones.map(({ k, passAtK, passHatK }) => [k, passAtK.value, passHatK.value, passHatK.outOf]);
    // shop m-1: 3 of 3; shop m-2: 1 of 2, one unscored; depot m-1 and m-2: 0 of 1.
    expect(means).toEqual([
      // (1 + 1/2 + 0 + 0) / 4
      [1, 0.375, 0.375, 4],
      // at least one: (1 + 1) / 2; both: (1 + 0) / 2.
      [2, 1, 0.5, 2],
      [3, 1, 1, 1],
    ]);
  });

  test('of complete chains, apart', () => {
    // shop: yes, no, and one that nobody can say; depot: no.
    expect(agent.reliability.chains.map(({ k, passAtK, passHatK }) => [k, passAtK.value, passHatK.value, passHatK.outOf])).toEqual([
      [1, 0.25, 0.25, 2],
      [2, 1, 0, 1],
    ]);
    expect(agent.completeChains).toMatchObject({ count: 1, outOf: 3 });
  });
});

test('agents and modes apart, and the tax between the modes', () => {
  const { agents, longHorizonTax } = score(
    { task: 'shop', agent: 'b', useful: ['yes', 'no'] },
    { task: 'shop', agent: 'b', mode: 'isolated', useful: ['yes', 'yes'] },
    { task: 'shop', agent: 'a', useful: ['yes'] },
  );
  expect(agents.map(({ agent, mode, useful }) => [agent, mode, useful.value])).toEqual([
    ['a', 'continuous', 1],
    ['b', 'continuous', 0.5],
    ['b', 'isolated', 1],
  ]);
  // Milestone one 1 - 1, two 0 - 1.
  const tax = { value: -0.5, outOf: 2, overTasks: null };
  expect(longHorizonTax).toEqual([{ agent: 'b', resolved: tax, useful: tax }]);
});

test('survival over the trials', () => {
  const agent = only(score({ task: 'shop', useful: ['yes', 'yes', 'no'] }, { task: 'depot', useful: ['yes'] }));
  expect(agent.untilRegression.map(({ atRisk, ended, censored, survival }) => [atRisk, ended, censored, survival])).toEqual([
    [2, 0, 1, 1],
    [1, 0, 0, 1],
    [1, 0, 1, 1],
  ]);
});

test('the same trials in any order give the same score, intervals included', () => {
  const trials = ['shop', 'depot', 'library', 'press', 'mill'].flatMap((task, at) =>
    [1, 2].map((seed) =>
      trial({ task, seed, useful: ['yes', at % 2 === 0 ? 'yes' : 'no', seed === 1 ? 'no' : 'yes'], costUsd: 0.1 * (at + seed) }),
    ),
  );
  expect(scoreRun(trials.toReversed())).toEqual(scoreRun(trials));
});

test('says how its intervals were made', () => {
  const resampling = { confidence: 0.9, resamples: 199, seed: 7 };
  expect(scoreRun([], resampling).resampling).toEqual(resampling);
  expect(scoreRun([]).resampling).toEqual({ confidence: 0.95, resamples: 9_999, seed: 1 });
});
