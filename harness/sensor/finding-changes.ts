/** What came and what went from one look to the next. */
import type { MilestoneGrade, SensedFinding } from '#contracts';

export type KnownFindings = ReadonlyMap<string, SensedFinding>;

/** By identity; gates first, as the looks have them. */
export function findingChanges(before: KnownFindings, now: KnownFindings): { introduced: SensedFinding[]; healed: SensedFinding[] } {
  return {
    introduced: [...now.values()].filter(({ id }) => !before.has(id)),
    healed: [...before.values()].filter(({ id }) => !now.has(id)),
  };
}

export function knownFindings(findings: readonly SensedFinding[]): KnownFindings {
  return new Map(findings.map(({ id, rule, severity }) => [id, { id, rule, severity }]));
}

/** What a graded tree had; nothing where nobody could tell. */
export function findingsOf(grade: Pick<MilestoneGrade, 'checks'> | undefined): SensedFinding[] {
  const check = grade?.checks.find((each) => each.check === 'architecture');
  if (check === undefined || check.status === 'unscored') return [];
  return check.findings.map(({ id, rule, severity }) => ({ id, rule, severity }));
}
