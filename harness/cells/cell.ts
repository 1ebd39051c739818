/** One cell of the matrix: a source with tests, run k times. */
import type { TestOutcome, TestRun } from '#contracts';
import { namesSilentFile } from '#workspace';
import { type SteadyOutcome, steadyOutcomes } from '../score/steady-outcomes.ts';
import { fileOf } from '../test-content.ts';

export interface Cell {
  /** In the order they were made; none where there was nothing to run. */
  runs: readonly TestRun[];
  /** Test files of the other side that this tree does not have: their tests are known to be absent, without a run. */
  without: readonly string[];
}

/** `unseen`: not reported, and nothing proves that it is not there. */
export type CellOutcome = SteadyOutcome | 'absent' | 'unseen';

export interface CellReading {
  /** Why there is no evidence about any test, or null. */
  silent: string | null;
  /** Of single tests, in the order they were reported; what a runner says of a file as a whole is left out. */
  ids: readonly string[];
  outcomeOf(id: string): CellOutcome;
  /** Of a failed test, in the first run that has one. */
  messageOf(id: string): string | undefined;
}

const OF_A_FILE = /^.* > \((file does not load|outside of any test)\)$/;

/**
 * A test is absent when its file is, or when every run reported other tests of its file, none reported the file as a whole to fail
 * and none was cut short. Otherwise a test that is not reported is unseen.
 */
export function readCell({ runs, without }: Cell): CellReading {
  const steady = steadyOutcomes(runs);
  const outcomes = steady.status === 'ran' ? steady.outcomes : new Map<string, SteadyOutcome>();
  const missing = new Set(without);
  const isWhole = runs.every((run) => run.status === 'ran' && run.gaps.every(namesSilentFile));
  const failed = reported(runs).filter(({ status }) => status === 'failed');
  const spoiled = new Set(failed.filter(({ id }) => OF_A_FILE.test(id)).map(({ file }) => file));
  const reporting = new Set(reported(runs).map(({ file }) => file));
  const messages = new Map(failed.toReversed().flatMap(({ id, message }) => (message === undefined ? [] : [[id, message] as const])));
  return {
    silent: steady.status === 'did-not-run' && (runs.length > 0 || without.length === 0) ? whyNot(runs) : null,
    ids: [...outcomes.keys()].filter((id) => !OF_A_FILE.test(id)),
    outcomeOf(id) {
      const file = fileOf(id);
      if (missing.has(file)) return 'absent';
      const known = outcomes.get(id);
      // Where something fails around the tests, runners call those skipped that they never came to.
      if (known === 'skipped' && spoiled.has(file)) return 'unseen';
      return known ?? (isWhole && reporting.has(file) && !spoiled.has(file) ? 'absent' : 'unseen');
    },
    messageOf: (id) => messages.get(id),
  };
}

function reported(runs: readonly TestRun[]): TestOutcome[] {
  return runs.flatMap((run) => (run.status === 'ran' ? run.outcomes : []));
}

function whyNot(runs: readonly TestRun[]): string {
  return runs.find((run) => run.status === 'did-not-run')?.reason ?? 'nothing was run';
}
