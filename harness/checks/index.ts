/** The checks of a milestone, in the order they are made. */
import type { CheckResult } from '#contracts';
import type { Judged } from '../judged.ts';
import { checkArchitecture } from './architecture.ts';
import { checkBuild } from './build.ts';
import { checkEarlierMilestones } from './earlier-milestones.ts';
import { checkSubmissionIntegrity } from './integrity.ts';
import { checkSubmissionSecurity } from './security.ts';
import { checkTests } from './tests.ts';
import { checkTypes } from './types.ts';

/** Null: not made, because the task gives nothing to check. Pure: whatever it needs was found out before. */
export type Check = (judged: Judged) => CheckResult | null;

const CHECKS: readonly Check[] = [
  checkBuild,
  checkTypes,
  checkTests,
  checkEarlierMilestones,
  checkArchitecture,
  checkSubmissionIntegrity,
  checkSubmissionSecurity,
];

export function makeChecks(judged: Judged): CheckResult[] {
  return CHECKS.flatMap((check) => check(judged) ?? []);
}

/** Of everything that was checked, the findings that block. */
export function gateIds(checks: readonly CheckResult[]): string[] {
  const findings = checks.flatMap((check) => (check.status === 'unscored' ? [] : check.findings));
  return findings.filter(({ severity }) => severity === 'gate').map(({ id }) => id);
}
