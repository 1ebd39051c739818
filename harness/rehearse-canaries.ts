/** Finds out on the human tree where a test that must fail is seen to fail. */
import type { SuiteOutcomes, TestRun } from '#contracts';
import { type Canaries, NO_CANARIES } from './canaries.ts';
import { rerunTests, type Tree } from './examine-tree.ts';
import type { HarnessDeps } from './harness-deps.ts';
import { testsThat } from './score/suite-outcomes.ts';
import { fileOf } from './test-content.ts';
import { outcomesById } from './test-outcomes.ts';

const STEADY = ['passed', 'failed', 'skipped'] as const;

/**
 * One more run of the suite, with a canary in every file that has a passing test. A file whose other tests then come out differently keeps none:
 * not every suite bears a stranger. Suites that compile their tests first have none at all, because what runs are other files.
 * @param outcomes of the same tree without canaries.
 */
export async function rehearseCanaries(deps: HarnessDeps, human: Tree, outcomes: SuiteOutcomes): Promise<Canaries> {
  const files = [...new Set(testsThat('passed', outcomes).map(fileOf))].sort();
  if (files.length === 0) return NO_CANARIES;
  const [run] = await rerunTests(deps, human, { files: [], times: 1, canaries: { files, isToldByExit: false } });
  if (run?.status !== 'ran') return NO_CANARIES;
  const disturbed = disturbedFiles(run, outcomes);
  return {
    files: files.filter((file) => run.canaries[file] === 'failed' && !disturbed.has(file)),
    isToldByExit: run.exitCode !== 0,
  };
}

function disturbedFiles(run: TestRun, outcomes: SuiteOutcomes): Set<string> {
  const seen = outcomesById(run);
  const isOther = (id: string, status: string) => seen.get(id)?.status !== status;
  return new Set(STEADY.flatMap((status) => testsThat(status, outcomes).filter((id) => isOther(id, status))).map(fileOf));
}
