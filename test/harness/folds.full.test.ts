/** Human commits between two milestones, in an agent's tree. */
import { beforeAll, describe, expect, test } from 'vitest';
import { LonghaulError, type MilestoneGrade, NO_USAGE, type RunAgent, type Task } from '#contracts';
import { taskFromCommits } from '#harness';
import { type GitRepository, gitOf } from '../helpers/git-repository.ts';
import { NO_SETUP, useWorkshop } from '../helpers/workspaces.ts';
import { gradesOf, inMemory, outline, type Work, write } from './corner-shop.ts';
import { storedScore } from './stored-score.ts';
import { storyOf } from './told-chains.ts';

const workshop = useWorkshop();

const suite = (name: string, imports: string, ...tests: string[]) =>
  `import assert from 'node:assert/strict';\nimport { test } from 'node:test';\n${imports}\n\n${tests.map((body, index) => `test('${name} ${index + 1}', () => ${body});\n`).join('')}`;
const TIDE = "export const low = 1;\n\n\nexport const high = 4;\n\n\nexport const unit = 'm';\n";

let harbour: GitRepository;
let task: Task;
let shared: ReturnType<typeof inMemory>;
beforeAll(async () => {
  harbour = await workshop.repository(
    {
      files: {
        'package.json': '{ "private": true, "type": "module", "scripts": { "test": "node --test" } }\n',
        'src/tide.ts': TIDE,
        'package-lock.json': '{ "day": 1 }\n',
        'docs/README.md': '# Harbour\n',
        'src/moon.ts': 'export const pull = 1;\n',
        'test/tide.test.ts': suite(
          'tide',
          "import { low, unit } from '../src/tide.ts';",
          'assert.equal(low, 1)',
          "assert.equal(unit, 'm')",
        ),
      },
      message: 'Base',
    },
    {
      files: {
        'src/range.ts': "import { high, low } from './tide.ts';\n\nexport const range = () => high - low;\n",
        'test/range.test.ts': suite('range', "import { range } from '../src/range.ts';", 'assert.ok(range() > 0)'),
        'test/renamed.test.ts': suite('old', "import { range } from '../src/range.ts';", 'assert.ok(range() > 0)'),
      },
      message: 'Tell the range',
    },
    {
      files: {
        'src/tide.ts': TIDE.replace('high = 4', 'high = 5'),
        'package-lock.json': '{ "day": 2 }\n',
        'docs/README.md': '# Harbour\n\nIt feels the wind.\n',
        'src/moon.ts': null,
        'src/wind.ts': "export const wind = 'west';\n",
        'test/renamed.test.ts': suite('new', "import { range } from '../src/range.ts';", 'assert.ok(range() > 0)'),
        'test/wind.test.ts': suite('wind', "import { wind } from '../src/wind.ts';", "assert.equal(wind, 'west')"),
      },
      message: 'Feel the wind',
    },
    {
      files: {
        'src/flag.ts': "import { wind } from './wind.ts';\n\nexport const flag = () => 'from the ' + wind;\n",
        'test/flag.test.ts': suite('flag', "import { flag } from '../src/flag.ts';", "assert.equal(flag(), 'from the west')"),
      },
      message: 'Fly a flag',
    },
    {
      files: {
        'src/bell.ts': "export const bell = () => 'ding';\n",
        'test/bell.test.ts': suite('bell', "import { bell } from '../src/bell.ts';", "assert.equal(bell(), 'ding')"),
      },
      message: 'Ring a bell',
    },
  );
  task = await taskFromCommits(workshop.host, { ...harbour, commit: at(0), references: [at(1), at(3), at(4)], setup: NO_SETUP });
  shared = inMemory(workshop.host);
});
const at = (index: number) => harbour.commits[index] ?? '';
const ids = () => task.milestones.map(({ id }) => id);

/** What people changed at a milestone, tests included. */
const asPeople =
  (milestone: number): Work =>
  async (workspace) => {
    const to = [1, 3, 4][milestone] ?? 0;
    const patch = gitOf(harbour.repository, ['diff', '--binary', at(to - 1), at(to)]);
    const { exitCode, output } = await workspace.exec(['git', 'apply', '-'], { stdin: patch });
    if (exitCode !== 0) throw new Error(output);
  };
const grades = (works: Record<number, Work>, changes: Parameters<typeof gradesOf>[3] = {}): Promise<MilestoneGrade[]> => {
  const agent: RunAgent = async ({ workspace, request }) => {
    const index = ids().indexOf(request.id);
    await (works[index] ?? asPeople(index))(workspace);
    return { ending: { kind: 'submitted', summary: '' }, usage: NO_USAGE };
  };
  return gradesOf(shared.deps, task, agent, { baselineRuns: 1, ...changes });
};

test('only where commits lie between, and as the tests say', () => {
  expect(task.milestones.map(({ startCommit, hiddenTests }) => [startCommit, hiddenTests])).toEqual([
    [null, ['test/range.test.ts', 'test/renamed.test.ts']],
    [at(2), ['test/flag.test.ts']],
    [null, ['test/bell.test.ts']],
  ]);
});

describe('that fit', () => {
  test.each(['hidden', 'revealed'] as const)('a person’s tree takes them, and stays a person’s tree, tests %s', async (tests) => {
    const made = await grades({}, { tests });
    expect(outline(made)).toEqual(ids().map((id) => `${id}: resolved yes, useful yes`));
    expect(made.map(({ fold }) => fold && [fold.status, fold.from, fold.to])).toEqual([null, ['applied', at(1), at(2)], null]);
    expect(made[1]?.fold).toMatchObject({ broken: [] });
    expect(made[2]?.submission.tree).toBe(gitOf(harbour.repository, ['rev-parse', `${at(4)}^{tree}`]).trim());
  });

  test('what an agent made of its own stays, also where a hidden test of the same name was changed', async () => {
    let seen: string[] = [];
    const made = await grades({
      0: async (workspace) => {
        await workspace.writeFile(
          'src/range.ts',
          "import * as tide from './tide.ts';\n\nexport const range = () => tide.high - tide.low;\n",
        );
        await workspace.writeFile('src/tide.ts', TIDE.replace('low = 1;', 'low = 1; // at noon'));
        await workspace.writeFile('test/renamed.test.ts', suite('my own', '', 'assert.ok(true)'));
        await workspace.writeFile('package-lock.json', '{ "day": "mine" }\n');
        await workspace.writeFile('docs/README.md', '# Harbour\n\nIt tells the range.\n');
      },
      1: async (workspace) => {
        seen = [
          await workspace.readFile('src/tide.ts'),
          await workspace.readFile('test/renamed.test.ts'),
          (await workspace.listFiles()).join(' '),
        ];
        seen.push(await workspace.readFile('package-lock.json'), await workspace.readFile('docs/README.md'));
        await asPeople(1)(workspace);
      },
    });
    expect(outline(made)).toEqual(ids().map((id) => `${id}: resolved yes, useful yes`));
    expect(seen.slice(3)).toEqual(['{ "day": 2 }\n', '# Harbour\n\nIt feels the wind.\n']);
    expect(seen[0]).toBe(TIDE.replace('low = 1;', 'low = 1; // at noon').replace('high = 4', 'high = 5'));
    expect(seen[1]).toContain('my own');
    expect(seen[2]).toMatch(/src\/wind\.ts .*test\/wind\.test\.ts/);
    expect(seen[2]).not.toMatch(/moon|range\.test/);
  });

  test('but break something: nobody’s regression, and the agent’s again once it has passed', async () => {
    const leans = "import { pull } from './moon.ts';\n\nexport const range = () => 3 * pull;\n";
    const works = {
      0: write('src/range.ts', leans),
      2: async (workspace: Parameters<Work>[0]) => {
        await asPeople(2)(workspace);
        await workspace.writeFile('src/wind.ts', "export const wind = 'east';\n");
      },
    };
    const made = await grades(works);
    expect(made[1]?.fold).toMatchObject({ status: 'applied', broken: ['test/range.test.ts > range 1'] });
    expect(outline(made)).toEqual([
      `${ids()[0]}: resolved yes, useful yes`,
      `${ids()[1]}: resolved yes, useful yes`,
      // A test that came with the fold is watched like any other.
      `${ids()[2]}: resolved yes, useful no, broke test/flag.test.ts > flag 1 (${ids()[1]}), broke test/wind.test.ts > wind 1 (${ids()[1]}); earlier-milestones failed`,
    ]);

    const score = await storedScore(shared.deps.readText, { task, grades: made });
    const [range, flag] = [ids()[0] ?? '', ids()[1] ?? ''];
    expect(score?.breakages.map(storyOf)).toEqual([
      `test/range.test.ts > range 1: broken at +${flag} (not-run), last passed at ${range}`,
      `test/flag.test.ts > flag 1: broken at ${ids()[2]} (failed), last passed at ${flag}`,
      `test/wind.test.ts > wind 1: broken at ${ids()[2]} (failed), last passed at ${flag}`,
    ]);
    expect(score).toMatchObject({ zeroRegression: 'no', untilRegression: { milestones: 3, ended: true } });
    expect(score?.milestones.map(({ useful, broke, brokenByFold }) => [useful, broke, brokenByFold])).toEqual([
      ['yes', 0, 0],
      ['yes', 0, 1],
      ['no', 2, 0],
    ]);

    const rest = await grades(works, { finished: made.slice(0, 2) });
    expect(outline(rest), 'also after an interruption').toEqual(outline(made).slice(2));
  });
});

test('what a fold broke is asked of nobody until it passes again, also where a later milestone takes it up', async () => {
  const asks = (name: string, ...lines: string[]) => suite(name, '', ...lines.map((module) => `import('../src/${module}.ts')`));
  const { repository, commits } = await workshop.repository(
    {
      files: {
        'package.json': '{ "private": true, "type": "module", "scripts": { "test": "node --test" } }\n',
        'src/sun.ts': "export { pull } from './moon.ts';\n",
        'src/moon.ts': 'export const pull = 1;\n',
      },
    },
    { files: { 'src/range.ts': 'export {};\n', 'test/range.test.ts': asks('range', 'range') } },
    {
      files: {
        'src/moon.ts': null,
        'src/sun.ts': "export { wind as pull } from './wind.ts';\n",
        'src/wind.ts': 'export const wind = 1;\n',
      },
    },
    { files: { 'src/flag.ts': 'export {};\n', 'test/flag.test.ts': asks('flag', 'flag') } },
    { files: { 'src/depth.ts': 'export {};\n', 'test/range.test.ts': asks('range', 'range', 'depth') } },
  );
  const [commit = '', one = '', , two = '', three = ''] = commits;
  const whole = await taskFromCommits(workshop.host, { repository, commit, references: [one, two, three], setup: NO_SETUP });
  const agent: RunAgent = async ({ workspace, request }) => {
    const at = whole.milestones.findIndex(({ id }) => id === request.id);
    const [path = '', text = ''] =
      [
        ['src/range.ts', "import { pull } from './moon.ts';\n\nexport const range = 3 * pull;\n"],
        ['src/flag.ts', 'export {};\n'],
        ['src/depth.ts', 'export {};\n'],
      ][at] ?? [];
    await workspace.writeFile(path, text);
    return { ending: { kind: 'submitted', summary: '' }, usage: NO_USAGE };
  };
  const made = await gradesOf(shared.deps, whole, agent, { baselineRuns: 1 });
  expect(made[1]?.fold).toMatchObject({ status: 'applied', broken: ['test/range.test.ts > range 1'] });
  expect(outline(made)).toEqual(whole.milestones.map(({ id }) => `${id}: resolved yes, useful yes`));
  const rest = await gradesOf(shared.deps, whole, agent, { baselineRuns: 1, finished: made.slice(0, 2) });
  expect(outline(rest), 'also after an interruption').toEqual(outline(made).slice(2));
});

describe('that do not fit', () => {
  test('end the long haul: the trial goes on from the human tree, and says so', async () => {
    const made = await grades({
      0: async (workspace) => {
        await asPeople(0)(workspace);
        await workspace.writeFile('src/tide.ts', TIDE.replace('high = 4', 'high = 6'));
      },
    });
    expect(made[1]?.fold).toEqual({ status: 'broken', from: at(1), to: at(2), conflicts: ['src/tide.ts'] });
    expect(outline(made)).toEqual(ids().map((id) => `${id}: resolved yes, useful yes`));
    expect(made[2]?.submission.tree).toBe(gitOf(harbour.repository, ['rev-parse', `${at(4)}^{tree}`]).trim());
    expect(shared.events).toContainEqual(expect.objectContaining({ type: 'fold-finished', milestone: ids()[1], status: 'broken' }));

    const score = await storedScore(shared.deps.readText, { task, grades: made });
    expect(score).toMatchObject({ breakages: [], zeroRegression: 'yes', untilBreak: { milestones: 2, ended: true } });
    expect(score?.milestones.map(({ afterBreak }) => afterBreak)).toEqual([false, true, true]);
    const gone = async () => Promise.reject(new LonghaulError('E_ARTIFACT_MISSING', 'It lies on another machine.'));
    expect(await storedScore(gone, { task, grades: made }), 'without its evidence').toBeNull();

    const rest = await grades({}, { finished: made.slice(0, 2) });
    expect(outline(rest)).toEqual(outline(made).slice(2));
  });
});

test('a trial whose first milestone comes later begins in the human tree before it', async () => {
  const late = await taskFromCommits(workshop.host, { ...harbour, commit: at(0), references: [at(3)], setup: NO_SETUP });
  const agent: RunAgent = async ({ workspace }) => {
    await asPeople(1)(workspace);
    return { ending: { kind: 'submitted', summary: '' }, usage: NO_USAGE };
  };
  const made = await gradesOf(shared.deps, late, agent, { baselineRuns: 1 });
  expect(made).toMatchObject([{ resolved: 'yes', useful: 'yes', fold: null }]);
});
