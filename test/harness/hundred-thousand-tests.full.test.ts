/** A suite of a hundred thousand tests is run, kept in a database and graded, and no test of it is lost, however much the failures say. */
import { expect, test } from 'vitest';
import { DEFAULT_SETUP, GradedTests } from '#contracts';
import { type HarnessDeps, taskFromCommits } from '#harness';
import { bothPlaces, useWorkshop } from '../helpers/workspaces.ts';
import { sharedServer } from '../store/shared-server.ts';
import { agentThat, gradesOf, write } from './corner-shop.ts';

const workshop = useWorkshop();
const server = sharedServer();
const FILES = 20;
const TESTS_PER_FILE = 5_000;
const TESTS = FILES * TESTS_PER_FILE;

const price = (when: string) => `export const fails = (index) => ${when};\n`;
const cases = `import { test } from 'node:test';
import { fails } from '../src/price.mjs';
const words = 'a thousand words '.repeat(230);
for (let index = 0; index < ${TESTS_PER_FILE}; index++)
  test('case ' + index, () => { if (fails(index)) throw Object.assign(new Error(), { stack: words }); });
`;

test('from the first run to the grade', { timeout: 1_800_000 }, async () => {
  const suite = Object.fromEntries(Array.from({ length: FILES }, (_, file) => [`test/prices-${file}.test.mjs`, cases]));
  const { repository, commits } = await workshop.repository(
    { files: { 'package.json': '{"scripts":{"test":"node --test"}}', 'src/price.mjs': price('index < 2') } },
    { files: { 'src/price.mjs': price('false'), ...suite } },
  );
  const [commit = '', ...references] = commits;
  const task = await taskFromCommits(workshop.host, { repository, commit, references, setup: { ...DEFAULT_SETUP, install: false } });
  const id = task.milestones[0]?.id ?? '';
  const store = await server.open();
  const deps: HarnessDeps = {
    ...{ host: workshop.host, signal: new AbortController().signal, emit: () => {} },
    remember: (...asked) => store.memo(...asked),
    keepText: (text) => store.artifacts.putText(text),
    keepBytes: (bytes) => store.artifacts.putBytes(bytes),
    readText: (hash) => store.artifacts.getText(hash),
    readBytes: (hash) => store.artifacts.getBytes(hash),
  };
  const told: Record<string, string> = {};
  const grade = async (name: string, when: string) => {
    const startedMs = performance.now();
    const agent = agentThat({ [id]: write('src/price.mjs', price(when)) } as Parameters<typeof agentThat>[0]);
    const limits = { testTimeoutMs: 600_000, maxIterations: 1, maxWallMs: 60_000, maxCostUsd: null, commandTimeoutMs: 60_000 };
    const [made] = await gradesOf(deps, task, agent, {
      ...{ baselineRuns: 1, sandbox: bothPlaces[0], limits: { ...limits, maxMemoryMb: 4096, maxProcesses: 1024 } },
    });
    if (made === undefined) throw new Error('no grade');
    const { run } = GradedTests.parse(JSON.parse(await deps.readText(made.tests)));
    told[name] = `${((performance.now() - startedMs) / 1000).toFixed(1)} s, of these ${(run.wallMs / 1000).toFixed(1)} s in the suite`;
    return { made, run };
  };

  const { made: right, run } = await grade('baseline and the human change', 'false');
  expect(right).toMatchObject({ resolved: 'yes', useful: 'yes', failToPass: { total: 2 * FILES, passed: 2 * FILES } });
  expect(right.passToPass).toMatchObject({ total: TESTS - 2 * FILES, passed: TESTS - 2 * FILES, missing: [] });
  expect(run).toMatchObject({ status: 'ran', gaps: [], outcomes: { length: TESTS } });

  const { made: wrong, run: talkative } = await grade('a change that fails all of them, with 4,000 characters each', 'index >= 0');
  expect(wrong).toMatchObject({ resolved: 'no', failToPass: { failed: { length: 2 * FILES }, missing: [] } });
  expect(wrong.passToPass).toMatchObject({ passed: 0, failed: { length: TESTS - 2 * FILES }, missing: [] });
  expect(talkative).toMatchObject({ status: 'ran', gaps: [], outcomes: { length: TESTS } });

  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(told, `${peakMb} MiB at most in the harness's process`);
  expect(peakMb).toBeLessThan(2_048);
});
