/** One run of a repository's own tests for a terminal: what ran, with what, and what failed. */
import { styleText } from 'node:util';
import type { TestOutcome, TestReport } from '#contracts';
import { formatDuration } from './amounts.ts';
import { printable } from './printable.ts';

const SHOWN_FAILURES = 20;
const SHOWN_OUTPUT_LINES = 30;

/** @param stream where the text will be written: colours only where it is a terminal that wants them. */
export function renderTestReport(report: TestReport, stream: NodeJS.WritableStream): string {
  const paint = (format: Parameters<typeof styleText>[0], text: string) =>
    styleText(format, text, { stream: stream as NodeJS.WriteStream });
  const { repository, commit, isolation, environment, openWallMs, run } = report;
  const { node, packageManager, dependencies, notes } = environment;
  const sandbox = isolation.sandbox === 'none' ? paint('yellow', 'not isolated') : `${isolation.sandbox} ${isolation.version ?? ''}`.trim();
  return [
    paint('bold', `${printable(repository)} at ${commit}`),
    `Node ${node}, ${packageManager === null ? 'nothing installed' : `${packageManager}, dependencies by ${dependencies}`}, ${sandbox}; opened in ${formatDuration(openWallMs)}`,
    ...(isolation.notEnforced.length > 0 ? [paint('yellow', `not limited here: ${isolation.notEnforced.join(', ')}`)] : []),
    ...notes.map((note) => `note: ${printable(note)}`),
    '',
    ...(run.status === 'ran' ? outcomes(run, paint) : didNotRun(run, paint)),
    '',
  ].join('\n');
}

type Paint = (format: Parameters<typeof styleText>[0], text: string) => string;

function outcomes({ outcomes: all, gaps, runner, wallMs }: Extract<TestReport['run'], { status: 'ran' }>, paint: Paint): string[] {
  const count = (status: TestOutcome['status']) => all.filter((outcome) => outcome.status === status).length;
  const failed = all.filter(({ status }) => status === 'failed');
  const files = new Set(all.map(({ file }) => file)).size;
  const verdict = `${all.length} tests in ${files} files: ${count('passed')} passed, ${failed.length} failed, ${count('skipped')} skipped`;
  return [
    `${paint(failed.length > 0 ? 'red' : gaps.length > 0 ? 'yellow' : 'green', verdict)} (${runner}, ${formatDuration(wallMs)})`,
    ...gaps.map((gap) => paint('yellow', `tests may be missing: ${printable(gap)}`)),
    ...failed
      .slice(0, SHOWN_FAILURES)
      .flatMap(({ id, message }) => [
        `  ${printable(id)}`,
        ...(message ? [paint('dim', `    ${printable(message.trim().split('\n', 1)[0] ?? '')}`)] : []),
      ]),
    ...(failed.length > SHOWN_FAILURES ? [`  and ${failed.length - SHOWN_FAILURES} more`] : []),
  ];
}

function didNotRun({ reason, fault, output }: Extract<TestReport['run'], { status: 'did-not-run' }>, paint: Paint): string[] {
  const lines = output.trim().split('\n').slice(-SHOWN_OUTPUT_LINES);
  return [paint('yellow', `unscored: ${printable(reason)} (${fault})`), ...lines.map((line) => paint('dim', `  ${printable(line)}`))];
}
