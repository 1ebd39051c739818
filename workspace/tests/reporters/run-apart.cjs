/** Runs test files each in a process of its own, and tells what they say: no test shares a process with the key of the report. */
'use strict';
const { spawn } = require('node:child_process');
const { closeSync, fstatSync, mkdtempSync, openSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join, resolve } = require('node:path');
const { writeEnd, writeFailure, writeNote, writeTest } = require('./report-writer.cjs');

const FILE_TIMEOUT_MS = 120_000;
/** More than a message holds: node prints the source line first, which may be a whole minified package. */
const STDERR_CHARS = 500_000;
const MAX_ROWS_BYTES = 64 * 1024 * 1024;
/** A process that a test has left behind may hold standard error open for ever. */
const LEFT_BEHIND_MS = 1000;

/**
 * One after the other, as these runners do themselves: with two at once, a test that gives a program a second to end fails by it.
 * @param start begins the process of a file, by `runProcess`.
 * @param first files that are loaded before each of them, and may have tests too.
 */
exports.runApart = async (files, start, first = []) => {
  for (const file of files) tell(file, await start(file), first);
  writeEnd();
};

exports.runNothing = (reason) => {
  writeNote(reason);
  writeEnd();
  process.exitCode = 1;
};

/** @returns what the process said by way of our reporter, and how it ended. */
exports.runProcess = async ([program, ...given], environment) => {
  const folder = mkdtempSync(join(tmpdir(), 'longhaul-rows-'));
  // The reporter takes the name away before a test is loaded. No inherited descriptor, which a runner that starts itself again would lose.
  const path = join(folder, 'rows');
  const rows = openSync(path, 'wx+');
  const child = spawn(program, given, {
    stdio: ['ignore', 'inherit', 'pipe'],
    env: { ...process.env, ...environment, LONGHAUL_ROWS: path },
  });
  let complaint = '';
  child.stderr.on('data', (text) => {
    complaint = (complaint + text).slice(-STDERR_CHARS);
    process.stderr.write(text);
  });
  let timedOut = false;
  const alarm = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, FILE_TIMEOUT_MS);
  child.once('exit', () => setTimeout(() => child.stderr.destroy(), LEFT_BEHIND_MS).unref());
  const code = await new Promise((done) => child.once('close', done).once('error', done));
  clearTimeout(alarm);
  const isTooLong = fstatSync(rows).size > MAX_ROWS_BYTES;
  const text = isTooLong ? '' : readFileSync(rows, 'utf8');
  closeSync(rows);
  rmSync(folder, { recursive: true, force: true });
  // What node prints before the error is where it was thrown.
  const thrown = complaint.slice(Math.max(0, complaint.search(/^\S*Error\b/m)));
  const reason = isTooLong
    ? 'it says more than can be read'
    : thrown || (code === 0 ? '' : `node ended (${code === null ? 'killed' : code})`);
  return { rows: text.split('\n').flatMap(parse), code, timedOut, reason };
};

/** A line that is no row was written by the test itself, and is nothing. */
function parse(line) {
  try {
    const row = JSON.parse(line.slice(line.indexOf(' ')));
    return isRow(row) ? [row] : [];
  } catch {
    return [];
  }
}

function isRow(row) {
  const { titles, status, ...texts } = Object(row);
  return (
    row !== null &&
    (titles === undefined || (Array.isArray(titles) && titles.length > 0 && titles.every((title) => typeof title === 'string'))) &&
    (status === undefined || /^(passed|failed|skipped)$/.test(status)) &&
    [texts.type, texts.file, texts.message].every((text) => text === undefined || typeof text === 'string')
  );
}

function tell(file, { rows, code, timedOut, reason }, first) {
  const path = resolve(file);
  // Of other files their own processes tell: one that had not run would otherwise be vouched for here.
  const own = new Set([path, ...first, '(no file)', '(root hooks)']);
  const begun = new Map();
  let hasFailed = false;
  let isForeign = false;
  const tellTest = (test) => {
    hasFailed = hasFailed || test.status === 'failed';
    writeTest(test);
  };
  for (const row of rows) {
    if (row.type === 'note' && row.message) writeNote(row.message);
    if (row.file !== undefined && !own.has(row.file)) isForeign = true;
    if (!own.has(row.file)) continue;
    if (row.type === 'failure') {
      hasFailed = true;
      writeFailure(row.file, row.message);
    }
    if (!row.titles) continue;
    const id = row.titles.join('\n');
    if (row.type === 'begun') begun.set(id, row);
    if (row.type !== 'test' || !row.status) continue;
    begun.delete(id);
    tellTest(row);
  }
  for (const row of begun.values()) tellTest({ ...row, status: 'failed', message: reason || 'it did not end' });

  if (isForeign) writeNote(`${file} told of tests of other files, which is left out`);
  const end = rows.find(({ type }) => type === 'end');
  if (timedOut) writeFailure(path, `it did not end within ${FILE_TIMEOUT_MS / 1000} seconds`);
  else if (code !== 0 && !hasFailed) writeFailure(path, reason);
  else if (!end) writeNote(`${file} ended before its tests did`);
  else if (rows.length === 1) writeNote(`${file} has no test`);
}
