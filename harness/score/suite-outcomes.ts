/** Between the outcomes of a suite as they are stored and as they are reckoned with. */
import type { SuiteOutcomes } from '#contracts';
import type { SteadyOutcome, SteadyRuns } from './steady-outcomes.ts';

const OUTCOMES = ['passed', 'failed', 'skipped', 'flaky'] as const;

export function toSuiteOutcomes(steady: SteadyRuns): SuiteOutcomes {
  if (steady.status === 'did-not-run') return steady;
  const { status, runs, stopped, outcomes } = steady;
  const having = (wanted: SteadyOutcome) => [...outcomes].flatMap(([id, outcome]) => (outcome === wanted ? [id] : []));
  return { status, runs, stopped, passed: having('passed'), failed: having('failed'), skipped: having('skipped'), flaky: having('flaky') };
}

export function toSteadyRuns(suite: SuiteOutcomes): SteadyRuns {
  if (suite.status === 'did-not-run') return suite;
  const { status, runs, stopped } = suite;
  return { status, runs, stopped, outcomes: new Map(OUTCOMES.flatMap((outcome) => suite[outcome].map((id) => [id, outcome] as const))) };
}

/** In the order they were reported; none of a suite that gave no evidence. */
export function testsThat(outcome: SteadyOutcome, suite: SuiteOutcomes): readonly string[] {
  return suite.status === 'ran' ? suite[outcome] : [];
}
