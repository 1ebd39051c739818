/** What a trial remembers from milestone to milestone: which tests passed when they were last graded. */
import type { GradedTests } from '#contracts';
import type { Baseline } from './baseline.ts';
import { fileOf, sourceOf } from './test-content.ts';

export interface TrialHistory {
  /** Test id to where it last passed; `milestone` null means the base commit. A test that was broken is not in it. */
  readonly passing: ReadonlyMap<string, { milestone: string | null; file: string; content: string }>;
}

/** At the base commit, with the first milestone's tests laid over it. */
export function historyAtBase({ passedBefore, content }: Baseline): TrialHistory {
  return { passing: new Map(passedBefore.flatMap((id) => entry(id, null, content))) };
}

/** After one more graded milestone. A suite that did not run leaves the history as it was: nothing was seen to pass or break. */
export function historyAfter(history: TrialHistory, milestone: string, { run, content }: GradedTests): TrialHistory {
  if (run.status === 'did-not-run') return history;
  const passing = new Map(history.passing);
  const seen = new Set<string>();
  for (const { id, status } of run.outcomes) {
    seen.add(id);
    if (status === 'passed') for (const [key, value] of entry(id, milestone, content)) passing.set(key, value);
    if (status === 'failed') passing.delete(id);
  }
  for (const id of passing.keys()) if (!seen.has(id)) passing.delete(id);
  return { passing };
}

function entry(id: string, milestone: string | null, content: Readonly<Record<string, string>>) {
  const file = sourceOf(fileOf(id), content);
  const hash = file === undefined ? undefined : content[file];
  return file === undefined || hash === undefined ? [] : [[id, { milestone, file, content: hash }] as const];
}
