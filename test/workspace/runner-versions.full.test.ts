/** Our reporters in old and new versions of every runner, from the registry, on the Node they were made for where it is at hand. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { environmentOfTests, useWorkshop } from '../helpers/workspaces.ts';

const ROOT = join(import.meta.dirname, '../..');
const REPORTERS = join(ROOT, 'workspace/tests/reporters');
const workshop = useWorkshop();

/** mocha 8 and 9 and ava 3 do not start on Node 26. */
const OLD_NODE = ['/usr/bin/node', '/usr/local/bin/node'].find((path) => {
  try {
    return Number(execFileSync(path, ['-p', 'parseInt(process.versions.node)'], { encoding: 'utf8' })) <= 22;
  } catch {
    return false;
  }
});
if (OLD_NODE === undefined)
  console.warn('Versions of runners that need Node 22 or older are skipped: there is none in /usr/bin or /usr/local/bin.');

interface Runner {
  fixture: string;
  start: (folder: string) => string[];
  /** What every version says. */
  lines: string[];
}

const SUITES = [
  'failure broken.test.js',
  'test watering.test.js plant 1 passed',
  'test watering.test.js plant 2 failed',
  'test watering.test.js watering > a cactus skipped',
  'test watering.test.js watering > in summer > a dry plant passed',
  'test watering.test.js watering > a wet plant failed',
  'test watering.test.js a hook that fails > under it failed',
  'test twice.test.js twice passed',
  'test twice.test.js twice failed',
];
const reporter = (name: string) => join(REPORTERS, name);
const RUNNERS: Record<string, Runner> = {
  vitest: {
    fixture: 'greenhouse-vitest',
    start: (folder) => [
      join(folder, 'node_modules/vitest/vitest.mjs'),
      'run',
      `--reporter=${reporter('vitest-reporter.cjs')}`,
      '--no-coverage',
      '--bail=0',
    ],
    lines: SUITES,
  },
  jest: {
    fixture: 'greenhouse-jest',
    start: (folder) => [
      join(folder, 'node_modules/jest/bin/jest.js'),
      ...['--ci', '--coverage=false', `--reporters=${reporter('jest-reporter.cjs')}`, '--bail=0', '--watchAll=false', '--maxWorkers=2'],
    ],
    lines: SUITES,
  },
  mocha: {
    fixture: 'greenhouse-mocha',
    start: (folder) => [
      join(folder, 'node_modules/mocha/bin/_mocha'),
      '--reporter',
      reporter('mocha-reporter.cjs'),
      '--no-bail',
      'test/*.test.js',
    ],
    lines: SUITES,
  },
  ava: {
    fixture: 'greenhouse-ava',
    start: () => [reporter('ava-reporter.mjs'), '--concurrency=2'],
    lines: [
      'failure broken.js',
      'test hook.js under it failed',
      'test quits.js quits failed',
      'test watering.js a cactus skipped',
      'test watering.js a dry plant passed',
      'test watering.js a wet plant failed',
    ],
  },
  tape: {
    fixture: 'greenhouse-tape',
    start: () => [
      reporter('tape-files.cjs'),
      '-r',
      './test/support/light.js',
      '--',
      'test/watering.test.js',
      'test/broken.test.js',
      'test/quits.test.js',
    ],
    lines: [
      'failure broken.test.js',
      'test quits.test.js quits failed',
      'test watering.test.js a cactus skipped',
      'test watering.test.js a dry plant passed',
      'test watering.test.js a wet plant failed',
      'test watering.test.js in summer > a wet plant failed',
    ],
  },
};

describe.each([
  ...[0.34, 1, 2, 3, 4, 5].map((version) => ['vitest', version, 'new'] as const),
  ...[24, 25, 26, 27, 28, 29, 30].map((version) => ['jest', version, 'new'] as const),
  ...[6, 7, 10, 11].map((version) => ['mocha', version, 'new'] as const),
  ...[8, 9].map((version) => ['mocha', version, 'old'] as const),
  ...[4, 5, 6].map((version) => ['ava', version, 'new'] as const),
  ['ava', 3, 'old'] as const,
  ...[4, 5].map((version) => ['tape', version, 'new'] as const),
])('%s %d', (name, version, age) => {
  test.skipIf(age === 'old' && OLD_NODE === undefined)('tells what its newest version tells', async () => {
    const { fixture, start, lines } = RUNNERS[name] as Runner;
    const folder = await workshop.folder();
    const report = join(folder, 'report');
    await cp(join(ROOT, 'fixtures/workspace', fixture), folder, {
      recursive: true,
      filter: (path) => !path.endsWith('package-lock.json') && !path.endsWith('package.json'),
    });
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: name === 'vitest' ? 'module' : 'commonjs' }));
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', `${name}@${version}`], {
      cwd: folder,
    });
    await mkdir(report);
    await writeFile(join(report, 'key'), 'key');
    const { NODE_OPTIONS: _, VITEST: _vitest, ...environment } = environmentOfTests();
    const ran = spawnSync((age === 'old' && OLD_NODE) || process.execPath, start(folder), {
      cwd: folder,
      env: { ...environment, CI: '1', LONGHAUL_REPORT: report },
      encoding: 'utf8',
    });
    const text = await readFile(join(report, 'report'), 'utf8').catch(() => `${ran.stdout}${ran.stderr}`);
    const told = text
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map(outlineLine);
    expect(told, text).toEqual(expect.arrayContaining(lines));
    expect(told.at(-1)).toBe('end');
  });
});

function outlineLine(line: string): string {
  const {
    type,
    file = '',
    titles = [],
    status = '',
  } = JSON.parse(line) as { type: string; file?: string; titles?: string[]; status?: string };
  return [type, file.split('/').pop(), titles.join(' > '), status].filter((word) => word !== '').join(' ');
}
