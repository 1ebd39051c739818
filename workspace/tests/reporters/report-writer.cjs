/** Writes the lines of a test report. Plain JavaScript for Node 14.18 and newer: it runs inside whatever runner a repository uses. */
'use strict';
// biome-ignore lint/style/useNodejsImportProtocol: the loader `esm`, which a suite may have loaded before us, knows no node: names.
const { openSync, readFileSync, unlinkSync, writeSync } = require('fs');
// biome-ignore lint/style/useNodejsImportProtocol: likewise.
const { join } = require('path');

const MESSAGE_CHARS = 4000;
/** Together, as they are written. A hundred thousand failures that talk must not push tests out of a report that is read up to 64 MiB. */
const ALL_MESSAGES_BYTES = 16 * 1024 * 1024;
const LAST_MESSAGES_CHARS = 80;
/** How long a runner may take to end by itself after its last test. */
const GRACE_MS = 10_000;

// Taken away before any test is loaded: what runs in another process finds no key, and no child process takes itself for a reporter.
// A test that runs in this very process can still call the functions below.
const folder = process.env.LONGHAUL_REPORT;
delete process.env.LONGHAUL_REPORT;
const key = readFileSync(join(folder, 'key'), 'utf8');
unlinkSync(join(folder, 'key'));
const report = openSync(join(folder, 'report'), 'a');
let lines = 0;
let messageBytes = 0;

/** At once, because a test may end the process; after a line break, because something else may have written half a line. */
function write(line) {
  lines += 1;
  writeSync(report, `\n${JSON.stringify({ key, ...line })}\n`);
}

/**
 * What a runner cannot say is said for it: a line that is not in order would be left out as somebody else's.
 * @param status 'passed', 'failed' or 'skipped' @param retries how often it failed before it passed
 */
exports.writeTest = ({ file, titles, status, durationMs, message, retries }) =>
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

/** A failure of a file that is no test's: it does not load, or something fails around its tests. */
exports.writeFailure = (file, message) => write({ type: 'failure', file: fileOr(file), message: cut(message) || 'it does not say why' });

/** Something that a reader must know who asks why a test is missing. */
exports.writeNote = (message) => write({ type: 'note', message: cut(message) });

/** The last line: what comes without it was cut off. Then ends the process, should open handles keep it alive. */
exports.writeEnd = () => {
  write({ type: 'end', lines });
  setTimeout(() => process.exit(), GRACE_MS).unref();
};

exports.textOf = (error) => {
  try {
    return String(error?.stack || error?.message || error);
  } catch {
    return 'an error that cannot be printed';
  }
};

function fileOr(file) {
  return typeof file === 'string' ? file : '(no file)';
}

function cut(message) {
  if (message === undefined || message === null) return undefined;
  const text = String(message).slice(0, messageBytes < ALL_MESSAGES_BYTES ? MESSAGE_CHARS : LAST_MESSAGES_CHARS);
  messageBytes += Buffer.byteLength(JSON.stringify(text));
  return text;
}
