/** When each finding about the architecture came into a trial, and when it went; pure. */
import type { FindingLife, MilestoneGrade, SensedFinding, SensedMoment, TrialMode } from '#contracts';

type Grade = Pick<MilestoneGrade, 'id' | 'checks' | 'fold' | 'sensed'>;

/**
 * Between two grades the sensor says when; what a grade has and no look has seen came at its `end`, and what it lacks had gone by then.
 * Where a grade could not tell, the looks are believed.
 * @param grades in the task's order, as many as there are.
 * @returns in the order they came.
 */
export function findingLives(grades: readonly Grade[], mode: TrialMode): FindingLife[] {
  const lives: FindingLife[] = [];
  let standing = new Map<string, FindingLife>();
  const lasting = new Set<string>();
  for (const { id: milestone, checks, fold, sensed } of grades) {
    // The tree was given up for a human one, and its findings with it.
    if (mode === 'isolated' || fold?.status === 'broken') standing = new Map();
    const introduce = ({ id, rule, severity }: SensedFinding, at: SensedMoment) => {
      if (standing.has(id)) return;
      const life: FindingLife = { id, rule, severity, introduced: { milestone, at }, healed: null, submitted: false };
      standing.set(id, life);
      lives.push(life);
    };
    const heal = (id: string, at: SensedMoment) => {
      const life = standing.get(id);
      if (life) life.healed = { milestone, at };
      standing.delete(id);
    };
    for (const { what, at, ...finding } of sensed?.changes ?? []) {
      if (what === 'introduced') introduce(finding, at);
      else if (what === 'healed') heal(finding.id, at);
      else lasting.add(finding.id);
    }
    const check = checks.find((each) => each.check === 'architecture');
    if (check === undefined || check.status === 'unscored') continue;
    const graded = new Map(check.findings.map((finding) => [finding.id, finding]));
    for (const id of [...standing.keys()]) if (!graded.has(id)) heal(id, 'end');
    for (const finding of graded.values()) {
      introduce(finding, 'end');
      // The grade knows what the human tree excuses, and the sensor what stays.
      const severity = lasting.has(finding.id) && finding.severity === 'record' ? 'warn' : finding.severity;
      Object.assign(standing.get(finding.id) ?? {}, { submitted: true, severity });
    }
  }
  return lives;
}
