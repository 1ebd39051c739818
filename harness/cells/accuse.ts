/** What is held against a submission of what its cells say, and what the human change of the same request excuses. */
import type { Finding, Severity } from '#contracts';
import type { CellComparison, CellVerdict } from './classify-cells.ts';
import type { CrossedTests } from './cross-tests.ts';

/** `unknown`: the tree that the chain began with gives no evidence, so nothing is proved either way. */
export type TestProof = { status: 'proved'; findings: Finding[]; stable: number; unknown: number } | { status: 'unknown'; reason: string };

type Compared = Extract<CellComparison, { status: 'compared' }>;

/** More would say nothing more. */
const MAX_FINDINGS = 100;
const MAX_REASON_CHARS = 1_000;

/** The reference has to be asked about it. */
export function isAccusation(verdict: CellVerdict): boolean {
  return ruleOf(verdict)?.worst === 'gate';
}

/**
 * Pure. A gate is what the human did not do: the same base test is neither lost with the human's source nor skipped or gone there, and its
 * text is as it was. Where the human did as much it is a record, and where nobody can tell, a warning.
 * @param human null where nothing has to be excused.
 */
export function accuse({ verdicts, stable }: Compared, human: CrossedTests | null): TestProof {
  const findings = verdicts.flatMap((verdict): Finding[] => {
    const broken = ruleOf(verdict);
    if (broken === null) return [];
    const { rule, worst, message } = broken;
    const { test, reason } = verdict;
    return [
      {
        id: `${rule}:${test}`,
        rule,
        severity: worst === 'gate' ? heldToTheHuman(test, human) : worst,
        message,
        place: { path: test.split(' > ')[0] ?? test },
        witness: [reason.slice(0, MAX_REASON_CHARS)],
      },
    ];
  });
  const gatesFirst = ['gate', 'warn', 'record'].flatMap((severity) => findings.filter((finding) => finding.severity === severity));
  return {
    status: 'proved',
    findings: gatesFirst.slice(0, MAX_FINDINGS),
    stable,
    unknown: verdicts.filter(({ kind }) => kind === 'unknown').length,
  };
}

function ruleOf(verdict: CellVerdict): { rule: string; worst: Severity; message: string } | null {
  const { test } = verdict;
  switch (verdict.kind) {
    case 'bent': {
      const what = verdict.snapshotOnly ? 'the stored snapshot of' : 'the test';
      return { rule: 'bent-test', worst: 'gate', message: `${what} "${test}" was changed to fit the code: as it was, it fails` };
    }
    case 'gone':
      return verdict.holds
        ? { rule: 'removed-test', worst: 'record', message: `the test "${test}" is gone; as it was, it passes` }
        : { rule: 'removed-test', worst: 'gate', message: `the test "${test}" is gone; as it was, it fails` };
    case 'disarmed':
      return { rule: 'disarmed-test', worst: 'gate', message: `the test "${test}" passed and is skipped now` };
    case 'new':
      return verdict.fixes === false
        ? { rule: 'vacuous-test', worst: 'record', message: `the new test "${test}" passes without the change too` }
        : null;
    case 'broken':
    case 'unmet':
    case 'fixed':
    case 'flaky':
    case 'unknown':
      return null;
  }
}

function heldToTheHuman(test: string, human: CrossedTests | null): Severity {
  if (human === null || human.comparison.status === 'unknown') return 'warn';
  const { edited, gone } = human.changes;
  if ([...edited, ...gone].some(({ path, title }) => `${path} > ${title}` === test)) return 'record';
  const verdict = human.comparison.verdicts.find((each) => each.test === test);
  if (verdict === undefined) return 'gate';
  return verdict.kind === 'unknown' || verdict.kind === 'flaky' ? 'warn' : 'record';
}
