/**
 * Our reporter on every Node at hand. The workspace runs suites on the Node it runs on itself, so other versions are asked
 * directly: the reporter is a program of its own, and its lines are what the door `runTests` reads.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { KEY, outlineLine, readLines } from '../helpers/report-lines.ts';
import { useWorkshop } from '../helpers/workspaces.ts';

const ROOT = join(import.meta.dirname, '../..');
const GREENHOUSE = join(ROOT, 'fixtures/workspace/greenhouse-node');
const workshop = useWorkshop();

const nodes = [process.execPath, '/usr/bin/node', '/usr/local/bin/node'].flatMap((path) => {
  try {
    return [[execFileSync(path, ['--version'], { encoding: 'utf8' }).trim(), path] as const];
  } catch {
    return [];
  }
});
const versions = [...new Map(nodes)];
if (versions.length < 2)
  console.warn('The reporter is tried on one version of Node only: there is no other in /usr/bin or /usr/local/bin.');

describe.each(versions)('Node %s', (_, node) => {
  test('nested suites, hooks, skips, plans and files that do not load', async () => {
    const folder = await workshop.folder();
    const reporter = join(ROOT, 'workspace/tests/reporters/node-test-reporter.mjs');
    const files = ['broken', 'steps', 'twice', 'watering'].map((name) => `test/${name}.test.js`);
    const { NODE_TEST_CONTEXT: _context, NODE_OPTIONS: _options, ...env } = process.env;
    const ran = spawnSync(node, ['--test', `--test-reporter=${reporter}`, ...files], {
      cwd: GREENHOUSE,
      env: { ...env, LONGHAUL_REPORT: folder },
      input: KEY,
    });
    const told = (await readLines(folder)).map(outlineLine);
    expect(told).toEqual(
      expect.arrayContaining([
        'failure broken.test.js',
        'test steps.test.js skips itself skipped',
        'test steps.test.js fails, and is only planned skipped',
        'test steps.test.js steps > first passed',
        'test steps.test.js steps > second failed',
        'test twice.test.js twice passed',
        'test twice.test.js twice failed',
        'test twice.test.js a > b passed',
        'test watering.test.js watering > a cactus skipped',
        'test watering.test.js watering > an orchid skipped',
        'test watering.test.js watering > a wet plant failed',
        'test watering.test.js watering > in summer > a dry plant passed',
        'test watering.test.js watering > in winter > a dry plant failed',
        'test watering.test.js a hook that fails failed',
      ]),
    );
    expect(told.at(-1)).toBe('end');
    expect(told.filter((line) => line.startsWith('note'))).toEqual([]);
    expect(ran.status).toBe(1);
  });
});

test('what a runner says of a test that no file and less than no time belong to is put in order', async () => {
  const folder = await workshop.folder();
  const writer = join(ROOT, 'workspace/tests/reporters/report-writer.cjs');
  const odd = "writeTest({ titles: ['odd', 1], status: 'passed', durationMs: -5, retries: -1 }); writeFailure(undefined, 'dry');";
  execFileSync(process.execPath, ['-e', `const { writeTest, writeFailure } = require(${JSON.stringify(writer)}); ${odd}`], {
    env: { ...process.env, LONGHAUL_REPORT: folder },
    input: KEY,
  });
  expect(await readLines(folder)).toEqual([
    { type: 'test', file: '(no file)', titles: ['odd', '1'], status: 'passed', durationMs: 0 },
    { type: 'failure', file: '(no file)', message: 'dry' },
  ]);
});
