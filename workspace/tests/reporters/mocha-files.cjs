/** Runs the test files of mocha 6 and newer, each in a process of its own. Arguments: the command line that runs them all. */
'use strict';
const { runApart, runNothing, runProcess } = require('./run-apart.cjs');

/** mocha-reporter.cjs reads it: which file to run, or none to be told which there are. */
const start = (file) => runProcess(process.argv.slice(2), { LONGHAUL_FILE: file });

// Nothing but mocha knows which files it would run. Its configuration may be code, and is run as far from the key as tests are.
start('').then(({ rows, reason }) => {
  const named = rows.filter(({ type, file }) => type === 'file' && typeof file === 'string');
  const files = new Set(named.filter(({ isFirst }) => !isFirst).map(({ file }) => file));
  const first = named.filter(({ isFirst }) => isFirst).map(({ file }) => file);
  if (files.size === 0) return runNothing(reason || 'mocha names no test file');
  return runApart([...files], start, first);
});
