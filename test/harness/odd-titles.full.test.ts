/** Tests whose titles are hard to keep: the same id comes out of runner, report, database and artifacts, and matches between human and agent. */
import { beforeAll, expect, test } from 'vitest';
import { DEFAULT_SETUP, type MilestoneGrade, type RunAgent, type Task } from '#contracts';
import { type HarnessDeps, taskFromCommits } from '#harness';
import type { Store } from '#store';
import { bothPlaces, useWorkshop } from '../helpers/workspaces.ts';
import { sharedServer } from '../store/shared-server.ts';
import { agentThat, gradesOf, write } from './corner-shop.ts';
import { storedScore } from './stored-score.ts';

const workshop = useWorkshop();
const server = sharedServer();

const PLANES = Array.from({ length: 17 }, (_, plane) => String.fromCodePoint(plane * 0x10000 + 0x1234, plane * 0x10000 + 0xfffe));
const ODD = [
  ...['\u0000', 'nul \u0000 within', '\ud800', '\udfff', 'half \ud83d', '\ufeff', '\u200b', '\u200f', '\u202e', 'e\u0301', '\u00e9'],
  ...['\u2028', '\u0085', '\t', '\u{1f469}\u200d\u{1f469}\u200d\u{1f467}', '\u{1f1e9}\u{1f1ea}', 'a\u0335\u0336\u0337'],
  ...[' ', ' > ', '"\\"', "'", '$&', '%s', '<b>', '__proto__', 'constructor', 'toString', '`', '�'],
];
const TITLES = [...PLANES, ...ODD];
const FIRST = "import { test } from 'node:test';\nimport { fails } from '../src/fails.mjs';\n";
const titles =
  FIRST + TITLES.map((title, index) => `test(${JSON.stringify(title)}, () => { if (fails(${index})) throw new Error(); });\n`).join('');
const fails = (when: string) => `export const fails = (index) => ${when};\n`;

let task: Task;
let store: Store;
let deps: HarnessDeps;
beforeAll(async () => {
  const { repository, commits } = await workshop.repository(
    { files: { 'package.json': '{"scripts":{"test":"node --test"}}', 'src/fails.mjs': fails('true') } },
    { files: { 'src/fails.mjs': fails('index === -2'), 'test/titles.test.mjs': titles } },
    {
      files: {
        'src/fails.mjs': fails('index < 0'),
        'test/more.test.mjs': `${FIRST}test('more', () => { if (fails(-1) !== true) throw new Error(); });\n`,
      },
    },
  );
  const [commit = '', ...references] = commits;
  task = await taskFromCommits(workshop.host, { repository, commit, references, setup: { ...DEFAULT_SETUP, install: false } });
  store = await server.open();
  deps = {
    ...{ host: workshop.host, signal: new AbortController().signal, emit: () => {} },
    remember: (...asked) => store.memo(...asked),
    keepText: (text) => store.artifacts.putText(text),
    keepBytes: (bytes) => store.artifacts.putBytes(bytes),
    readText: (hash) => store.artifacts.getText(hash),
    readBytes: (hash) => store.artifacts.getBytes(hash),
  };
});

/** At the milestones in order. */
const agentOf = (...sources: string[]): RunAgent =>
  agentThat(Object.fromEntries(task.milestones.map(({ id }, index) => [id, write('src/fails.mjs', fails(sources[index] ?? ''))])));
const grade = (agent: RunAgent, finished: MilestoneGrade[] = []) =>
  gradesOf(deps, task, agent, { baselineRuns: 1, sandbox: bothPlaces[0], finished });

test('every title is a test of its own, and none is lost on the way', async () => {
  const grades = await grade(agentOf('index === -2', 'index < 0'));
  expect(grades.map(({ resolved, useful, failToPass: { total, passed } }) => ({ resolved, useful, total, passed }))).toEqual([
    { resolved: 'yes', useful: 'yes', total: TITLES.length, passed: TITLES.length },
    { resolved: 'yes', useful: 'yes', total: 1, passed: 1 },
  ]);
  expect(await storedScore(deps.readText, { task, grades })).toMatchObject({ zeroRegression: 'yes', milestones: [{ f1: 1 }, { f1: 1 }] });
});

test.each([0, 1])('those that fail are those that are named, every other one from the %ith', async (rest) => {
  const [first] = await grade(agentOf(`index % 2 === ${rest}`));
  const count = TITLES.filter((_, index) => index % 2 === rest).length;
  expect(first).toMatchObject({ resolved: 'no', failToPass: { total: TITLES.length, passed: TITLES.length - count, missing: [] } });
  expect(new Set(first?.failToPass.failed).size).toBe(count);
});

test('what breaks later is found again after a crash', async () => {
  const [first] = await grade(agentOf('index === -2', 'index < 0'));
  if (first === undefined) throw new Error('no grade');
  const stored = JSON.parse(JSON.stringify(first)) as MilestoneGrade;
  const [second] = await grade(agentOf('', 'index < 0 || index % 2 === 1'), [stored]);
  const broken = TITLES.filter((_, index) => index % 2 === 1).length;
  expect(second?.regressions.map(({ lastPassedAt }) => lastPassedAt)).toEqual(Array(broken).fill(task.milestones[0]?.id));
  const score = await storedScore(deps.readText, { task, grades: [stored, ...(second ? [second] : [])] });
  expect(score?.breakages.map(({ test: id }) => id).sort()).toEqual(second?.regressions.map(({ test: id }) => id).sort());
  expect(new Set(score?.breakages.map(({ test: id }) => id)).size).toBe(broken);
});
