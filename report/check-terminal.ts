/** A check for a terminal: the verdict, each finding with its proof and what to do instead, how far the architecture drifted, and what was not seen. */
import { styleText } from 'node:util';
import { ARCHITECTURE_RULES, type CheckFinding, type CheckReport, type DriftRow, type Severity } from '#contracts';
import { changeText, driftHead, driftRow, isOutside } from './drift-table.ts';
import { plainTable } from './plain-table.ts';
import { printable, printableUpTo } from './printable.ts';

type Paint = (format: Parameters<typeof styleText>[0], text: string) => string;

const MARKS = { gate: ['✗', 'red'], warn: ['!', 'yellow'], record: ['·', 'dim'] } as const satisfies Record<
  Severity,
  readonly [string, string]
>;
const VERDICTS = { passed: 'green', failed: 'red', unscored: 'yellow' } as const;
const SHOWN_STEPS = 12;
/** A message says what was found, why it matters and what to do. */
const MESSAGE_CHARS = 900;
const SHOWN_RECORDS = 8;
const SHOWN_GAPS = 8;
const SHOWN_METRICS = 10;

/** @param stream where the text will be written: colours only where it is a terminal that wants them. @returns text that ends with a line break. */
export function renderCheck(report: CheckReport, stream: NodeJS.WritableStream): string {
  const paint: Paint = (format, text) => styleText(format, text, { stream: stream as NodeJS.WriteStream });
  const records = report.findings.filter(({ severity }) => severity === 'record');
  const loud = report.findings.filter(({ severity }) => severity !== 'record');
  return [
    ...explanation(report, paint),
    `${paint(['bold', VERDICTS[report.verdict]], report.verdict)}  ${summary(report)}`,
    ...(report.reason === null ? [] : [paint('yellow', `Nothing can be said of this change: ${printable(report.reason)}`)]),
    paint('dim', place(report)),
    paint('dim', size(report)),
    ...loud.flatMap((finding) => ['', ...whole(finding, paint)]),
    ...reasons(loud, paint),
    ...(records.length === 0 ? [] : ['', paint('bold', 'For the record'), ...cut(records.map(line), SHOWN_RECORDS)]),
    ...drift(report, paint),
    ...versions(report, paint),
    ...gaps(report, paint),
    '',
  ].join('\n');
}

/** The sentence that a reader needs when they read no other. */
export function summary({ findings, elsewhere, folder }: CheckReport): string {
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  const [gates, warnings, records] = [count('gate'), count('warn'), count('record')];
  const here =
    gates + warnings + records === 0
      ? 'nothing new'
      : `${plural(gates, 'gate')}, ${plural(warnings, 'warning')}, ${records} for the record`;
  const others = elsewhere.gate + elsewhere.warn;
  const there = others === 0 ? '' : `; outside ${folder} ${plural(elsewhere.gate, 'gate')} and ${plural(elsewhere.warn, 'warning')}`;
  return `${here}${there}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function explanation({ explanation: lines }: CheckReport, paint: Paint): string[] {
  return lines === null ? [] : [paint('bold', 'The contract of the base'), ...lines.map((text) => printableUpTo(MESSAGE_CHARS, text)), ''];
}

function place({ repository, folder, base, head }: CheckReport): string {
  const where = `${repository}${folder === '' ? '' : `, folder ${folder}`}`;
  return `${printable(where)}${head.branch === null ? '' : ` on ${printable(head.branch)}`} against ${base.commit.slice(0, 10)}: ${printable(base.why)}`;
}

function size({ facts, imports: { counts }, timing }: CheckReport): string {
  const parts = Object.entries(facts).map(([name, count]) => `${count} ${words(name)}`);
  const missing = counts.missing === 0 ? [] : [`${counts.missing} of undeclared packages`];
  const remembered = timing.baseRemembered ? ', the base remembered' : '';
  return `${[...parts, ...missing].join(', ')}; ${Math.round(timing.wallMs)} ms${remembered}`;
}

/** `newModuleEdges` as `new module edges`. */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function whole({ rule, severity, message, place: at, witness, human }: CheckFinding, paint: Paint): string[] {
  const [mark, colour] = MARKS[severity];
  return [
    `${paint(colour, mark)} ${paint('bold', printable(located(at)))}  ${paint('dim', `${severity} ${printable(rule)}`)}`,
    `  ${printableUpTo(MESSAGE_CHARS, message)}`,
    ...(witness.length > 2 ? [`  ${paint('dim', cut(witness.map(printable), SHOWN_STEPS).join(' → '))}`] : []),
    ...(human === null ? [] : [`  ${paint('dim', `people: ${human.tripped} of ${human.of} commits trip this`)}`]),
  ];
}

/** What each rule is for, and what to do instead: once, however often it was tripped. */
function reasons(findings: readonly CheckFinding[], paint: Paint): string[] {
  const lines = [...new Set(findings.map(({ rule }) => rule))].flatMap((rule) => {
    const known = ARCHITECTURE_RULES.get(rule);
    return known === undefined ? [] : [`${paint('cyan', rule)}  ${known.reason}`, `  ${known.instead}`];
  });
  return lines.length === 0 ? [] : ['', paint('bold', 'Why, and what instead'), ...lines];
}

function line({ message, place: at }: CheckFinding): string {
  return `  ${printable(located(at))}  ${printableUpTo(MESSAGE_CHARS, message)}`;
}

function located({ path, line: at }: CheckFinding['place']): string {
  return at === undefined ? path : `${path}:${at}`;
}

/** Numbers that say something of erosion, those first that are not usual here; the JSON document and the page have all. */
function drift({ drift: rows, calibration }: CheckReport, paint: Paint): string[] {
  const moved = rows.filter((row) => changeText(row) !== '');
  if (rows.length === 0) return [];
  if (moved.length === 0) return ['', paint('dim', 'No metric of the architecture has changed.')];
  const isUnusual = ({ usual, change }: DriftRow) => usual !== null && change !== null && isOutside(usual, change);
  const telling = moved.filter(({ worse }) => worse !== null);
  const shown = [...telling.filter(isUnusual), ...telling.filter((row) => !isUnusual(row))].slice(0, SHOWN_METRICS);
  const others = moved.length - shown.length;
  if (shown.length === 0) {
    return ['', paint('dim', `Nothing that tells of erosion has moved, only ${plural(others, 'other number')} (--json, --html).`)];
  }
  const table = plainTable(driftHead(calibration !== null));
  for (const row of shown) table.push(driftRow(row, calibration !== null));
  const usual = calibration === null ? '' : `; usual: what ${calibration.commits} commits of this repository did`;
  return [
    '',
    paint('bold', `Drift from the base${usual}`),
    table.toString(),
    ...(others === 0 ? [] : [paint('dim', `and ${others} more ${others === 1 ? 'number' : 'numbers'} (--json, --html)`)]),
  ];
}

function versions({ versions: needed }: CheckReport, paint: Paint): string[] {
  if (needed.length === 0) return [];
  const lines = [...Map.groupBy(needed, (each) => each.class)].map(([word, packages]) => {
    const names = packages.map((each) => printable(each.package));
    return `  ${word === 'unclear' ? 'unclear, a declaration changed' : word}: ${cut(names, SHOWN_GAPS).join(', ')}`;
  });
  return ['', paint('bold', 'The next version, by the public names (semver)'), ...lines];
}

/** What was not seen is said: a rule that could not be read, a file that could not be parsed. */
function gaps({ unread, skipped, notes }: CheckReport, paint: Paint): string[] {
  const lines = [
    ...together(unread, ({ tool, reason }) => `(${tool}): ${reason}`).map((text) => `Not judged by ${text}`),
    ...together(skipped, ({ reason }) => `(${reason})`).map((text) => `Not read: ${text}`),
    ...notes,
  ];
  return lines.length === 0 ? [] : ['', ...cut(lines, SHOWN_GAPS).map((text) => paint('yellow', printable(text)))];
}

/** Files of which the same is to be said, as one line. */
function together<T extends { path: string }>(items: readonly T[], say: (item: T) => string): string[] {
  return [...Map.groupBy(items, say)].map(([said, [first, ...others]]) => {
    return `${first?.path}${others.length === 0 ? '' : ` and ${others.length} more`} ${said}`;
  });
}

function cut(lines: readonly string[], most: number): string[] {
  return lines.length <= most ? [...lines] : [...lines.slice(0, most), `and ${lines.length - most} more`];
}
