/** The outcomes of one test run, by test id. */
import type { TestOutcome, TestRun, TestStatus } from '#contracts';

const WORST_FIRST: readonly TestStatus[] = ['failed', 'skipped', 'passed'];

/**
 * Empty when the suite did not run. Of two outcomes with one id the worse counts: runners allow one title twice, and a store that
 * cleans text can make two ids one.
 */
export function outcomesById(run: TestRun): Map<string, TestOutcome> {
  const byId = new Map<string, TestOutcome>();
  for (const outcome of run.status === 'ran' ? run.outcomes : []) {
    const known = byId.get(outcome.id);
    if (known === undefined || WORST_FIRST.indexOf(outcome.status) < WORST_FIRST.indexOf(known.status)) byId.set(outcome.id, outcome);
  }
  return byId;
}

/** A test that passed or was skipped is kept. A missing one is not. */
export function isKept(status: TestStatus | undefined): boolean {
  return status === 'passed' || status === 'skipped';
}
