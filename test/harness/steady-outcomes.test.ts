/** Several runs of one suite, and what of them is steady. */
import { expect, test } from 'vitest';
import type { TestRun, TestStatus } from '#contracts';
import { type SteadyRuns, steadyOutcomes } from '#harness';

function run(statuses: Record<string, TestStatus>): TestRun {
  const outcomes = Object.entries(statuses).map(([id, status]) => ({ id, file: 'a.test.ts', status, durationMs: 1 }));
  return { status: 'ran', runner: 'vitest', scope: 'all', processes: 'apart', gaps: [], canaries: {}, outcomes, exitCode: 0, wallMs: 1 };
}

const spoiled = (fault: 'environment' | 'agent' | 'harness'): TestRun => ({
  status: 'did-not-run',
  reason: 'told',
  fault,
  output: '',
  wallMs: 1,
});

function told(runs: SteadyRuns) {
  return runs.status === 'ran' ? { runs: runs.runs, stopped: runs.stopped, ...Object.fromEntries(runs.outcomes) } : runs.fault;
}

test('k of k, or flaky', () => {
  const first = run({ passes: 'passed', fails: 'failed', skips: 'skipped', wavers: 'passed', vanishes: 'failed', rests: 'passed' });
  const second = run({ passes: 'passed', fails: 'failed', skips: 'skipped', wavers: 'failed', rests: 'skipped' });
  const third = run({ passes: 'passed', fails: 'failed', skips: 'skipped', wavers: 'passed', rests: 'passed', appears: 'passed' });
  expect(told(steadyOutcomes([first, second, third]))).toEqual({
    runs: 3,
    stopped: 0,
    passes: 'passed',
    fails: 'failed',
    skips: 'skipped',
    wavers: 'flaky',
    vanishes: 'flaky',
    rests: 'flaky',
    appears: 'flaky',
  });
});

test('of one run everything is steady', () => {
  expect(told(steadyOutcomes([run({ a: 'passed', b: 'failed' })]))).toEqual({ runs: 1, stopped: 0, a: 'passed', b: 'failed' });
});

test('a run the environment spoiled is missing data', () => {
  expect(told(steadyOutcomes([run({ a: 'passed' }), spoiled('environment'), spoiled('harness'), run({ a: 'passed' })]))).toEqual({
    runs: 2,
    stopped: 0,
    a: 'passed',
  });
});

test('a run the tree stopped is evidence', () => {
  expect(told(steadyOutcomes([run({ a: 'passed' }), spoiled('agent'), run({ a: 'passed' })]))).toEqual({ runs: 3, stopped: 1, a: 'flaky' });
});

test('no run at all, by whose fault', () => {
  expect(told(steadyOutcomes([spoiled('environment'), spoiled('agent')]))).toBe('agent');
  expect(told(steadyOutcomes([spoiled('environment'), spoiled('harness')]))).toBe('environment');
  expect(told(steadyOutcomes([]))).toBe('harness');
});
