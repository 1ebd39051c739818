/** The table a person reads: what cannot be known is not dressed up, and nothing in it can command the terminal. */
import { PassThrough } from 'node:stream';
import { WriteStream } from 'node:tty';
import { expect, test } from 'vitest';
import type { ReportMilestone, RunReport } from '#contracts';
import { renderReport, renderRunList } from '#report';
import { milestone, report, trial } from './run-reports.ts';

const pipe = new PassThrough();

function table(document: RunReport): string {
  return renderReport(document, 'terminal', pipe);
}

test('two useful milestones', () => {
  expect(table(report([trial([milestone('01-rise'), milestone('02-fall')])]))).toMatchInlineSnapshot(`
    "tide-table: 2 milestones, run 20260102-030405-abcd (finished)
    continuous, tests hidden, one run of each human suite
    ┌───────────┬────┬────┬──────────┬─────────────┬────────┬──────┬────────────┬────────────┬────────────┐
    │ agent     │ 01 │ 02 │ resolved │ regressions │ useful │ cost │ per useful │ agent time │ grading    │
    ├───────────┼────┼────┼──────────┼─────────────┼────────┼──────┼────────────┼────────────┼────────────┤
    │ reference │ ●  │ ●  │ 2 of 2   │ 0           │ 2 of 2 │ $0   │ $0         │ 3.0 s      │ 2 min 10 s │
    └───────────┴────┴────┴──────────┴─────────────┴────────┴──────┴────────────┴────────────┴────────────┘
    ● useful
    01 rise   02 fall

    Architecture against the base commit: new edges between modules (✗ a rule is broken)
    ┌───────────┬────┬────┐
    │ agent     │ 01 │ 02 │
    ├───────────┼────┼────┤
    │ reference │ ·  │ ·  │
    └───────────┴────┴────┘
    "
  `);
});

test('what was no part of a submission is named, a few of it', () => {
  const large = milestone('01-rise', { leftOut: ['a.bin', 'b\u001b[2J.bin', 'c.bin', 'd.bin', 'e.bin'] });
  expect(table(report([trial([large])]))).toContain('01-rise: left out of the submission: a.bin, b.bin, c.bin and 2 more\n');
});

test('an unscored milestone leaves the denominator, and its reason is given once', () => {
  const unscored = (check: 'tests' | 'architecture') =>
    ({ check, status: 'unscored', reason: 'the tests of the reference did not run', fault: 'environment' }) as const;
  const fall = milestone('02-fall', { resolved: 'unscored', useful: 'unscored', checks: [unscored('tests'), unscored('architecture')] });
  expect(table(report([trial([milestone('01-rise'), fall], { summary: { unscored: 1 } })]))).toMatchInlineSnapshot(`
    "tide-table: 2 milestones, run 20260102-030405-abcd (finished)
    continuous, tests hidden, one run of each human suite
    ┌───────────┬────┬────┬──────────┬─────────────┬────────┬──────┬────────────┬────────────┬────────────┐
    │ agent     │ 01 │ 02 │ resolved │ regressions │ useful │ cost │ per useful │ agent time │ grading    │
    ├───────────┼────┼────┼──────────┼─────────────┼────────┼──────┼────────────┼────────────┼────────────┤
    │ reference │ ●  │ ?  │ 1 of 1   │ 0           │ 1 of 1 │ $0   │ $0         │ 3.0 s      │ 2 min 10 s │
    └───────────┴────┴────┴──────────┴─────────────┴────────┴──────┴────────────┴────────────┴────────────┘
    ● useful   ? unscored
    01 rise   02 fall

    Architecture against the base commit: new edges between modules (✗ a rule is broken)
    ┌───────────┬────┬────┐
    │ agent     │ 01 │ 02 │
    ├───────────┼────┼────┤
    │ reference │ ·  │ ?  │
    └───────────┴────┴────┘

    reference
      02-fall: tests, architecture unscored: the tests of the reference did not run
    "
  `);
});

test('a failed trial: its error, its remedy, and what it never came to', () => {
  const error = {
    code: 'E_INSTALL_FAILED',
    message: 'npm could not install the dependencies:\nno such package',
    action: 'Read its output.',
  };
  const failed = trial([milestone('01-rise')], { state: 'failed', isolation: null, error, summary: { unscored: 1 } });
  expect(table(report([failed], { state: 'failed' }))).toMatchInlineSnapshot(`
    "tide-table: 2 milestones, run 20260102-030405-abcd (failed)
    continuous, tests hidden, one run of each human suite
    ┌───────────┬────┬────┬──────────┬─────────────┬────────┬──────┬────────────┬────────────┬───────────┐
    │ agent     │ 01 │ 02 │ resolved │ regressions │ useful │ cost │ per useful │ agent time │ grading   │
    ├───────────┼────┼────┼──────────┼─────────────┼────────┼──────┼────────────┼────────────┼───────────┤
    │ reference │ ●  │ ·  │ 1 of 1   │ 0           │ 1 of 1 │ $0   │ $0         │ 1.5 s      │ 1 min 5 s │
    └───────────┴────┴────┴──────────┴─────────────┴────────┴──────┴────────────┴────────────┴───────────┘
    ● useful   · not graded
    01 rise   02 fall

    Architecture against the base commit: new edges between modules (✗ a rule is broken)
    ┌───────────┬────┬────┐
    │ agent     │ 01 │ 02 │
    ├───────────┼────┼────┤
    │ reference │ ·  │ ·  │
    └───────────┴────┴────┘

    reference
    E_INSTALL_FAILED  npm could not install the dependencies: no such package
      Read its output.
    "
  `);
});

test('an unknown cost is unknown, never $0', () => {
  const unknown = trial([milestone('01-rise')], { summary: { costUsd: null, costSource: 'unknown', costPerUsefulAnswerUsd: null } });
  const text = table(report([unknown])) + renderRunList([report([unknown])]);
  expect(text.match(/unknown/g)).toHaveLength(2);
  expect(text).not.toContain('$');
});

test.each([
  [0.00001234, 'estimated', '~$0.000012'],
  [0.1234, 'reported', '$0.123'],
  [12.3456, 'estimated', '~$12.35'],
  [0, 'measured', '$0'],
] as const)('%d dollars, %s, are written %s', (costUsd, costSource, written) => {
  const text = table(report([trial([milestone('01-rise')], { summary: { costUsd, costSource, costPerUsefulAnswerUsd: null } })]));
  expect(text).toContain(` ${written} `);
});

test('what repositories and models wrote cannot move the cursor, colour or forge a line', () => {
  const evil = 'rises\u001b[2J\u001b]0;title\u0007\r\nreference  3 of 3\u0000\u009b31m \u202e';
  const checks = [
    { check: 'tests' as const, status: 'failed' as const, evidence: { summary: evil, facts: {} }, findings: [] },
  ] satisfies ReportMilestone['checks'];
  const rise = milestone('01-rise', {
    useful: 'no',
    regressions: [{ test: `test/tide.test.ts > ${evil}`, lastPassedAt: null }],
    checks,
  });
  const error = { code: 'E_INTERNAL', message: evil, action: 'Report it.' };
  const text = table(report([trial([rise], { error })]));
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  expect(text.split('\n').filter((line) => line.startsWith('reference  3 of 3'))).toEqual([]);
});

test('of many broken tests the first six are shown', () => {
  const regressions = Array.from({ length: 9 }, (_, index) => ({ test: `test/tide.test.ts > tide ${index + 1}`, lastPassedAt: '01-rise' }));
  const text = table(report([trial([milestone('01-rise'), milestone('02-fall', { useful: 'no', regressions })])]));
  expect(text).toContain('02-fall broke 9 tests that passed before:');
  expect(text.match(/> tide \d \(passed at 01-rise\)/g)).toHaveLength(6);
  expect(text).toContain('and 3 more');
});

test('repeated trials carry their seed, in the table and above their troubles', () => {
  const broken = milestone('01-rise', { useful: 'no', regressions: [{ test: 'test/tide.test.ts > ebbs', lastPassedAt: null }] });
  const text = table(report([trial([milestone('01-rise')]), trial([broken], { seed: 2 })], { repeat: 2 }));
  expect(text).toMatch(/reference #1 │/);
  expect(text).toMatch(/reference #2 │/);
  expect(text).toContain(
    '\nreference #2\n  01-rise broke 1 tests that passed before:\n    test/tide.test.ts > ebbs (passed at the base commit)',
  );
});

test('without a sandbox the reader is told', () => {
  const bare = trial([milestone('01-rise')], { isolation: { sandbox: 'none', version: null, notEnforced: [] } });
  expect(table(report([bare]))).toContain('Not isolated');
  expect(table(report([trial([milestone('01-rise')])]))).not.toContain('Not isolated');
  const loose = (notEnforced: ('memory' | 'processes' | 'cpu-time')[]) =>
    trial([milestone('01-rise')], { isolation: { sandbox: 'podman', version: '5.0', notEnforced } });
  const said = table(report([loose(['cpu-time']), loose(['memory', 'cpu-time'])]));
  expect(said.match(/Not enforced.*/g)).toEqual(['Not enforced where it ran: the limit on memory, the metering of processor time.']);
  expect(said).not.toContain('Not isolated');
  expect(table(report([loose([])]))).not.toContain('Not enforced');
});

test('colours only where a terminal wants them', () => {
  const document = report([trial([milestone('01-rise')])]);
  const terminal = Object.assign(Object.create(WriteStream.prototype) as WriteStream, { isTTY: true });
  // What Node asks before it colours: a CI machine wants no colours even where it has a terminal.
  const before = Object.fromEntries(
    ['NO_COLOR', 'FORCE_COLOR', 'NODE_DISABLE_COLORS', 'CI', 'TMUX', 'TERM'].map((name) => [name, process.env[name]]),
  );
  try {
    for (const name of Object.keys(before)) delete process.env[name];
    process.env.TERM = 'xterm-256color';
    expect(renderReport(document, 'terminal', terminal)).toContain('\u001b[');
    expect(renderReport(document, 'terminal', pipe)).not.toContain('\u001b');
    process.env.NO_COLOR = '1';
    expect(renderReport(document, 'terminal', terminal)).not.toContain('\u001b');
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
});

test('json is the document, on one line', () => {
  const document = report([trial([milestone('01-rise')])]);
  const text = renderReport(document, 'json', pipe);
  expect(text.trimEnd()).not.toContain('\n');
  expect(JSON.parse(text)).toEqual(document);
});

test('no run at all', () => {
  expect(renderRunList([])).toMatch(/^No run is stored yet/);
});
