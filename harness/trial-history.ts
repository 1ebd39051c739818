/** What a trial remembers from milestone to milestone: which tests passed when they were last graded. */
import type { GradedTests } from '#contracts';
import type { Baseline } from './baseline.ts';
import { testsThat } from './score/suite-outcomes.ts';
import { outcomesById } from './test-outcomes.ts';
import { fileOf, sourceOf } from './test-content.ts';

export interface TrialHistory {
  /** Test id to where it last passed; `milestone` null means the human tree the agent began with. A test that was broken is not in it. */
  readonly passing: ReadonlyMap<string, { milestone: string | null; file: string; content: string }>;
}

/** In the human tree before a milestone, with that milestone's tests laid over it: where a trial begins, or begins anew. */
export function historyAtStart({ suites, content }: Baseline): TrialHistory {
  return { passing: new Map(testsThat('passed', suites.before).flatMap((id) => entry(id, null, content))) };
}

/**
 * After one more graded tree. A suite that did not run leaves the history as it was: nothing was seen to pass or break.
 * So does a flaky test: it neither passed nor broke.
 */
export function historyAfter(history: TrialHistory, milestone: string | null, { run, content, flaky }: GradedTests): TrialHistory {
  if (run.status === 'did-not-run') return history;
  const passing = new Map(history.passing);
  const unsure = new Set(flaky);
  const seen = outcomesById(run);
  for (const { id, status } of seen.values()) {
    if (status === 'passed') for (const [key, value] of entry(id, milestone, content)) passing.set(key, value);
    if (status === 'failed' && !unsure.has(id)) passing.delete(id);
  }
  for (const id of passing.keys()) if (!seen.has(id) && !unsure.has(id)) passing.delete(id);
  return { passing };
}

/** Tests that a tree was not given a chance to pass, such as those that a fold broke. */
export function historyWithout(history: TrialHistory, tests: readonly string[]): TrialHistory {
  const gone = new Set(tests);
  return { passing: new Map([...history.passing].filter(([id]) => !gone.has(id))) };
}

/** Test id to where it last passed, of the tests that still ask for the same, and that people pass. */
export function watchedTests(
  history: TrialHistory,
  passedByHumans: readonly string[],
  content: Readonly<Record<string, string>>,
): Map<string, string | null> {
  const human = new Set(passedByHumans);
  return new Map(
    [...history.passing]
      .filter(([id, { content: then, file }]) => human.has(id) && content[file] === then)
      .map(([id, { milestone }]) => [id, milestone]),
  );
}

function entry(id: string, milestone: string | null, content: Readonly<Record<string, string>>) {
  const file = sourceOf(fileOf(id), content);
  const hash = file === undefined ? undefined : content[file];
  return file === undefined || hash === undefined ? [] : [[id, { milestone, file, content: hash }] as const];
}
