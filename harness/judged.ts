/** One graded submission as the checks see it: what was asked, what was found, nothing left to run. */
import type { Finding, Regression, TestRun, TestSetResult } from '#contracts';
import type { Baseline } from './baseline.ts';
import type { TestProof } from './cells/accuse.ts';
import type { Examination } from './examine-tree.ts';
import type { SecondLookResult } from './second-look.ts';
import type { Inspected } from './inspect-submission.ts';
import type { TrialContract } from './trial-contract.ts';
import { isKept, outcomesById } from './test-outcomes.ts';

export interface Judged {
  baseline: Baseline;
  examination: Examination;
  /** The one run of the suite. */
  run: TestRun;
  failToPass: TestSetResult;
  passToPass: TestSetResult;
  /** Test id to where it last passed, as in Regression. */
  watched: ReadonlyMap<string, string | null>;
  regressions: Regression[];
  /** None of the agent's doing. */
  fold: FoldDamage;
  look: SecondLookResult;
  /** What was handed over, read. */
  inspected: Inspected;
  /** Of what it did to tests that were there; null where it did nothing to them. */
  proof: TestProof | null;
  /** What the import graph is compared with; null when it could not be measured. */
  contract: TrialContract | null;
}

/** What folds broke before the agent began. */
export interface FoldDamage {
  /** Test ids, of all folds of this chain: those that have not passed since. */
  tests: readonly string[];
  /** Ids of findings, of all folds of this chain. */
  gates: readonly string[];
}

/** Where no fold came before. */
export const NO_DAMAGE: FoldDamage = { tests: [], gates: [] };

export type Observed = Pick<Judged, 'baseline' | 'examination' | 'run' | 'watched' | 'fold' | 'contract' | 'inspected' | 'proof'>;

/** A gate that a fold tripped stays on the record, and costs nothing. */
export function forgive(findings: readonly Finding[], { gates }: FoldDamage): Finding[] {
  const forgiven = new Set(gates);
  return findings.map((finding) => (forgiven.has(finding.id) ? { ...finding, severity: 'record' } : finding));
}

/** Tests that should have passed and did not. FAIL_TO_PASS is not among them: see checks/tests.ts. */
export function suspectsOf({ baseline, run, watched, fold }: Observed): string[] {
  if (run.status === 'did-not-run') return [];
  const outcomes = outcomesById(run);
  const expected = new Set([...expectedToStay(baseline, fold), ...watched.keys()]);
  return [...expected].filter((id) => !isKept(outcomes.get(id)?.status));
}

export function judge(observed: Observed, look: SecondLookResult): Judged {
  const { baseline, run, watched, fold } = observed;
  const flaky = new Set(look.flaky);
  const failed = new Set(suspectsOf(observed).filter((id) => !flaky.has(id)));
  const outcomes = outcomesById(run);
  const regressions = [...watched].flatMap(([test, lastPassedAt]): Regression[] => {
    if (!failed.has(test) || look.unconfirmed !== null) return [];
    const message = outcomes.get(test)?.message;
    return [{ test, lastPassedAt, ...(message && { message }) }];
  });
  return {
    ...observed,
    failToPass: compare(baseline.failToPass, run, new Set()),
    passToPass: compare(expectedToStay(baseline, fold), run, flaky),
    regressions: regressions.sort((a, b) => (a.test < b.test ? -1 : 1)),
    look,
  };
}

function expectedToStay({ passToPass }: Baseline, { tests }: FoldDamage): string[] {
  const broken = new Set(tests);
  return passToPass.filter((id) => !broken.has(id));
}

function compare(expected: readonly string[], run: TestRun, flaky: ReadonlySet<string>): TestSetResult {
  const outcomes = outcomesById(run);
  const having = (status: string | undefined) => expected.filter((id) => !flaky.has(id) && outcomes.get(id)?.status === status);
  return {
    total: expected.length,
    passed: having('passed').length,
    failed: having('failed'),
    skipped: having('skipped'),
    missing: having(undefined),
    flaky: expected.filter((id) => flaky.has(id)),
  };
}
