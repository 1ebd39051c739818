/** Reports written by hand, for renderers. */
import { DEFAULT_LIMITS, NO_USAGE, type ReportMilestone, type ReportTrial, RunReport } from '#contracts';

const TESTS = { total: 2, passed: 2, failed: [], skipped: [], missing: [], flaky: [] };

export function milestone(id: string, changes: Partial<ReportMilestone> = {}): ReportMilestone {
  return {
    ...{
      id,
      resolved: 'yes',
      useful: 'yes',
      failToPass: TESTS,
      passToPass: TESTS,
      regressions: [],
      flaky: [],
      checks: [],
      trajectory: [],
      sensed: null,
      drift: [],
      fold: null,
      grader: 2,
    },
    ...{
      usage: { ...NO_USAGE, wallMs: 1_500 },
      iterations: 1,
      ending: { kind: 'submitted', summary: 'Done.' },
      commit: 'c0ffee',
      leftOut: [],
      environment: null,
      gradeWallMs: 65_000,
    },
    ...changes,
  };
}

export function trial(
  milestones: ReportMilestone[],
  { summary, ...changes }: Partial<Omit<ReportTrial, 'summary'>> & { summary?: Partial<RunReport['summary']> } = {},
): ReportTrial {
  const useful = milestones.filter((one) => one.useful === 'yes').length;
  return {
    ...{
      id: '20260102-030405-abcd.0123456789abcdef' as ReportTrial['id'],
      agent: 'reference',
      seed: 1,
      task: 'tide-table',
      state: 'finished',
    },
    ...{
      isolation: { sandbox: 'bubblewrap', version: '0.8.0', notEnforced: [] },
      error: null,
      chainBrokenAt: null,
      milestones,
      findings: [],
      score: null,
    },
    ...changes,
    summary: {
      ...{ milestones: 2, resolved: useful, withoutRegression: useful, usefulAnswers: useful, unscored: 0 },
      ...{ costUsd: 0, costSource: 'measured', costPerUsefulAnswerUsd: useful === 0 ? null : 0 },
      ...summary,
    },
  };
}

/** Two milestones, `01-rise` and `02-fall`. Parsed, so that no test shows what could never be stored. */
export function report(
  trials: ReportTrial[],
  { repeat = 1, state = 'finished' }: { repeat?: number; state?: RunReport['run']['state'] } = {},
): RunReport {
  const hash = 'a'.repeat(64);
  return RunReport.parse({
    schemaVersion: 1,
    run: {
      ...{ id: '20260102-030405-abcd', state, createdAt: '2026-01-02T03:04:05.000Z', finishedAt: '2026-01-02T03:05:05.000Z' },
      config: {
        ...{
          schemaVersion: 1,
          task: { id: 'tide-table', artifact: hash, milestones: ['01-rise', '02-fall'] },
          agents: [{ name: 'reference' }],
        },
        ...{ repeat, mode: 'continuous', tests: 'hidden', session: 'fresh', limits: DEFAULT_LIMITS, sandbox: 'required' },
      },
      fingerprint: { longhaul: '0.1.0', node: 'v26', platform: 'linux-x64', git: '2.39.5' },
    },
    summary: trials[0]?.summary,
    score: null,
    trials,
  });
}
