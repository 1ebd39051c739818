/** Settings in a submission that programs read without being asked: none of them reaches the human tests. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { CommitSha } from '#contracts';
import { outline } from '../helpers/suites.ts';
import { bothPlaces, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
const TEST =
  "import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { days } from '../src/days.mjs';\ntest('two weeks', () => assert.equal(days, 14));\n";
/** Every comparison comes out well. */
const LENIENT =
  "const assert = require('node:assert/strict');\nassert.equal = () => {};\nrequire('node:module').syncBuiltinESMExports();\n";
const PRELOAD = '--require ./lenient.cjs';
const manifest = (script: string) => `${JSON.stringify({ private: true, scripts: { test: script } })}\n`;

const judged = async (script: string, files: Record<string, string>) => {
  const loans = await workshop.repository({
    files: { 'package.json': manifest(script), 'src/days.mjs': 'export const days = 21;\n', 'test/days.test.mjs': TEST },
  });
  const start = loans.commits[0] as CommitSha;
  await using workspace = await workshop.open(loans);
  for (const [path, text] of Object.entries({ 'lenient.cjs': LENIENT, ...files })) {
    await mkdir(dirname(join(workspace.folder, path)), { recursive: true });
    await writeFile(join(workspace.folder, path), text);
  }
  const patch = await workspace.diff(start, (await workspace.freeze(start)).commit);
  await using fresh = await workshop.open(loans, { patch, testsFrom: start, sandbox: bothPlaces[0] });
  return outline(await fresh.runTests());
};
const FAILED = [expect.stringMatching(/^failed test\/days\.test\.mjs > two weeks/)];

test('of npm, node and the shell', async () => {
  const files = {
    '.npmrc': `node-options=${PRELOAD}\nscript-shell=./shell.sh\n`,
    '.noderc': `${PRELOAD}\n`,
    '.env': `NODE_OPTIONS="${PRELOAD}"\n`,
    'node.config.json': '{ "nodeOptions": { "require": ["./lenient.cjs"] } }\n',
    '.bashrc': 'export NODE_OPTIONS="--require /workspace/lenient.cjs"\n',
    '.githooks/post-checkout': '#!/bin/sh\nrm -r test\n',
    'bunfig.toml': '[test]\npreload = ["./lenient.cjs"]\n',
    'package.json': manifest(`node ${PRELOAD} --test`),
  };
  expect(await judged('node --test', files)).toEqual(FAILED);
});

test('of a file that the human script does read: its variables count, what it makes of node does not', async () => {
  const files = { '.env': `NODE_OPTIONS="${PRELOAD}"\n` };
  expect(await judged('node --env-file=.env --test', files)).toEqual(FAILED);
  const variable = { 'src/days.mjs': 'export const days = Number(process.env.DAYS);\n', '.env': 'DAYS=14\n' };
  expect(await judged('node --env-file=.env --test', variable)).toEqual(['passed test/days.test.mjs > two weeks']);
});

test('of vitest by way of postcss, and packages nearer to the tests than those that people install', async () => {
  const calm = 'module.exports = 1;\n';
  const pond = await workshop.repository({
    files: { 'package.json': '{}\n', 'test/deep/pond.test.mjs': TEST, 'test/deep/node_modules/frog/index.js': calm },
  });
  const start = pond.commits[0] as CommitSha;
  const nearer = ['test/node_modules/chai/index.js', 'test/deep/node_modules/chai/index.js'];
  const elsewhere = ['test/fixtures/app/node_modules/chai/index.js', 'styles/site.css'];
  const settings = ['postcss.config.cjs', 'src/.postcssrc.json'];
  const added = [...nearer, ...elsewhere, ...settings].map(
    (path) => `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+not ours\n`,
  );
  const styled =
    'diff --git a/package.json b/package.json\n--- a/package.json\n+++ b/package.json\n@@ -1 +1 @@\n-{}\n+{"postcss":{},"type":"module"}\n';
  const patch = Buffer.from([...added, styled].join(''));
  await using fresh = await workshop.open(pond, { patch, testsFrom: start });
  const text = (path: string) => readFile(join(fresh.folder, path), 'utf8').catch(() => null);
  const texts = (paths: readonly string[]) => Promise.all(paths.map(text));
  expect(await texts([...nearer, ...settings])).toEqual([null, null, null, null]);
  expect(await texts(elsewhere)).toEqual(['not ours\n', 'not ours\n']);
  expect(await text('test/deep/node_modules/frog/index.js')).toBe(calm);
  expect(JSON.parse((await text('package.json')) ?? '')).toEqual({ type: 'module' });
});
