/**
 * Our reporter on every Node at hand. The workspace runs suites on the Node it runs on itself, so other versions are asked
 * directly: the reporter is a program of its own, and its lines are what the door `runTests` reads.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
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

interface Line {
  file?: string;
  titles: string[];
  suite: boolean;
  status: string;
  childFailed: boolean;
}

describe.each(versions)('Node %s', (_, node) => {
  test('nested suites, hooks, skips, plans and files that do not load', async () => {
    const report = join(await workshop.folder(), 'report');
    const reporter = join(ROOT, 'workspace/tests/node-test-reporter.mjs');
    const files = ['broken', 'steps', 'twice', 'watering'].map((name) => `test/${name}.test.js`);
    const { NODE_TEST_CONTEXT: _context, NODE_OPTIONS: _options, ...env } = process.env;
    spawnSync(node, ['--test', `--test-reporter=${reporter}`, `--test-reporter-destination=${report}`, ...files], { cwd: GREENHOUSE, env });
    const lines = (await readFile(report, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    const told = lines.map(({ file = '?', titles, suite, status, childFailed }) => {
      const kind = suite ? (childFailed ? 'suite of failed tests' : 'suite') : 'test';
      return `${basename(file)} ${titles.map((title) => basename(title)).join(' > ')}: ${status} ${kind}`;
    });
    expect(told).toEqual(
      expect.arrayContaining([
        'broken.test.js broken.test.js: failed test',
        'steps.test.js skips itself: skipped test',
        'steps.test.js fails, and is only planned: skipped test',
        'steps.test.js steps > first: passed test',
        'steps.test.js steps > second: failed test',
        'twice.test.js twice: passed test',
        'twice.test.js twice: failed test',
        'twice.test.js a > b: passed test',
        'watering.test.js watering > a cactus: skipped test',
        'watering.test.js watering > an orchid: skipped test',
        'watering.test.js watering > a wet plant: failed test',
        'watering.test.js watering > in summer > a dry plant: passed test',
        'watering.test.js watering > in winter > a dry plant: failed test',
        'watering.test.js watering > in winter: failed suite of failed tests',
        'watering.test.js a hook that fails: failed suite',
      ]),
    );
  });
});
