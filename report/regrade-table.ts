/** Old and new verdicts of a run side by side. */
import type { RegradeReport, RegradeVerdict } from '#contracts';
import { plainTable } from './plain-table.ts';

/** A row per milestone; `yes → no` where the two differ. */
export function renderRegrade({ run, baselineRuns, summary, trials }: RegradeReport): string {
  const table = plainTable(['agent', 'milestone', 'resolved', 'useful', 'regressions', 'grader']);
  for (const { agent, seed, milestones } of trials) {
    for (const { id, before, after } of milestones) {
      const cells = (['resolved', 'useful', 'regressions', 'grader'] as const).map((name) =>
        sideBySide(told(before, name), told(after, name)),
      );
      table.push([`${agent} #${seed}`, id, ...cells]);
    }
  }
  const { milestones, changed, unscored } = summary;
  return `${table.toString()}\nrun ${run}: ${changed} of ${milestones} verdicts changed, ${unscored} could not be made; ${baselineRuns} runs of each human suite\n`;
}

function told(verdict: RegradeVerdict, name: keyof RegradeVerdict): string {
  return name === 'regressions' ? String(verdict.regressions.length) : String(verdict[name]);
}

function sideBySide(before: string, after: string): string {
  return before === after ? after : `${before} → ${after}`;
}
