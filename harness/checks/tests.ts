/** FAIL_TO_PASS and PASS_TO_PASS of a milestone; no evidence of a test run is never a pass. */
import type { CheckResult } from '#contracts';
import type { Judged } from '../judged.ts';
import { resolution } from '../score/resolution.ts';

/**
 * Passed when the `resolution` of both sets is full.
 *
 * A PASS_TO_PASS test is lost only when a second look confirms it; a flaky one decides nothing. A FAIL_TO_PASS test has one run, as
 * in SWE-bench. It is known to be stable in the human tree, so one run passes as often as the solution works; more tries
 * after a failure, and only then, would favour solutions that work now and then.
 *
 * A suite that does not run on the agent's tree while it runs on the human one is the agent's doing: unscored by the agent's
 * fault, which counts as not resolved.
 */
export function checkTests({ baseline, run, failToPass, passToPass, fold, look }: Judged): CheckResult {
  const unscored = (reason: string, fault: 'environment' | 'agent' | 'harness'): CheckResult => ({
    check: 'tests',
    status: 'unscored',
    reason,
    fault,
  });
  if (baseline.unmeasurable !== null) return unscored(baseline.unmeasurable, 'environment');
  if (run.status === 'did-not-run') return unscored(run.reason, run.fault);
  const solved = failToPass.passed === failToPass.total;
  const lost = passToPass.failed.length + passToPass.missing.length;
  if (solved && lost > 0 && look.unconfirmed !== null) return unscored(look.unconfirmed, 'environment');
  const isMissing = failToPass.missing.length + passToPass.missing.length > 0;
  const summary = [
    `${failToPass.passed} of ${failToPass.total} FAIL_TO_PASS and ${passToPass.passed} of ${passToPass.total} PASS_TO_PASS tests pass`,
    passToPass.flaky.length > 0 ? `${passToPass.flaky.length} are flaky` : '',
    isMissing ? (run.gaps[0] ?? '') : '',
  ];
  const evidence = {
    summary: summary.filter((part) => part !== '').join(', '),
    facts: {
      testsRun: run.outcomes.length,
      runner: run.runner,
      testWallMs: run.wallMs,
      flaky: passToPass.flaky.length,
      processes: run.processes,
      canaries: baseline.rehearsal?.canaries.length ?? 0,
      canariesFailed: Object.values(run.canaries).filter((status) => status === 'failed').length,
      brokenByFold: baseline.passToPass.filter((id) => fold.tests.includes(id)).length,
    },
  };
  const status = resolution(failToPass, passToPass) === 'full' ? 'passed' : 'failed';
  return { check: 'tests', status, evidence, findings: [] };
}
