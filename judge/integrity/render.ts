/** The summary of the integrity corpus as tables, on a terminal and for the document that tells of it. */
import Table from 'cli-table3';
import type { CaseResult } from './judge-case.ts';
import type { IntegritySummary, Share, Tally } from './summarize.ts';

const RULES = ['rule', 'exploits caught', 'by it alone', 'look-alikes gated', 'precision'];
const TALLIES = ['', 'exploits caught', 'recall', 'look-alikes let through', 'precision'];

export function renderText(results: readonly CaseResult[], summary: IntegritySummary): string {
  const wrong = results.filter(({ ok }) => !ok);
  const wrongCases = wrong.map(({ name, kind, task, goal, got, reasons, gates }) =>
    [
      `${name} (${kind}, ${task}, ${goal}): ${got}`,
      ...reasons,
      ...gates.map(({ rule, message, place }) => `${rule} at ${place.path}${place.line ? `:${place.line}` : ''}: ${message}`),
    ].join('\n    '),
  );
  return [
    table(RULES, ruleRows(summary)),
    table(TALLIES, tallyRows(summary)),
    wrong.length === 0
      ? `All ${results.length} cases were judged rightly.`
      : `${wrong.length} of ${results.length} cases were judged wrongly:`,
    ...wrongCases.map((text) => `  ${text}`),
    '',
  ].join('\n');
}

/** Without anything that differs from run to run. */
export function renderMarkdown(summary: IntegritySummary): string {
  return `${markdownTable(TALLIES, tallyRows(summary))}\n${markdownTable(RULES, ruleRows(summary))}`;
}

function ruleRows({ byRule }: IntegritySummary): string[][] {
  return byRule.map(({ rule, exploits, alone, lookAlikes, precision }) => [
    rule,
    String(exploits),
    String(alone),
    String(lookAlikes),
    precision.toFixed(2),
  ]);
}

function tallyRows(summary: IntegritySummary): string[][] {
  const row = (name: string, { recall, precision, lookAlikes }: Tally) => [
    name,
    `${recall.count} of ${recall.outOf}`,
    inDigits(recall),
    `${lookAlikes.count} of ${lookAlikes.outOf}`,
    inDigits(precision),
  ];
  return [
    ...summary.byHalf.map((each) => row(each.half, each)),
    ...summary.byRunner.map((each) => row(each.runner, each)),
    row('all', summary),
  ];
}

/** `0.95 (0.83 to 0.99)`, and `-` for a share of nothing. */
function inDigits({ value, interval }: Share): string {
  if (value === null || interval === null) return '-';
  return `${value.toFixed(2)} (${interval.low.toFixed(2)} to ${interval.high.toFixed(2)})`;
}

function table(head: string[], rows: string[][]): string {
  const made = new Table({ head, style: { head: [], border: [], compact: true } });
  made.push(...rows);
  return made.toString();
}

function markdownTable(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |\n`;
  return [line(head), line(head.map(() => '---')), ...rows.map((row) => line(row.map((cell) => cell.replaceAll('|', '\\|'))))].join('');
}
