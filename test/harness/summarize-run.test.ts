/** The formulas of a report, against values worked out by hand. */
import { describe, expect, test } from 'vitest';
import {
  AgentSpec,
  DEFAULT_LIMITS,
  MilestoneGrade,
  NO_USAGE,
  RunRecord,
  RunReport,
  type TrialRecord,
  type Usage,
  type Verdict,
} from '#contracts';
import { summarizeRun } from '#harness';

const ASKED = ['one', 'two', 'three'];
const HASH = 'a'.repeat(64);

interface Told {
  resolved: Verdict;
  useful: Verdict;
  earlier?: 'passed' | 'failed' | 'unscored';
  usage?: Partial<Usage>;
}

function grade(id: string, { resolved, useful, earlier = 'passed', usage = {} }: Told): MilestoneGrade {
  const evidence = { summary: 'told', facts: {} };
  const nothing = { total: 0, passed: 0, failed: [], skipped: [], missing: [] };
  return MilestoneGrade.parse({
    schemaVersion: 1,
    id,
    resolved,
    useful,
    failToPass: nothing,
    passToPass: nothing,
    regressions: earlier === 'failed' ? [{ test: 'a > b', lastPassedAt: null }] : [],
    checks: [
      earlier === 'unscored'
        ? { check: 'earlier-milestones', status: 'unscored', reason: 'told', fault: 'environment' }
        : { check: 'earlier-milestones', status: earlier, evidence, findings: [] },
    ],
    submission: {
      commit: 'b'.repeat(40),
      tree: 'c'.repeat(40),
      patch: HASH,
      filesChanged: 1,
      ending: { kind: 'submitted', summary: '' },
      usage: { ...NO_USAGE, ...usage },
      iterations: 4,
      trajectory: null,
    },
    tests: HASH,
    gradeWallMs: 7,
  });
}

function run(trials: { state?: TrialRecord['state']; told: Told[] }[], state: RunRecord['state'] = 'finished'): RunReport {
  const id = '20261123-211502-k3fq';
  const agents = [AgentSpec.parse({ name: 'scripted', script: HASH })];
  const record = RunRecord.parse({
    id,
    state,
    config: {
      schemaVersion: 1,
      task: { id: 'corner-shop', artifact: HASH, milestones: ASKED },
      agents,
      repeat: trials.length,
      mode: 'continuous',
      tests: 'hidden',
      session: 'fresh',
      limits: DEFAULT_LIMITS,
      sandbox: 'none',
    },
    fingerprint: { longhaul: '0', node: '26', platform: 'linux', git: '2' },
    createdAt: '2026-11-23T21:15:02Z',
    finishedAt: null,
    trials: trials.map((trial, index) => ({
      id: `${id}.${String(index).padStart(16, '0')}`,
      agent: agents[0],
      seed: index + 1,
      task: 'corner-shop',
      state: trial.state ?? 'finished',
      isolation: null,
      error: null,
      milestones: trial.told.map((told, at) => grade(ASKED[at] ?? 'more', told)),
    })),
  });
  return RunReport.parse(summarizeRun(record, null));
}

const USEFUL: Told = { resolved: 'yes', useful: 'yes' };
const BREAKING: Told = { resolved: 'yes', useful: 'no', earlier: 'failed' };
const UNRESOLVED: Told = { resolved: 'no', useful: 'no' };
const UNSCORED: Told = { resolved: 'unscored', useful: 'unscored', earlier: 'unscored' };
const spending = (told: Told, costUsd: number | null, costSource: Usage['costSource'] = 'reported'): Told => ({
  ...told,
  usage: { costUsd, costSource },
});

test('counts and costs over two trials', () => {
  const report = run([
    { told: [spending(USEFUL, 0.5), spending(BREAKING, 0.25), spending(UNRESOLVED, 1)] },
    { told: [spending(USEFUL, 0.25), spending(USEFUL, 0.5), spending(USEFUL, 0.5)] },
  ]);
  expect(report.summary).toEqual({
    milestones: 6,
    resolved: 5,
    withoutRegression: 4,
    usefulAnswers: 4,
    unscored: 0,
    costUsd: 3,
    costSource: 'reported',
    // 0.50 + 0.25 + 1.00 + 0.25 + 0.50 + 0.50, over four.
    costPerUsefulAnswerUsd: 0.75,
  });
  expect(
    report.trials.map(({ summary }) => [
      summary.milestones,
      summary.resolved,
      summary.withoutRegression,
      summary.usefulAnswers,
      summary.costPerUsefulAnswerUsd,
    ]),
  ).toEqual([
    [3, 2, 1, 1, 1.75],
    [3, 3, 3, 3, 1.25 / 3],
  ]);
});

test('resolved without a regression, and still not useful: the architecture', () => {
  expect(run([{ told: [{ resolved: 'yes', useful: 'no' }] }]).summary).toMatchObject({
    resolved: 1,
    withoutRegression: 1,
    usefulAnswers: 0,
  });
});

describe('unscored', () => {
  test('milestones are in no other count, and their money is in the bill', () => {
    expect(run([{ told: [spending(USEFUL, 1), spending(UNSCORED, 2), spending(UNRESOLVED, 3)] }]).summary).toEqual({
      milestones: 3,
      resolved: 1,
      withoutRegression: 1,
      usefulAnswers: 1,
      unscored: 1,
      costUsd: 6,
      costSource: 'reported',
      costPerUsefulAnswerUsd: 6,
    });
  });

  test('resolved, and nobody can say whether useful', () => {
    const told: Told = { resolved: 'yes', useful: 'unscored', earlier: 'unscored' };
    expect(run([{ told: [told] }]).summary).toMatchObject({ unscored: 1, usefulAnswers: 0, resolved: 0, withoutRegression: 0 });
  });

  test.each(['failed', 'cancelled'] as const)('a trial that %s counts with its missing milestones', (state) => {
    expect(run([{ state, told: [USEFUL] }, { told: [USEFUL, USEFUL, UNRESOLVED] }], state).summary).toMatchObject({
      milestones: 6,
      usefulAnswers: 3,
      unscored: 2,
    });
    expect(run([{ state, told: [] }], state).summary).toMatchObject({ milestones: 3, unscored: 3 });
  });

  test('what may still come is not unscored', () => {
    expect(
      run(
        [
          { state: 'running', told: [USEFUL] },
          { state: 'queued', told: [] },
        ],
        'running',
      ).summary,
    ).toMatchObject({ milestones: 6, usefulAnswers: 1, unscored: 0 });
  });
});

describe('money', () => {
  test('no useful answer has no price', () => {
    expect(run([{ told: [spending(UNRESOLVED, 5)] }]).summary).toMatchObject({ costUsd: 5, costPerUsefulAnswerUsd: null });
  });

  test('one unknown amount makes the bill unknown, never zero', () => {
    const { summary, trials } = run([{ told: [spending(USEFUL, 1), spending(USEFUL, null, 'unknown')] }, { told: [spending(USEFUL, 2)] }]);
    expect(summary).toMatchObject({ costUsd: null, costSource: 'unknown', costPerUsefulAnswerUsd: null });
    expect(trials[1]?.summary).toMatchObject({ costUsd: 2, costSource: 'reported', costPerUsefulAnswerUsd: 2 });
    expect(JSON.stringify(summary)).not.toContain('NaN');
  });

  test('a sum is as sure as its least sure part', () => {
    expect(
      run([{ told: [spending(USEFUL, 1, 'measured'), spending(USEFUL, 1, 'estimated'), spending(USEFUL, 1, 'reported')] }]).summary
        .costSource,
    ).toBe('estimated');
  });

  test('nothing spent is a measured zero', () => {
    expect(run([{ told: [USEFUL] }]).summary).toMatchObject({ costUsd: 0, costSource: 'measured', costPerUsefulAnswerUsd: 0 });
  });
});

test('a milestone of the report has the agent’s part beside the verdict, and no inner hashes', () => {
  const [milestone] = run([{ told: [USEFUL] }]).trials[0]?.milestones ?? [];
  expect(milestone).toMatchObject({
    id: 'one',
    iterations: 4,
    ending: { kind: 'submitted', summary: '' },
    commit: 'b'.repeat(40),
    gradeWallMs: 7,
  });
  expect(JSON.stringify(milestone)).not.toContain(HASH);
});
