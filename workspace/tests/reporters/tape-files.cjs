/**
 * Runs test files of tape 4 and 5, each in a process of its own, so that every test can be told by its file.
 * Arguments: the flags of node, `--`, the files.
 */
'use strict';
const { spawn } = require('node:child_process');
const { createRequire } = require('node:module');
const { createInterface } = require('node:readline');
const { join, resolve } = require('node:path');
const { writeEnd, writeFailure, writeNote, writeTest } = require('./report-writer.cjs');

const FILE_TIMEOUT_MS = 120_000;
/** More than a message holds: node prints the source line first, which may be a whole minified package. */
const STDERR_CHARS = 500_000;

try {
  createRequire(join(process.cwd(), 'package.json')).resolve('tape');
} catch {
  console.error('longhaul: not installed: tape');
  process.exit(127);
}
const given = process.argv.slice(2);
const flags = given.slice(0, given.indexOf('--'));
const files = given.slice(given.indexOf('--') + 1);
files.reduce((before, file) => before.then(() => runFile(file)), Promise.resolve()).then(writeEnd);

async function runFile(file) {
  // Before the suite's own loaders, which may not load ours.
  const child = spawn(process.execPath, ['-r', join(__dirname, 'tape-reporter.cjs'), ...flags, file], {
    stdio: ['ignore', 'inherit', 'pipe', 'pipe'],
    env: { ...process.env, LONGHAUL_TAPE_ROWS: '3' },
  });
  let complaint = '';
  child.stderr.on('data', (text) => {
    complaint = (complaint + text).slice(-STDERR_CHARS);
    process.stderr.write(text);
  });
  const tests = new Map();
  createInterface({ input: child.stdio[3] }).on('line', (line) => take(tests, line));
  let timedOut = false;
  const alarm = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, FILE_TIMEOUT_MS);
  const code = await new Promise((done) => child.once('close', done));
  clearTimeout(alarm);

  const path = resolve(file);
  // What node prints before the error is where it was thrown.
  const reason = complaint.slice(Math.max(0, complaint.search(/^\S*Error\b/m)));
  for (const { titles, failure, skipped, ended, durationMs } of tests.values()) {
    const status = failure !== undefined || !ended ? 'failed' : skipped ? 'skipped' : 'passed';
    writeTest({ file: path, titles, status, durationMs, message: failure ?? (ended ? undefined : reason || 'it did not end') });
  }
  const isExplained = [...tests.values()].some(({ failure, ended }) => failure !== undefined || !ended);
  if (timedOut) writeFailure(path, `it did not end within ${FILE_TIMEOUT_MS / 1000} seconds`);
  else if (code !== 0 && !isExplained) writeFailure(path, reason || `node ended (${code === null ? 'killed' : code})`);
  else if (tests.size === 0) writeNote(`${file} has no test`);
}

/** A row of tape's object stream; a line that is none was written by the test itself, and is nothing. */
function take(tests, line) {
  let row;
  try {
    row = JSON.parse(line);
  } catch {
    return;
  }
  if (row.type === 'test') {
    const parent = tests.get(row.parent);
    tests.set(row.id, { titles: [...(parent ? parent.titles : []), String(row.name)], skipped: row.skip || row.todo, beganMs: Date.now() });
    return;
  }
  const test = tests.get(row.test);
  if (!test) return;
  if (row.type === 'end') Object.assign(test, { ended: true, durationMs: Date.now() - test.beganMs });
  // A test is its worst assertion.
  if (row.type === 'assert' && !row.ok && !row.skip && !row.todo && test.failure === undefined) test.failure = row.message;
}
