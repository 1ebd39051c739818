/** What became of the architecture, milestone by milestone, and of the findings about it. */
import type { FindingLife, ReportMilestone, ReportTrial, SensedMoment } from '#contracts';
import { printable } from './printable.ts';

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

export const FINDINGS_HEAD = ['agent', 'findings', 'gates', 'on the way only', 'healed later', 'still there', 'oldest of them'];

/** A row per trial that had findings. `on the way only`: gone before the tree was handed over. */
export function findingRows(trials: readonly ReportTrial[], nameOf: (trial: ReportTrial) => string): string[][] {
  return trials.flatMap((trial) => {
    const { findings } = trial;
    if (findings.length === 0) return [];
    const submitted = findings.filter((life) => life.submitted);
    const standing = submitted.filter(({ healed }) => healed === null);
    return [
      [
        nameOf(trial),
        String(findings.length),
        String(findings.filter(({ severity }) => severity === 'gate').length),
        String(findings.length - submitted.length),
        String(submitted.length - standing.length),
        String(standing.length),
        standing[0] === undefined ? '-' : pointOf(standing[0]),
      ],
    ];
  });
}

function pointOf({ rule, introduced: { milestone, at } }: FindingLife): string {
  return `${printable(rule)}, ${milestone} ${momentOf(at)}`;
}

function momentOf(at: SensedMoment): string {
  if (at === 'start') return 'before the agent';
  return at === 'end' ? 'at its end' : `iteration ${at}`;
}

function cell(milestone: ReportMilestone | undefined): string {
  const check = milestone?.checks.find(({ check: name }) => name === 'architecture');
  if (check === undefined) return '·';
  if (check.status === 'unscored') return '?';
  const edges = Number(check.evidence.facts.newModuleEdges ?? 0);
  return `${edges === 0 ? '0' : `+${edges}`}${check.status === 'failed' ? ' ✗' : ''}`;
}

/** Why something of the trials was not seen; each reason once. */
export function unseenReasons(trials: readonly ReportTrial[]): string[] {
  const reasons = trials.flatMap(({ milestones }) =>
    milestones.flatMap(({ id, sensed }) => (sensed?.blind ? [`${id}: ${sensed.blind}`] : [])),
  );
  return [...new Set(reasons)].map(printable);
}
