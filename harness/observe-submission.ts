/** Opens a submission as it is graded, and finds out about it what is not known yet. */
import { createHash } from 'node:crypto';
import type { CommitSha, TestRun } from '#contracts';
import type { BaselineOptions } from './baseline.ts';
import { Examination, examineTree, rerunTests, type Tree, type TypesAsked } from './examine-tree.ts';
import type { HarnessDeps } from './harness-deps.ts';
import type { Rehearsal } from './rehearsal.ts';
import { conditions } from './surroundings.ts';

export interface Observation {
  /** The graded tree: the patch over the base commit, the human tests over both. */
  tree: Tree;
  examination: Examination;
  run: TestRun;
  /** Names everything that this depended on. */
  key: string;
}

/**
 * Remembered by content: equal trees, tests and surroundings are examined once, whoever made them.
 * @param options.over the human tree whose tests and dependencies it gets.
 */
export async function observe(
  deps: HarnessDeps,
  submitted: Pick<BaselineOptions, 'task' | 'limits' | 'isolation' | 'node'> & { submission: { tree: CommitSha; patch: Uint8Array } },
  { over, types, rehearsal }: { over: Tree; types: TypesAsked | null; rehearsal: Rehearsal },
): Promise<Observation> {
  const { task, submission } = submitted;
  const tests = over.testsFrom ?? over.commit;
  const tree: Tree = { ...over, commit: task.baseCommit, patch: submission.patch, testsFrom: tests };
  // The base commit decides which tests the human has deleted.
  const inputs = [submission.tree, task.baseCommit, tests, over.environmentFrom, types, rehearsal, conditions(submitted)];
  const key = createHash('sha256').update(JSON.stringify(inputs)).digest('hex');
  const compute = async () => {
    const examination = await examineTree(deps, tree, { runs: 1, types, rehearsal, rules: false });
    return { ...examination, runs: [await attribute(deps, theOneRun(examination), over)] };
  };
  // What the moment is to blame for would otherwise be held against every equal tree for ever.
  const examination = await deps.remember(`examination:${key}`, Examination, compute, (made) => !isOfTheMoment(made));
  return { tree, examination, run: theOneRun(examination), key };
}

function theOneRun({ runs: [run] }: Examination): TestRun {
  if (run === undefined) throw new RangeError('an examination without a run');
  return run;
}

function isOfTheMoment(examination: Examination): boolean {
  const { types, architecture } = examination;
  const run = theOneRun(examination);
  return (
    (run.status === 'did-not-run' && run.fault !== 'agent') ||
    (types?.status === 'unreadable' && types.ofTheMoment) ||
    architecture.status === 'unreadable'
  );
}

/**
 * A suite that gives no evidence is the agent's doing only while the human one still does, so that one is asked now.
 * @returns the run, with whose fault it is.
 */
async function attribute(deps: HarnessDeps, run: TestRun, human: Tree): Promise<TestRun> {
  if (run.status === 'ran' || run.fault !== 'agent') return run;
  const [now] = await rerunTests(deps, human, { times: 1 });
  if (now?.status !== 'did-not-run') return run;
  return { ...run, fault: 'environment', reason: `${run.reason}; nor does the human suite run: ${now.reason}` };
}
