/** A calibration for a terminal: how often people trip each rule, and where the numbers go on their own. */
import type { CalibrationReport } from '#contracts';
import { formatDuration } from './amounts.ts';
import { amount, signed } from './drift-table.ts';
import { plainTable } from './plain-table.ts';
import { printable } from './printable.ts';

const SHOWN_LEFT_OUT = 3;

/** Text that ends with a line break. Metrics that did not move are left out; the JSON document has them. */
export function renderCalibration(report: CalibrationReport): string {
  const { repository, commits, oldest, newest, anyGate, rules, metrics, leftOut, wallMs } = report;
  const ruleTable = plainTable(['rule', 'severity', 'commits that trip it', 'share', '95 % interval']);
  ruleTable.push(['any gate', 'gate', ...rate(anyGate)]);
  for (const { rule, severity, ...human } of rules) ruleTable.push([printable(rule), severity, ...rate(human)]);
  const metricTable = plainTable(['metric', 'after the oldest', 'after the newest', 'per commit', '95 % interval']);
  for (const { title, unit, first, last, slope } of metrics) {
    if (first === last) continue;
    const trend =
      slope === null ? ['-', '-'] : [signed(slope.perCommit, unit), `${signed(slope.low, unit)} to ${signed(slope.high, unit)}`];
    metricTable.push([title, amount(first, unit), amount(last, unit), ...trend]);
  }
  const omitted = leftOut.slice(0, SHOWN_LEFT_OUT).map(({ commit, reason }) => `Left out: ${commit.slice(0, 10)}, ${printable(reason)}`);
  return [
    `calibrated  ${commits} commits of ${printable(repository)}, ${oldest.slice(0, 10)} to ${newest.slice(0, 10)}, in ${formatDuration(wallMs)}`,
    ruleTable.toString(),
    metricTable.toString(),
    ...omitted,
    ...(leftOut.length > omitted.length ? [`and ${leftOut.length - omitted.length} more`] : []),
    'Checks of this repository now say how often people trip a rule, and which changes are usual.',
    '',
  ].join('\n');
}

function rate({ tripped, of, low, high }: CalibrationReport['anyGate']): string[] {
  return [`${tripped} of ${of}`, amount(tripped / of, 'share'), `${amount(low, 'share')} to ${amount(high, 'share')}`];
}
