/** FAIL_TO_PASS and PASS_TO_PASS of a milestone; no evidence of a test run is never a pass. */
import type { CheckResult, TestRun, TestSetResult, Verdict } from '#contracts';
import type { Baseline } from '../baseline.ts';
import { resolution } from '../score/resolution.ts';

export interface TestsVerdict {
  resolved: Verdict;
  failToPass: TestSetResult;
  passToPass: TestSetResult;
  check: CheckResult;
}

/**
 * Resolved when the `resolution` of both sets is full.
 *
 * A suite that does not run on the agent's tree while it runs on the human one is the agent's doing: unscored by the agent's
 * fault, which counts as not resolved.
 */
export function checkTests(baseline: Baseline, run: TestRun): TestsVerdict {
  if (baseline.unmeasurable !== null) {
    const check: CheckResult = { check: 'tests', status: 'unscored', reason: baseline.unmeasurable, fault: 'environment' };
    return { resolved: 'unscored', failToPass: NOTHING, passToPass: NOTHING, check };
  }
  const failToPass = compare(baseline.failToPass, run);
  const passToPass = compare(baseline.passToPass, run);
  if (run.status === 'did-not-run') {
    const check: CheckResult = { check: 'tests', status: 'unscored', reason: run.reason, fault: run.fault };
    return { resolved: run.fault === 'agent' ? 'no' : 'unscored', failToPass, passToPass, check };
  }
  const resolved = resolution(failToPass, passToPass) === 'full';
  const evidence = {
    summary: `${failToPass.passed} of ${failToPass.total} FAIL_TO_PASS and ${passToPass.passed} of ${passToPass.total} PASS_TO_PASS tests pass`,
    facts: { testsRun: run.outcomes.length, runner: run.runner, testWallMs: run.wallMs },
  };
  return {
    resolved: resolved ? 'yes' : 'no',
    failToPass,
    passToPass,
    check: { check: 'tests', status: resolved ? 'passed' : 'failed', evidence, findings: [] },
  };
}

const NOTHING: TestSetResult = { total: 0, passed: 0, failed: [], skipped: [], missing: [] };

function compare(expected: readonly string[], run: TestRun): TestSetResult {
  const outcomes = new Map(run.status === 'ran' ? run.outcomes.map(({ id, status }) => [id, status]) : []);
  const having = (status: string | undefined) => expected.filter((id) => outcomes.get(id) === status);
  return {
    total: expected.length,
    passed: having('passed').length,
    failed: having('failed'),
    skipped: having('skipped'),
    missing: having(undefined),
  };
}
