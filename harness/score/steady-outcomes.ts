/** Several runs of one suite become one outcome per test, or none where the runs disagree. */
import type { TestRun, TestStatus } from '#contracts';

/** `flaky`: not the same in every run, missing from some included. */
export type SteadyOutcome = TestStatus | 'flaky';

/** Whose doing it is that there is no evidence. */
export type Fault = 'environment' | 'agent' | 'harness';

/** A test that no run reported is in no map. `stopped`: how many of the `runs` the tree itself brought to nothing. */
export type SteadyRuns =
  | { status: 'ran'; runs: number; stopped: number; outcomes: ReadonlyMap<string, SteadyOutcome> }
  | { status: 'did-not-run'; fault: Fault };

/**
 * `passed`, `failed` and `skipped` mean k of k. Of one run every outcome is steady: nothing flaky can be told.
 *
 * Runs that the environment or the harness spoiled are missing data and lower k. A run that the tree itself stopped is
 * evidence, and makes every test of the other runs flaky. Without any run, the fault is the harness's.
 */
export function steadyOutcomes(runs: readonly TestRun[]): SteadyRuns {
  const evidence = runs.filter((run) => run.status === 'ran' || run.fault === 'agent');
  const ran = evidence.filter((run) => run.status === 'ran');
  if (ran.length === 0) return { status: 'did-not-run', fault: faultOf(runs) };

  const outcomes = new Map<string, SteadyOutcome>();
  const seen = new Map<string, number>();
  for (const run of ran) {
    for (const { id, status } of run.outcomes) {
      const before = outcomes.get(id);
      outcomes.set(id, before === undefined || before === status ? status : 'flaky');
      seen.set(id, (seen.get(id) ?? 0) + 1);
    }
  }
  for (const [id, times] of seen) if (times < evidence.length) outcomes.set(id, 'flaky');
  return { status: 'ran', runs: evidence.length, stopped: evidence.length - ran.length, outcomes };
}

function faultOf(runs: readonly TestRun[]): Fault {
  const faults = runs.flatMap((run) => (run.status === 'did-not-run' ? [run.fault] : []));
  return faults.find((fault) => fault === 'agent') ?? faults[0] ?? 'harness';
}
