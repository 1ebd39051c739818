/** Runs test files of tape 4 and 5, each in a process of its own. Arguments: the flags of node, `--`, the files. */
'use strict';
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { runApart, runProcess } = require('./run-apart.cjs');

try {
  createRequire(join(process.cwd(), 'package.json')).resolve('tape');
} catch {
  console.error('longhaul: not installed: tape');
  process.exit(127);
}
const given = process.argv.slice(2);
const flags = given.slice(0, given.indexOf('--'));
const files = given.slice(given.indexOf('--') + 1);
// Ours before the suite's own loaders, which may not load it.
runApart(files, (file) =>
  runProcess([process.execPath, '-r', join(__dirname, 'tape-reporter.cjs'), ...flags, file], { LONGHAUL_FILE: file }),
);
