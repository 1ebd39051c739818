/** Whether the submission bends the evidence instead of the program. */
import type { CheckResult } from '#contracts';
import type { Judged } from '../judged.ts';

/** Found out beforehand, because it takes a process of its own. */
export function checkSubmissionIntegrity({ inspected: { integrity } }: Judged): CheckResult {
  return integrity;
}
