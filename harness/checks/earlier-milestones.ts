/** Whether tests that passed earlier in this trial still do. */
import type { CheckResult, Regression, TestRun } from '#contracts';
import type { Baseline } from '../baseline.ts';
import type { TrialHistory } from '../trial-history.ts';

/**
 * A regression is a test with unchanged content that passed when last graded in this trial (or at the base commit), passes in the
 * human tree of this milestone, and does not pass now. A skipped test is not broken, a missing one is.
 * Each is reported once, at the milestone that broke it.
 */
export function checkEarlierMilestones(
  baseline: Baseline,
  run: TestRun,
  content: Readonly<Record<string, string>>,
  history: TrialHistory,
): { check: CheckResult; regressions: Regression[] } {
  if (baseline.passedAfter.length === 0) return unscored(baseline.unmeasurable ?? 'no test of the reference passes', 'environment');
  if (run.status === 'did-not-run') return unscored(run.reason, run.fault);

  const human = new Set(baseline.passedAfter);
  const outcomes = new Map(run.outcomes.map((outcome) => [outcome.id, outcome]));
  const watched = [...history.passing].filter(([id, { content: then, file }]) => human.has(id) && content[file] === then);
  const regressions = watched
    .filter(([id]) => !['passed', 'skipped'].includes(outcomes.get(id)?.status ?? 'missing'))
    .map(([id, { milestone }]): Regression => {
      const message = outcomes.get(id)?.message;
      return { test: id, lastPassedAt: milestone, ...(message && { message }) };
    });
  const evidence = {
    summary:
      regressions.length === 0
        ? `all ${watched.length} tests that passed before still pass`
        : `${regressions.length} of ${watched.length} tests that passed before are broken`,
    facts: { watched: watched.length, broken: regressions.length },
  };
  return {
    regressions,
    check: { check: 'earlier-milestones', status: regressions.length === 0 ? 'passed' : 'failed', evidence, findings: [] },
  };
}

function unscored(reason: string, fault: 'environment' | 'agent' | 'harness') {
  return { regressions: [], check: { check: 'earlier-milestones', status: 'unscored', reason, fault } as const };
}
