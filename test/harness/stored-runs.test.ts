/** Runs that an earlier version stored can be read, and say what they always said. */
import { expect, test } from 'vitest';
import { RunRecord, Task } from '#contracts';
import { summarizeRun } from '#harness';

const HASH = 'a'.repeat(64);
const SET = { total: 1, passed: 1, failed: [], skipped: [], missing: [] };

/** As version 0.1.0 wrote it, before there were modes, folds and flaky tests. */
const RECORD = {
  id: '20260102-030405-abcd',
  state: 'finished',
  config: {
    schemaVersion: 1,
    task: { id: 'tide-table', artifact: HASH, milestones: ['01-rise'] },
    agents: [{ name: 'nothing' }],
    repeat: 1,
    mode: 'continuous',
    tests: 'hidden',
    session: 'fresh',
    limits: { maxIterations: 1, maxWallMs: 1, maxCostUsd: null, commandTimeoutMs: 1, testTimeoutMs: 1 },
    sandbox: 'required',
  },
  fingerprint: { longhaul: '0.1.0', node: '26', platform: 'linux-x64', git: '2' },
  createdAt: '2026-01-02T03:04:05.000Z',
  finishedAt: '2026-01-02T03:05:05.000Z',
  trials: [
    {
      id: '20260102-030405-abcd.0123456789abcdef',
      ...{ agent: { name: 'nothing' }, seed: 1, task: 'tide-table', state: 'finished', error: null },
      isolation: { sandbox: 'bubblewrap', version: '0.8.0' },
      milestones: [
        {
          ...{ schemaVersion: 1, id: '01-rise', resolved: 'yes', useful: 'yes', failToPass: SET, passToPass: SET, regressions: [] },
          checks: [{ check: 'tests', status: 'passed', evidence: { summary: 'all', facts: {} }, findings: [] }],
          submission: {
            ...{ commit: 'b'.repeat(40), tree: 'c'.repeat(40), patch: HASH, filesChanged: 0, iterations: 0, trajectory: null },
            ending: { kind: 'submitted', summary: '' },
            usage: {
              ...{ modelCalls: 0, promptTokens: 0, cachedTokens: 0, completionTokens: 0 },
              ...{ costUsd: 0, costSource: 'measured', wallMs: 0 },
            },
          },
          ...{ tests: HASH, gradeWallMs: 1 },
        },
      ],
    },
  ],
};

test('a run', () => {
  const report = summarizeRun(RunRecord.parse(RECORD), null);
  expect(report.run.config).toMatchObject({ mode: 'continuous', tests: 'hidden', baselineRuns: 1 });
  expect(report.trials[0]).toMatchObject({ chainBrokenAt: null });
  expect(report.trials[0]?.milestones[0]).toMatchObject({
    useful: 'yes',
    flaky: [],
    fold: null,
    grader: 1,
    passToPass: { ...SET, flaky: [] },
  });
});

test('a task', () => {
  const milestone = {
    ...{ id: 'rise', title: 'Rise', request: 'Rise.', requestGrade: 'B', interface: [], intent: {}, expected: 'solve' },
    ...{ referenceCommit: 'b'.repeat(40), visibleTests: [], hiddenTests: ['test/rise.test.ts'] },
  };
  const task = { schemaVersion: 1, id: 'tide', title: 'Tide', repository: '/tide', baseCommit: 'a'.repeat(40), bundled: false, setup: {} };
  expect(Task.parse({ ...task, milestones: [milestone] }).milestones[0]?.startCommit).toBe(null);
});
