/** Our reporters in old and new versions of every runner, from the registry, on the Node they were made for where it is at hand. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { KEY, outlineLine, readLines } from '../helpers/report-lines.ts';
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
  const isMissing = age === 'old' && OLD_NODE === undefined;
  const node = (age === 'old' && OLD_NODE) || process.execPath;
  const { fixture, start, lines } = RUNNERS[name] as Runner;
  let folder: string;
  beforeAll(async () => {
    if (isMissing) return;
    folder = await workshop.folder();
    await cp(join(ROOT, 'fixtures/workspace', fixture), folder, {
      recursive: true,
      filter: (path) => !path.endsWith('package-lock.json') && !path.endsWith('package.json'),
    });
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: name === 'vitest' ? 'module' : 'commonjs' }));
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', `${name}@${version}`], {
      cwd: folder,
    });
  });

  test.skipIf(isMissing)('tells what its newest version tells, and ends with a code that owns up to it', async () => {
    const ran = await run(node, folder, start(folder));
    expect(ran.told, ran.text).toEqual(expect.arrayContaining(lines));
    expect(ran.told.at(-1)).toBe('end');
    expect(ran.told.filter((line) => line === 'shared')).toEqual(name === 'mocha' ? ['shared'] : []);
    expect(ran.code).toBeGreaterThan(0);
  });

  test.skipIf(name !== 'jest').each([['of itself'], ['-i'], ['--runInBand'], ['--maxWorkers=1'], ['--detectOpenHandles']])(
    'runs a single file, and files one at a time, in a worker: %s',
    async (option) => {
      const options = start(folder).filter((word) => option === 'of itself' || !word.startsWith('--maxWorkers'));
      const files = option === 'of itself' || option === '--detectOpenHandles' ? ['one'] : ['one', 'two'];
      for (const file of files) await writeFile(join(folder, `test/${file}.test.js`), WRITES_PID);
      await rm(join(folder, 'pids'), { force: true });
      const words = [
        ...options,
        ...(option === 'of itself' ? [] : [option]),
        '--runTestsByPath',
        ...files.map((file) => `test/${file}.test.js`),
      ];
      const ran = await run(node, folder, words);
      expect(ran.told.sort(), ran.text).toEqual(['end', ...files.map((file) => `test ${file}.test.js says where passed`)]);
      const pids = (await readFile(join(folder, 'pids'), 'utf8')).trim().split('\n');
      expect(pids).toHaveLength(files.length);
      expect(new Set(pids).size).toBe(1);
      expect(pids).not.toContain(String(ran.pid));
    },
  );

  test.skipIf(name !== 'jest')('says so where a runner of the repository insists on the process of the report', async () => {
    const serial =
      "const jest = require('jest-runner');\nmodule.exports = class extends (jest.default || jest) { constructor(...given) { super(...given); this.isSerial = true; } };\n";
    await writeFile(join(folder, 'serial.js'), serial);
    await writeFile(join(folder, 'test/one.test.js'), WRITES_PID);
    const ran = await run(node, folder, [...start(folder), '--runner=./serial.js', '--runTestsByPath', 'test/one.test.js']);
    expect(ran.told, ran.text).toEqual(['shared', 'test one.test.js says where passed', 'end']);
  });

  test.skipIf(name !== 'mocha' || isMissing)(
    'tells the same with a process for each file, none of which is that of the report',
    async () => {
      await writeFile(join(folder, 'test/one.test.js'), WRITES_PID);
      await writeFile(join(folder, 'test/two.test.js'), WRITES_PID);
      const ran = await run(node, folder, [reporter('mocha-files.cjs'), node, ...start(folder)]);
      expect(ran.told, ran.text).toEqual(expect.arrayContaining([...lines, 'test one.test.js says where passed', 'end']));
      expect(ran.told).not.toContain('shared');
      expect(ran.code).toBeGreaterThan(0);
      const pids = (await readFile(join(folder, 'pids'), 'utf8')).trim().split('\n');
      expect(new Set([...pids, String(ran.pid)]).size).toBe(3);
    },
  );
});

const WRITES_PID =
  "const { appendFileSync } = require('fs');\n(global.test || it)('says where', () => appendFileSync('pids', process.pid + '\\n'));\n";

/** By one process, whose reporter is handed the key as the product does. */
async function run(node: string, cwd: string, words: string[]) {
  const report = await workshop.folder();
  const { NODE_OPTIONS: _, VITEST: _vitest, ...environment } = environmentOfTests();
  const ran = spawnSync(node, words, { cwd, env: { ...environment, CI: '1', LONGHAUL_REPORT: report }, input: KEY, encoding: 'utf8' });
  return { pid: ran.pid, code: ran.status, told: (await readLines(report)).map(outlineLine), text: `${ran.stdout}${ran.stderr}` };
}
