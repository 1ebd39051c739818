/** Old and new verdicts of a run side by side. */
import type { RegradeReport, RegradeTrajectory, RegradeVerdict } from '#contracts';
import { plainTable } from './plain-table.ts';

/** A row per milestone; `yes → no` where the two differ. */
export function renderRegrade({ run, baselineRuns, summary, trials }: RegradeReport): string {
  const table = plainTable(['agent', 'milestone', 'resolved', 'useful', 'regressions', 'grader', 'trajectory']);
  for (const { agent, seed, milestones } of trials) {
    for (const { id, before, after, trajectory } of milestones) {
      const cell = (name: keyof RegradeVerdict) => sideBySide(told(before, name), told(after, name));
      const verdict = (['resolved', 'useful', 'regressions', 'grader'] as const).map(cell);
      table.push([`${agent} #${seed}`, id, ...verdict, trajectory === null ? '-' : difference(trajectory)]);
    }
  }
  const { milestones, changed, unscored, trajectories } = summary;
  return `${table.toString()}\nrun ${run}: ${changed} of ${milestones} verdicts changed, ${unscored} could not be made; ${trajectories} trajectories read otherwise; ${baselineRuns} runs of each human suite\n`;
}

/** Findings that are new, and findings that are none any more. */
function difference({ added, gone }: RegradeTrajectory): string {
  return added.length + gone.length === 0 ? 'as before' : `+${added.length} -${gone.length}`;
}

function told(verdict: RegradeVerdict, name: keyof RegradeVerdict): string {
  return name === 'regressions' ? String(verdict.regressions.length) : String(verdict[name]);
}

function sideBySide(before: string, after: string): string {
  return before === after ? after : `${before} → ${after}`;
}
