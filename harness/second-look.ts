/** Runs again what should have passed and did not, before anybody is blamed for it. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { TestRun } from '#contracts';
import { rerunTests, type Tree } from './examine-tree.ts';
import type { HarnessDeps } from './harness-deps.ts';
import type { Rehearsal } from './rehearsal.ts';
import { fileOf } from './test-content.ts';
import { isKept, outcomesById } from './test-outcomes.ts';

/** Above it the whole suite is run: arguments of a command have a limit. */
const MAX_FILES = 200;

const SecondLook = z.strictObject({ tree: z.array(TestRun), human: z.array(TestRun) });

export interface SecondLookOptions {
  /** The tree in which tests did not pass, and the human tree of the same milestone. */
  tree: Tree;
  human: Tree;
  /** Test ids that were expected to pass, and did not in the one run there was. */
  suspects: readonly string[];
  /** Of the human tree, and expected of both. */
  rehearsal: Rehearsal;
  /** The k of "k of k". */
  runs: number;
  /** Names everything the first run depended on. */
  key: string;
}

/** `flaky`: suspects nobody is to be blamed for. `unconfirmed`: why no suspect can be judged; null when they can. */
export interface SecondLookResult {
  flaky: string[];
  unconfirmed: string | null;
}

/**
 * A suspect is confirmed when it does not pass in k - 1 further runs of the tree either, and passes in k runs of the human tree made
 * at the same time. The rest is flaky. Only the suspects' files are run; a test that passes only in the company of other files
 * then fails in the human tree too, and is not held against anybody.
 * Stops early once nothing is left to confirm, and is made only where there are suspects: a clean grade costs one run.
 */
export async function lookAgain(
  deps: HarnessDeps,
  { tree, human, suspects, rehearsal, runs, key }: SecondLookOptions,
): Promise<SecondLookResult> {
  if (suspects.length === 0) return { flaky: [], unconfirmed: null };
  const concerned = [...new Set(suspects.map(fileOf))].sort();
  const files = concerned.length > MAX_FILES ? [] : concerned;
  const name = createHash('sha256')
    .update(JSON.stringify([key, human.commit, human.testsFrom, runs, [...suspects].sort()]))
    .digest('hex');
  const compute = async () => {
    const [ofTree, ofHuman] = await Promise.all([
      rerunTests(deps, tree, { files, rehearsal, times: runs - 1, enough: (done) => failing(suspects, done).length === 0 }),
      rerunTests(deps, human, { files, rehearsal, times: runs, enough: (done) => passing(suspects, done).length === 0 }),
    ]);
    return { tree: ofTree, human: ofHuman };
  };
  const look = await deps.remember(`second-look:${name}`, SecondLook, compute, (made) => whyNot(made) === null);
  const reason = whyNot(look);
  if (reason !== null) return { flaky: [], unconfirmed: `tests that failed could not be run again: ${reason}` };
  const confirmed = new Set(passing(failing(suspects, look.tree), look.human));
  return { flaky: suspects.filter((id) => !confirmed.has(id)).sort(), unconfirmed: null };
}

/** Those that were kept in none of the runs. */
function failing(suspects: readonly string[], runs: readonly TestRun[]): readonly string[] {
  return runs.map(outcomesById).reduce((left, outcomes) => left.filter((id) => !isKept(outcomes.get(id)?.status)), suspects);
}

/** Those that passed in all of the runs. */
function passing(suspects: readonly string[], runs: readonly TestRun[]): readonly string[] {
  return runs.map(outcomesById).reduce((left, outcomes) => left.filter((id) => outcomes.get(id)?.status === 'passed'), suspects);
}

/** A tree may stop its own suite, which is an answer. Whatever else keeps one from running is none. */
function whyNot({ tree, human }: z.infer<typeof SecondLook>): string | null {
  const silent = (run: TestRun) => (run.status === 'did-not-run' ? [run] : []);
  const [broken] = [...human.flatMap(silent), ...tree.flatMap(silent).filter(({ fault }) => fault !== 'agent')];
  return broken?.reason ?? null;
}
