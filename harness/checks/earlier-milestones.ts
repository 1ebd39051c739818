/** Whether tests that passed earlier in this trial still do. */
import type { CheckResult } from '#contracts';
import type { Judged } from '../judged.ts';
import { testsThat } from '../score/suite-outcomes.ts';

/**
 * A regression is a test with unchanged content that passed when last graded in this trial (or in the human tree it began with), and that
 * fails k of k in the agent's tree while it passes k of k in the human tree of this milestone. A skipped test is not broken, a missing
 * one is. Each is reported once, at the milestone that broke it.
 */
export function checkEarlierMilestones({ baseline, run, watched, regressions, look }: Judged): CheckResult {
  const unscored = (reason: string, fault: 'environment' | 'agent' | 'harness'): CheckResult => ({
    check: 'earlier-milestones',
    status: 'unscored',
    reason,
    fault,
  });
  if (testsThat('passed', baseline.suites.after).length === 0)
    return unscored(baseline.unmeasurable ?? 'no test of the reference passes', 'environment');
  if (run.status === 'did-not-run') return unscored(run.reason, run.fault);
  if (look.unconfirmed !== null) return unscored(look.unconfirmed, 'environment');
  const flaky = look.flaky.filter((id) => watched.has(id)).length;
  const evidence = {
    summary:
      regressions.length === 0
        ? `no test that passed before is broken, of ${watched.size}${flaky > 0 ? `, ${flaky} are flaky` : ''}`
        : `${regressions.length} of ${watched.size} tests that passed before are broken`,
    facts: { watched: watched.size, broken: regressions.length, flaky },
  };
  return { check: 'earlier-milestones', status: regressions.length === 0 ? 'passed' : 'failed', evidence, findings: [] };
}
