/** Loaded before a test file: hands what tape says about its tests to the process that started it. */
'use strict';
const { writeSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { inspect } = require('node:util');

const rows = Number(process.env.LONGHAUL_TAPE_ROWS);
delete process.env.LONGHAUL_TAPE_ROWS;

/** The very module that the tests will be given, because it is found the same way. */
const tape = createRequire(join(process.cwd(), 'package.json'))('tape');

tape.createStream({ objectMode: true }).on('data', ({ type, id, test, parent, name, ok, skip, todo, operator, error, ...row }) => {
  const difference = 'expected' in row ? `\nexpected: ${inspect(row.expected)}\nactual: ${inspect(row.actual)}` : '';
  const message = type !== 'assert' || ok ? undefined : `${operator}: ${name}${difference}\n${error?.stack ?? ''}`.slice(0, 4000);
  writeSync(rows, `${JSON.stringify({ type, id, test, parent, name, ok, skip, todo, message })}\n`);
});
