/** Finds out on the human tree where a test that must fail is seen to fail, and whether tests can be kept out of the reporter's process. */
import type { SuiteOutcomes, TestRun } from '#contracts';
import { rerunTests, type Tree } from './examine-tree.ts';
import type { HarnessDeps } from './harness-deps.ts';
import { type Rehearsal, UNREHEARSED } from './rehearsal.ts';
import { testsThat } from './score/suite-outcomes.ts';
import { fileOf } from './test-content.ts';
import { outcomesById } from './test-outcomes.ts';

/** A process of its own costs a file of mocha 0.1 s (chai) to 0.9 s (eslint, with its loaders), in every run. */
const MAX_FILES_APART = 100;
const STEADY = ['passed', 'failed', 'skipped'] as const;

/**
 * One more run of the suite, with a canary in every file that has a passing test and each file in a process of its own; one in a shared process
 * where that changes anything, or there are more than 100 files. A file whose other tests come out differently keeps no canary: not every suite bears a stranger. Suites that
 * compile their tests first have none at all, because what runs are other files.
 * @param outcomes of the same tree, as its runner runs it. @returns null where it did not run.
 */
export async function rehearseSuite(deps: HarnessDeps, human: Tree, outcomes: SuiteOutcomes): Promise<Rehearsal | null> {
  const files = [...new Set(testsThat('passed', outcomes).map(fileOf))].sort();
  if (files.length === 0) return UNREHEARSED;
  const rehearse = async (processes: Rehearsal['processes']) => {
    const [run] = await rerunTests(deps, human, { times: 1, rehearsal: { canaries: files, isToldByExit: false, processes } });
    return run?.status === 'ran' ? { run, disturbed: disturbedFiles(run, outcomes) } : null;
  };
  const apart = files.length <= MAX_FILES_APART ? await rehearse('apart') : null;
  const isApart = apart?.run.processes === 'apart' && apart.disturbed.size === 0;
  const told = isApart ? apart : await rehearse('shared');
  if (told === null) return null;
  return {
    canaries: files.filter((file) => told.run.canaries[file] === 'failed' && !told.disturbed.has(file)),
    isToldByExit: told.run.exitCode !== 0,
    processes: told.run.processes,
  };
}

function disturbedFiles(run: TestRun, outcomes: SuiteOutcomes): Set<string> {
  const seen = outcomesById(run);
  const isOther = (id: string, status: string) => seen.get(id)?.status !== status;
  return new Set(STEADY.flatMap((status) => testsThat(status, outcomes).filter((id) => isOther(id, status))).map(fileOf));
}
