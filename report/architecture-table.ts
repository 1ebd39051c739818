/** What became of the architecture, milestone by milestone. */
import type { ReportMilestone, ReportTrial } from '#contracts';

/**
 * A row per trial. `+2`: two edges between modules that the base commit does not have; `✗`: a gate, such as a new cycle;
 * `?`: unscored; `·`: not graded.
 * @param nameOf how a trial is called in the tables.
 */
export function architectureRows(
  trials: readonly ReportTrial[],
  milestones: readonly string[],
  nameOf: (trial: ReportTrial) => string,
): string[][] {
  return trials.map((trial) => {
    const graded = new Map(trial.milestones.map((milestone) => [milestone.id, milestone]));
    return [nameOf(trial), ...milestones.map((id) => cell(graded.get(id)))];
  });
}

function cell(milestone: ReportMilestone | undefined): string {
  const check = milestone?.checks.find(({ check: name }) => name === 'architecture');
  if (check === undefined) return '·';
  if (check.status === 'unscored') return '?';
  const edges = Number(check.evidence.facts.newModuleEdges ?? 0);
  return `${edges === 0 ? '0' : `+${edges}`}${check.status === 'failed' ? ' ✗' : ''}`;
}
