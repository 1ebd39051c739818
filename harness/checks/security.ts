/** Whether the submission lets something in that endangers whoever installs, builds or runs it. */
import type { CheckResult } from '#contracts';
import type { Judged } from '../judged.ts';
import { checkSecurity } from '../security/check-security.ts';

/** A change that brings the reader down is the agent's doing, unless the human change does too. */
export function checkSubmissionSecurity({ inspected: { security } }: Judged): CheckResult {
  const check = 'security';
  const { head, reference } = security;
  if (reference.status === 'silent')
    return { check, status: 'unscored', reason: `the human change: ${reference.reason}`, fault: 'environment' };
  if (head.status === 'silent') return { check, status: 'unscored', reason: head.reason, fault: 'agent' };
  return { check, ...checkSecurity({ head: head.answer, reference: reference.answer }) };
}
