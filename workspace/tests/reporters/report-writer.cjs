/**
 * Writes the lines of a test report, or, in the process of a single test file, rows for the process that writes it.
 * Plain JavaScript for Node 14.18 and newer: it runs inside whatever runner a repository uses.
 */
'use strict';
// biome-ignore lint/style/useNodejsImportProtocol: the loader `esm`, which a suite may have loaded before us, knows no node: names.
const { createHmac } = require('crypto');
// biome-ignore lint/style/useNodejsImportProtocol: likewise.
const { openSync, readSync, unlinkSync, writeSync } = require('fs');
// biome-ignore lint/style/useNodejsImportProtocol: likewise.
const { join } = require('path');
// Not the global one: a suite that plays a browser has put a window's in its place, whose timers are numbers.
// biome-ignore lint/style/useNodejsImportProtocol: likewise.
const { setTimeout } = require('timers');

const MESSAGE_CHARS = 4000;
/** Together, as they are written. A hundred thousand failures that talk must not push tests out of a report that is read up to 64 MiB. */
const ALL_MESSAGES_BYTES = 16 * 1024 * 1024;
const LAST_MESSAGES_CHARS = 80;
/** How long a runner may take to end by itself after its last test. */
const GRACE_MS = 10_000;

// Taken away before any test is loaded, so that no child process takes itself for a reporter.
const { LONGHAUL_REPORT: folder, LONGHAUL_ROWS: rows } = process.env;
delete process.env.LONGHAUL_REPORT;
delete process.env.LONGHAUL_ROWS;
// Our own, because a test in this process can replace them.
const { stringify } = JSON;
const { exit } = process;
const key = rows ? undefined : readKey();
const out = openSync(rows || join(folder, 'report'), 'a');
if (rows) unlinkSync(rows);
// Node would open a debugger to whoever sends it, also to a test in another process.
if (key !== undefined) process.on('SIGUSR1', () => {});
let lines = 0;
let messageBytes = 0;
let hasFailed = false;

// A test that shares the process finds the functions below neither among the loaded modules nor among anybody's children.
delete require.cache[__filename];
if (module.parent) module.parent.children.splice(module.parent.children.indexOf(module), 1);

/**
 * At once, because a test may end the process; after a line break, because something else may have written half a line.
 * Signed, because every test and service can read and write the file; numbered, so that a line counts once.
 */
function write(line) {
  lines += 1;
  const text = `${lines} ${stringify(line)}`;
  writeSync(out, key === undefined ? `\n${text}\n` : `\n${createHmac('sha256', key).update(text).digest('hex')} ${text}\n`);
}

/**
 * What a runner cannot say is said for it: a line that is not in order would be left out as somebody else's.
 * @param status 'passed', 'failed' or 'skipped' @param retries how often it failed before it passed
 */
exports.writeTest = ({ file, titles, status, durationMs, message, retries }) => {
  hasFailed = hasFailed || status === 'failed';
  write({
    type: 'test',
    file: fileOr(file),
    titles: titles.map(String),
    status,
    // A test that sets the clock back takes less than no time.
    durationMs: Number.isFinite(durationMs) ? Math.max(0, durationMs) : 0,
    message: cut(message),
    retries: retries > 0 ? retries : undefined,
  });
};

/** A failure of a file that is no test's: it does not load, or something fails around its tests. */
exports.writeFailure = (file, message) => {
  hasFailed = true;
  write({ type: 'failure', file: fileOr(file), message: cut(message) || 'it does not say why' });
};

/** Something that a reader must know who asks why a test is missing. */
exports.writeNote = (message) => write({ type: 'note', message: cut(message) });

/** Tests run in this process. Written before the first of them is loaded. */
exports.writeShared = () => rows || write({ type: 'shared' });

/** Only as a row, where the process may end before the test does. */
exports.writeBegun = ({ file, titles }) => rows && write({ type: 'begun', file: fileOr(file), titles: titles.map(String) });

/** Only as a row: a file that is to be run. @param isFirst before every other one, in its process */
exports.writeFile = (file, isFirst) => rows && write({ type: 'file', file, isFirst });

/**
 * The last line: what comes without it was cut off. Then ends the process, should open handles keep it alive.
 * Its code is not 0 when a failure was told, whatever the runner makes of it.
 */
exports.writeEnd = () => {
  write({ type: 'end' });
  if (hasFailed && !process.exitCode) process.exitCode = 1;
  setTimeout(() => exit.call(process, hasFailed ? process.exitCode || 1 : undefined), GRACE_MS).unref();
};

exports.textOf = (error) => {
  try {
    return String(error?.stack || error?.message || error);
  } catch {
    return 'an error that cannot be printed';
  }
};

/** From standard input, where it is read once and by no one else. */
function readKey() {
  const bytes = Buffer.alloc(64);
  let length = 0;
  for (;;) {
    try {
      const read = readSync(0, bytes, length, bytes.length - length, null);
      if (read === 0) return bytes.toString('utf8', 0, length);
      length += read;
    } catch (error) {
      // A runner may have made it non-blocking.
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

function fileOr(file) {
  return typeof file === 'string' ? file : '(no file)';
}

function cut(message) {
  if (message === undefined || message === null) return undefined;
  const text = String(message).slice(0, messageBytes < ALL_MESSAGES_BYTES ? MESSAGE_CHARS : LAST_MESSAGES_CHARS);
  messageBytes += Buffer.byteLength(stringify(text));
  return text;
}
