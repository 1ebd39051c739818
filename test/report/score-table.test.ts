/** Scores in the table a person reads. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { type Mean, NO_CELLS, type Rate, RunReport, type TrialScore } from '#contracts';
import { renderReport } from '#report';
import { milestone, report, trial } from './run-reports.ts';

const rate = (count: number, outOf: number, low: number, high: number): Rate => ({
  ...{ count, outOf, value: count / outOf },
  ...{ wilson: { low, high }, overTasks: null },
});
const mean = (value: number | null): Mean => ({ value, outOf: value === null ? 0 : 2, overTasks: null });
const brokenAt = { milestone: '02-fall', after: 'agent' } as const;

const MILESTONE: TrialScore['milestones'][number] = {
  ...{ id: '02-fall', resolved: 'yes', withoutRegression: 'no', useful: 'no', resolution: 'full', fixRate: 0, precision: 0.5, recall: 1 },
  ...{ f1: 0.67, normalizedChange: 0.5, runs: { trial: 3, human: 3 }, broke: 1, healed: 0, brokenByFold: 1 },
  cells: { ...NO_CELLS, green: 7, broken: 2, flaky: 1 },
  ...{ flaky: ['tide.test.ts > ebbs'], unsteady: [], afterBreak: false, costUsd: 0.5 },
};

test('rates with intervals, and who broke how many tests', () => {
  const score: TrialScore = {
    ...{ task: 'tide-table', agent: 'reference', mode: 'continuous', seed: 1, asked: 2, lost: 0, milestones: [MILESTONE] },
    ...{ zeroRegression: 'no', completeChain: 'no', evoScore: [{ gamma: 1, value: 0.5 }], untilRegression: null, untilBreak: null },
    breakages: [
      { test: 'tide.test.ts > rises', brokenAt, lastPassedAt: null, outcome: 'failed', again: false, ended: null },
      {
        test: 'tide.test.ts > falls',
        brokenAt: { ...brokenAt, after: 'fold' },
        lastPassedAt: null,
        outcome: 'failed',
        again: false,
        ended: null,
      },
    ],
  };
  const agent = {
    ...{ agent: 'reference', mode: 'continuous', tasks: 1, trials: 1, milestones: 2, unscored: 0 },
    ...{ resolved: rate(2, 2, 0.34, 1), withoutRegression: rate(1, 2, 0.09, 0.91), useful: rate(1, 2, 0.09, 0.91) },
    ...{ zeroRegression: rate(0, 1, 0, 0.79), completeChains: rate(0, 1, 0, 0.79) },
    ...{ fixRate: mean(0.5), precision: mean(0.5), recall: mean(1), f1: mean(null), evoScore: [{ gamma: 1, mean: mean(0.5) }] },
    ...{ reliability: { milestones: [], chains: [] }, untilRegression: [], untilBreak: [] },
    cost: { spentUsd: 1, usefulAnswers: 1, usd: 1, overTasks: { low: 0.5, high: 'infinite' } },
  };
  const plain = report([trial([milestone('01-rise'), milestone('02-fall')], { score })]);
  const resampling = { confidence: 0.95, resamples: 9_999, seed: 1 };
  const document = RunReport.parse({ ...plain, score: { schemaVersion: 1, resampling, agents: [agent], longHorizonTax: [] } });
  const text = renderReport(document, 'terminal', new PassThrough());
  expect(text.slice(text.indexOf('Scores'))).toMatchInlineSnapshot(`
    "Scores with 95 % intervals: over tasks where there are several, else Wilson's over milestones
    ┌───────────┬───────────────────────┬───────────────────────┬───────────────────────┬──────────┬────┬──────────┬────────────────────────────┐
    │ agent     │ resolved              │ without regression    │ useful                │ fix rate │ F1 │ EvoScore │ per useful                 │
    ├───────────┼───────────────────────┼───────────────────────┼───────────────────────┼──────────┼────┼──────────┼────────────────────────────┤
    │ reference │ 2 of 2 (0.34 to 1.00) │ 1 of 2 (0.09 to 0.91) │ 1 of 2 (0.09 to 0.91) │ 0.50     │ -  │ 0.50     │ $1.00 ($0.500 to infinite) │
    └───────────┴───────────────────────┴───────────────────────┴───────────────────────┴──────────┴────┴──────────┴────────────────────────────┘
    Tests over all milestones
    ┌───────────┬───────────────┬────────┬─────────────────┬──────────────┬──────────┬───────┐
    │ agent     │ tests passing │ broken │ of these healed │ still broken │ by folds │ flaky │
    ├───────────┼───────────────┼────────┼─────────────────┼──────────────┼──────────┼───────┤
    │ reference │ 7 of 10       │ 1      │ 0               │ 1            │ 1        │ 1     │
    └───────────┴───────────────┴────────┴─────────────────┴──────────────┴──────────┴───────┘
    "
  `);
});
