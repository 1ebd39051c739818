/** The verdict of the rules of integrity on one submission. */
import type { CheckResult } from '#contracts';
import type { Change } from './change.ts';
import { inspectChange } from './inspect.ts';

type WithoutName<Result> = Result extends unknown ? Omit<Result, 'check'> : never;

/** A check result that the caller puts its check's name on. */
export type IntegrityResult = WithoutName<CheckResult>;

/**
 * Failed by any gate. Unscored, by the fault of whoever wrote the change, when its texts bring the reader down, unless those of the reference do
 * so alone, or made a file of code unreadable: what nobody looked at has not passed. A file that was unreadable before is counted in the facts alone. An empty change passes.
 * @throws the signal's reason on abort.
 */
export async function checkIntegrity(change: Change, options: { signal: AbortSignal; timeoutMs?: number }): Promise<IntegrityResult> {
  const outcome = await inspectChange(change, options);
  if (outcome.status === 'silent') return { status: 'unscored', ...(await attribute(outcome, change, options)) };
  const { findings, unread, facts } = outcome.answer;
  const gates = findings.filter(({ severity }) => severity === 'gate');
  const warnings = findings.filter(({ severity }) => severity === 'warn');
  const [first, ...rest] = unread.filter(({ isNew }) => isNew);
  if (gates.length === 0 && first !== undefined) {
    return {
      status: 'unscored',
      reason: `${first.path} could not be read (${first.reason})${rest.length > 0 ? `, and ${rest.length} more` : ''}`,
      fault: 'agent',
    };
  }
  const summary = [
    gates.length > 0 ? gates.map(({ message }) => message).join('; ') : 'nothing bends the evidence',
    warnings.length > 0 ? `${warnings.length} to look at` : '',
  ];
  return {
    status: gates.length > 0 ? 'failed' : 'passed',
    evidence: {
      summary: summary.filter((part) => part !== '').join(', '),
      facts: {
        ...facts,
        unread: unread.length,
        gates: gates.length,
        warnings: warnings.length,
        records: findings.length - gates.length - warnings.length,
      },
    },
    findings,
  };
}

/** The reader has the texts of both at once. */
async function attribute(
  { reason }: { reason: string },
  { reference }: Change,
  options: { signal: AbortSignal; timeoutMs?: number },
): Promise<{ reason: string; fault: 'agent' | 'environment' }> {
  const human = reference && (await inspectChange({ files: reference }, options));
  return human?.status === 'silent' ? { reason: `the human change: ${human.reason}`, fault: 'environment' } : { reason, fault: 'agent' };
}
