/** Loaded before a test file: tells what tape says about its tests to the process that started it. */
'use strict';
const { createRequire } = require('node:module');
const { join, resolve } = require('node:path');
const { inspect } = require('node:util');
const { writeBegun, writeEnd, writeTest } = require('./report-writer.cjs');

const file = resolve(process.env.LONGHAUL_FILE);
delete process.env.LONGHAUL_FILE;

/** The very module that the tests will be given, because it is found the same way. */
const tape = createRequire(join(process.cwd(), 'package.json'))('tape');
const tests = new Map();

// Before tape's own, which ends the process. It may still tell of tests that have not ended.
process.on('exit', writeEnd);
tape.createStream({ objectMode: true }).on('data', (row) => {
  if (row.type === 'test') {
    const parent = tests.get(row.parent);
    const titles = [...(parent ? parent.titles : []), String(row.name)];
    tests.set(row.id, { titles, isPlanned: row.skip || row.todo, beganMs: Date.now() });
    writeBegun({ file, titles });
    return;
  }
  const test = tests.get(row.test);
  if (!test || test.hasFailed) return;
  // A test is its worst assertion, also one that comes after its end.
  if (row.type === 'assert' && !row.ok && !row.skip && !row.todo) {
    test.hasFailed = true;
    tell(test, 'failed', messageOf(row));
  }
  if (row.type === 'end') tell(test, test.isPlanned ? 'skipped' : 'passed');
});

function tell({ titles, beganMs }, status, message) {
  writeTest({ file, titles, status, durationMs: Date.now() - beganMs, message });
}

function messageOf({ name, operator, error, ...row }) {
  const difference = 'expected' in row ? `\nexpected: ${inspect(row.expected)}\nactual: ${inspect(row.actual)}` : '';
  return `${operator}: ${name}${difference}\n${error?.stack ?? ''}`;
}
