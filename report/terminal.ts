/** A run's report for a terminal: one table of agents and milestones, then what went wrong, then what to trust. */
import { styleText } from 'node:util';
import type { ReportMilestone, ReportTrial, RunReport } from '#contracts';
import { formatCost, formatDuration } from './amounts.ts';
import { architectureRows, driftRows, FINDINGS_HEAD, findingRows, unseenReasons } from './architecture-table.ts';
import { plainTable } from './plain-table.ts';
import { printable } from './printable.ts';
import { MATRIX_HEAD, matrixRows, SCORE_HEAD, scoreRows, taxLines } from './score-table.ts';

type Paint = (format: Parameters<typeof styleText>[0], text: string) => string;

/** What a milestone came to, from best to worst. */
const OUTCOMES = {
  useful: { mark: '●', colour: 'green', meaning: 'useful' },
  resolved: { mark: '◐', colour: 'yellow', meaning: 'resolved, but something else is broken' },
  unresolved: { mark: '○', colour: 'red', meaning: 'not resolved' },
  unscored: { mark: '?', colour: 'yellow', meaning: 'unscored' },
  pending: { mark: '·', colour: 'dim', meaning: 'not graded' },
} as const;
type Outcome = keyof typeof OUTCOMES;

const SHOWN_REGRESSIONS = 6;
const SHOWN_WARNINGS = 3;
const SHOWN_LEFT_OUT = 3;

export function renderTerminal(report: RunReport, stream: NodeJS.WritableStream): string {
  const paint: Paint = (format, text) => styleText(format, text, { stream: stream as NodeJS.WriteStream });
  const { run, trials } = report;
  return [
    paint('bold', `${run.config.task.id}: ${run.config.task.milestones.length} milestones, run ${run.id} (${run.state})`),
    paint('dim', howItWasRun(run.config)),
    milestoneTable(report, paint),
    legend(trials, run.config.task.milestones, paint),
    '',
    paint('bold', 'Architecture against the base commit: new edges between modules (✗ a rule is broken)'),
    architectureTable(report),
    ...drift(report, paint),
    ...findings(report, paint),
    ...scores(report, paint),
    ...trials.flatMap((trial) => troubles(trial, run.config.repeat, paint)),
    ...isolationNotes(trials, paint),
    ...environmentNotes(trials, paint),
    '',
  ].join('\n');
}

function howItWasRun({ mode, tests, baselineRuns }: RunReport['run']['config']): string {
  const runs = baselineRuns === 1 ? 'one run' : `${baselineRuns} runs`;
  return `${mode}, tests ${tests}, ${runs} of each human suite`;
}

/** The stored runs, newest first. */
export function renderRunList(reports: readonly RunReport[]): string {
  if (reports.length === 0) return 'No run is stored yet. Start one: longhaul run --help\n';
  const table = plainTable(['run', 'state', 'task', 'agents', 'resolved', 'useful', 'of', 'cost']);
  for (const { run, summary } of reports) {
    const agents = [...new Set(run.config.agents.map(({ name }) => name))].join(', ');
    const cost = formatCost(summary.costUsd, summary.costSource);
    table.push(
      [run.id, run.state, run.config.task.id, agents, summary.resolved, summary.usefulAnswers, summary.milestones, cost].map(String),
    );
  }
  return `${table.toString()}\n`;
}

function milestoneTable({ run, trials }: RunReport, paint: Paint): string {
  const milestones = run.config.task.milestones;
  const table = plainTable([
    'agent',
    ...numbersOf(milestones),
    'resolved',
    'regressions',
    'useful',
    'cost',
    'per useful',
    'agent time',
    'grading',
  ]);
  for (const trial of trials) {
    const { summary } = trial;
    const graded = new Map(trial.milestones.map((milestone) => [milestone.id, milestone]));
    const regressions = trial.milestones.reduce((sum, { regressions: broken }) => sum + broken.length, 0);
    const outOf = summary.milestones - summary.unscored;
    table.push([
      trialName(trial, run.config.repeat),
      ...milestones.map((id) => {
        const { mark, colour } = OUTCOMES[outcomeOf(graded.get(id))];
        return paint(colour, mark);
      }),
      `${summary.resolved} of ${outOf}`,
      regressions === 0 ? '0' : paint('red', String(regressions)),
      `${summary.usefulAnswers} of ${outOf}`,
      formatCost(summary.costUsd, summary.costSource),
      summary.costPerUsefulAnswerUsd === null ? '-' : formatCost(summary.costPerUsefulAnswerUsd, summary.costSource),
      formatDuration(trial.milestones.reduce((sum, { usage }) => sum + usage.wallMs, 0)),
      formatDuration(trial.milestones.reduce((sum, { gradeWallMs }) => sum + gradeWallMs, 0)),
    ]);
  }
  return table.toString();
}

function architectureTable({ run, trials }: RunReport): string {
  const milestones = run.config.task.milestones;
  const table = plainTable(['agent', ...numbersOf(milestones)]);
  table.push(...architectureRows(trials, milestones, (trial) => trialName(trial, run.config.repeat)));
  return table.toString();
}

/** Nothing where every tree is as people's. */
function drift({ run, trials }: RunReport, paint: Paint): string[] {
  const milestones = run.config.task.milestones;
  const rows = driftRows(trials, milestones, (trial) => trialName(trial, run.config.repeat));
  if (rows.length === 0) return [];
  const table = plainTable(['agent', 'metric', ...numbersOf(milestones), 'usual']);
  table.push(...rows);
  return [paint('bold', 'Drift: the agent less people at the same milestone'), table.toString()];
}

function findings({ run, trials }: RunReport, paint: Paint): string[] {
  const rows = findingRows(trials, (trial) => trialName(trial, run.config.repeat));
  const table = plainTable(FINDINGS_HEAD);
  table.push(...rows);
  return [
    ...(rows.length === 0 ? [] : [paint('bold', 'Findings about the architecture, from when they came until they went'), table.toString()]),
    ...unseenReasons(trials).map((reason) => paint('yellow', `  not seen while the agent worked, ${reason}`)),
  ];
}

/** Nothing where the evidence behind the grades is not at hand. */
function scores({ run, score, trials }: RunReport, paint: Paint): string[] {
  if (score === null) return [];
  const table = plainTable(SCORE_HEAD);
  table.push(...scoreRows(score, trials));
  const matrix = plainTable(MATRIX_HEAD);
  matrix.push(...matrixRows(trials, (trial) => trialName(trial, run.config.repeat)));
  const percent = Math.round(score.resampling.confidence * 100);
  return [
    '',
    paint('bold', `Scores with ${percent} % intervals: over tasks where there are several, else Wilson's over milestones`),
    table.toString(),
    ...taxLines(score),
    ...(matrix.length === 0 ? [] : [paint('bold', 'Tests over all milestones'), matrix.toString()]),
  ];
}

function numbersOf(milestones: readonly string[]): string[] {
  return milestones.map((_, index) => String(index + 1).padStart(2, '0'));
}

function trialName({ agent, seed }: ReportTrial, repeat: number): string {
  return repeat === 1 ? agent : `${agent} #${seed}`;
}

function outcomeOf(milestone: ReportMilestone | undefined): Outcome {
  if (milestone === undefined) return 'pending';
  if (milestone.useful === 'yes') return 'useful';
  if (milestone.resolved === 'unscored' || milestone.useful === 'unscored') return 'unscored';
  return milestone.resolved === 'yes' ? 'resolved' : 'unresolved';
}

/** Only the marks that occur, and which number is which milestone. */
function legend(trials: readonly ReportTrial[], milestones: readonly string[], paint: Paint): string {
  const marks = new Set(
    trials.flatMap((trial) => milestones.map((id) => outcomeOf(trial.milestones.find((milestone) => milestone.id === id)))),
  );
  const meanings = (Object.keys(OUTCOMES) as Outcome[])
    .filter((outcome) => marks.has(outcome))
    .map((outcome) => `${OUTCOMES[outcome].mark} ${OUTCOMES[outcome].meaning}`);
  const estimated = trials.some(({ summary }) => summary.costSource === 'estimated') ? '   ~ estimated' : '';
  return paint(
    'dim',
    `${meanings.join('   ')}${estimated}\n${milestones.map((id, index) => `${String(index + 1).padStart(2, '0')} ${id.replace(/^\d+-/, '')}`).join('   ')}`,
  );
}

/** What kept an agent that resolved something from being useful, and what went wrong with a whole trial. */
function troubles(trial: ReportTrial, repeat: number, paint: Paint): string[] {
  const lines: string[] = [];
  if (trial.error) lines.push(paint('red', `${trial.error.code}  ${printable(trial.error.message)}`), `  ${trial.error.action}`);
  if (trial.chainBrokenAt !== null)
    lines.push(`  the chain broke at ${trial.chainBrokenAt}: human commits did not fit, and it went on from the human tree`);
  for (const milestone of trial.milestones) {
    const outcome = outcomeOf(milestone);
    if (outcome === 'resolved' || outcome === 'unscored') lines.push(...milestoneTrouble(milestone));
    lines.push(...onItsWay(milestone), ...leftOut(milestone));
  }
  return lines.length === 0 ? [] : ['', paint('bold', trialName(trial, repeat)), ...lines];
}

function milestoneTrouble({ id, regressions, checks }: ReportMilestone): string[] {
  // Checks that stumble over the same thing say so once.
  const byReason = new Map<string, string[]>();
  for (const check of checks) {
    if (check.status === 'passed' || (check.check === 'earlier-milestones' && check.status === 'failed')) continue;
    const reason = `${check.status}: ${printable(check.status === 'unscored' ? check.reason : check.evidence.summary)}`;
    byReason.set(reason, [...(byReason.get(reason) ?? []), check.check]);
  }
  const lines = [...byReason].map(([reason, names]) => `  ${id}: ${names.join(', ')} ${reason}`);
  if (regressions.length === 0) return lines;
  const shown = regressions
    .slice(0, SHOWN_REGRESSIONS)
    .map(({ test, lastPassedAt }) => `    ${printable(test)} (passed at ${lastPassedAt ?? 'the base commit'})`);
  const more = regressions.length > shown.length ? [`    and ${regressions.length - shown.length} more`] : [];
  return [...lines, `  ${id} broke ${regressions.length} tests that passed before:`, ...shown, ...more];
}

/** Advice: it costs an agent nothing. */
function onItsWay({ id, trajectory }: ReportMilestone): string[] {
  const warnings = trajectory.filter(({ severity }) => severity === 'warn');
  const shown = warnings.slice(0, SHOWN_WARNINGS).map(({ message, witness }) => {
    return `  ${id}: ${printable(message)}${witness[0] === undefined ? '' : ` ${printable(witness[0]).slice(0, 100)}`}`;
  });
  return warnings.length > shown.length ? [...shown, `    and ${warnings.length - shown.length} more`] : shown;
}

function leftOut({ id, leftOut: paths }: ReportMilestone): string[] {
  if (paths.length === 0) return [];
  const more = paths.length > SHOWN_LEFT_OUT ? ` and ${paths.length - SHOWN_LEFT_OUT} more` : '';
  return [`  ${id}: left out of the submission: ${paths.slice(0, SHOWN_LEFT_OUT).map(printable).join(', ')}${more}`];
}

const LIMIT_NAMES = [
  ['memory', 'the limit on memory'],
  ['processes', 'the limit on processes'],
  ['cpu-time', 'the metering of processor time'],
] as const;

function isolationNotes(trials: readonly ReportTrial[], paint: Paint): string[] {
  const isolations = trials.flatMap(({ isolation }) => isolation ?? []);
  const notes: string[] = [];
  if (isolations.some(({ sandbox }) => sandbox === 'none')) {
    notes.push('Not isolated: the code under test ran as an ordinary process of this machine, without a sandbox.');
  }
  const unlimited = LIMIT_NAMES.filter(([limit]) => isolations.some(({ notEnforced }) => notEnforced.includes(limit)));
  if (unlimited.length > 0) notes.push(`Not enforced where it ran: ${unlimited.map(([, name]) => name).join(', ')}.`);
  return notes.length === 0 ? [] : ['', ...notes.map((note) => paint('yellow', note))];
}

/** What a reader should know of how the trees were made to run; each sentence once, however many milestones it is about. */
function environmentNotes(trials: readonly ReportTrial[], paint: Paint): string[] {
  const notes = new Set(trials.flatMap(({ milestones }) => milestones.flatMap(({ environment }) => environment?.notes ?? [])));
  return notes.size === 0 ? [] : ['', ...[...notes].map((note) => paint('dim', printable(note)))];
}
