/** What became of the architecture, milestone by milestone, and of the findings about it. */
import type { DriftRow, FindingLife, ReportMilestone, ReportTrial, SensedMoment } from '#contracts';
import { changeText, usualText } from './drift-table.ts';
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

export const FINDINGS_HEAD = ['agent', 'gates', 'warnings', 'on the way only', 'healed later', 'still there', 'oldest of them'];

/** A row per trial that had gates or warnings. `on the way only`: gone before the tree was handed over. */
export function findingRows(trials: readonly ReportTrial[], nameOf: (trial: ReportTrial) => string): string[][] {
  return trials.flatMap((trial) => {
    const findings = trial.findings.filter(({ severity }) => severity !== 'record');
    const gates = findings.filter(({ severity }) => severity === 'gate');
    if (findings.length === 0) return [];
    const submitted = findings.filter((life) => life.submitted);
    const standing = submitted.filter(({ healed }) => healed === null);
    return [
      [
        nameOf(trial),
        String(gates.length),
        String(findings.length - gates.length),
        String(findings.length - submitted.length),
        String(submitted.length - standing.length),
        String(standing.length),
        standing[0] === undefined ? '-' : pointOf(standing[0]),
      ],
    ];
  });
}

const SHOWN_METRICS = 6;

/**
 * A row per trial and metric that erosion moves: how far the graded tree is from the human one of the same milestone. `·`: not graded, or
 * not measured. Only metrics that differ somewhere are shown, those that are worse in the end first, a few for each trial.
 */
export function driftRows(
  trials: readonly ReportTrial[],
  milestones: readonly string[],
  nameOf: (trial: ReportTrial) => string,
): string[][] {
  return trials.flatMap((trial) => {
    const graded = new Map(trial.milestones.map(({ id, drift }) => [id, new Map(drift.map((row) => [row.metric, row]))]));
    const last = trial.milestones.findLast(({ drift }) => drift.length > 0)?.drift ?? [];
    const isMoved = ({ metric }: DriftRow) => [...graded.values()].some((rows) => (rows.get(metric)?.change ?? 0) !== 0);
    const moved = last.filter((row) => row.worse !== null && isMoved(row)).sort((a, b) => Number(isWorse(b)) - Number(isWorse(a)));
    return moved.slice(0, SHOWN_METRICS).map((row) => [
      nameOf(trial),
      row.title,
      ...milestones.map((id) => {
        const there = graded.get(id)?.get(row.metric);
        return there === undefined ? '·' : changeText(there) || '0';
      }),
      usualText(row),
    ]);
  });
}

function isWorse({ change, worse }: DriftRow): boolean {
  return change !== null && (worse === 'up' ? change > 0 : change < 0);
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
