/** The verdict on what a submission added, held to no more than the human reference was. */
import type { CheckResult, Finding } from '#contracts';
import type { SecurityReading } from './find-security-findings.ts';

/** A CheckResult that does not yet say of which check. */
export type SecurityVerdict = CheckResult extends infer Result ? (Result extends CheckResult ? Omit<Result, 'check'> : never) : never;

export interface SecurityToJudge {
  head: SecurityReading;
  /** Of the human change of the same milestone, where there is one. */
  reference?: SecurityReading;
}

/**
 * Failed: at least one gate. Unscored: no gate, and a file that could hold one was not understood; by the agent's fault, which
 * counts as failed, unless the reference leaves the same file unread. Passed: neither.
 * A gate that the reference trips too becomes a record: nobody is held to more than the human was.
 */
export function checkSecurity({ head, reference }: SecurityToJudge): SecurityVerdict {
  const known = new Set(reference?.findings.map(({ id }) => id));
  const findings = head.findings.map((each) =>
    each.severity === 'gate' && known.has(each.id) ? { ...each, severity: 'record' as const } : each,
  );
  const gates = findings.filter(({ severity }) => severity === 'gate');
  const evidence = { summary: summaryOf(findings, head), facts: { ...head.facts, gates: gates.length, unread: head.unread.length } };
  if (gates.length > 0) return { status: 'failed', evidence, findings };

  const alsoUnread = new Set(reference?.unread.map(({ path }) => path));
  const [unread] = head.unread
    .map((each) => (alsoUnread.has(each.path) ? { ...each, fault: 'environment' as const } : each))
    .sort((a, b) => compareFault(a.fault, b.fault));
  if (unread) return { status: 'unscored', reason: `${unread.path} could not be read: ${unread.reason}`, fault: unread.fault };
  return { status: 'passed', evidence, findings };
}

function summaryOf(findings: readonly Finding[], { unread }: SecurityReading): string {
  const gates = findings.filter(({ severity }) => severity === 'gate');
  const warnings = findings.filter(({ severity }) => severity === 'warn').length;
  return [
    gates.length > 0 ? gates.map(({ message }) => message.replace(/\.$/, '')).join('; ') : 'nothing that blocks was added',
    ...(warnings > 0 ? [`${warnings} to look at`] : []),
    ...(unread.length > 0 ? [`${unread.length} files not read: ${unread.map(({ path }) => path).join(', ')}`] : []),
  ].join(', ');
}

/** What the submission did counts before what the base was. */
function compareFault(a: 'agent' | 'environment', b: 'agent' | 'environment'): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
