/** Suites that hang, lie, die or are very large: a clean outcome, nothing lost, never a silent pass. */
import { rm } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { DEFAULT_LIMITS, GradedTests, MilestoneGrade, type Task, type TestStatus } from '#contracts';
import type { HarnessDeps } from '#harness';
import { useWorkshop } from '../helpers/workspaces.ts';
import { agentThat, and, asHuman, cornerShop, gradesOf, inMemory, MILESTONES, outline, replace, type Work } from './corner-shop.ts';

const workshop = useWorkshop();
const [FIRST] = MILESTONES;
const NO_EVIDENCE = [`${FIRST}: resolved no, useful no; tests unscored by agent, earlier-milestones unscored by agent`];

let task: Task;
let shared: ReturnType<typeof inMemory>;
beforeAll(async () => {
  const whole = await cornerShop(workshop.host);
  task = { ...whole, milestones: whole.milestones.slice(0, 1) };
  shared = inMemory(workshop.host);
});
const grade = (work: Work, changes = {}) => gradesOf(shared.deps, task, agentThat({ [FIRST]: work }), { baselineRuns: 1, ...changes });
/** Runs where the code under test is loaded, which is in every test process. */
const whenLoaded = (code: string) => and(asHuman(FIRST), replace('src/price.ts', '/** Cents of an article. */', code));

describe('a suite of which nothing can be believed', () => {
  test('a report that is no report', async () => {
    const spoils = whenLoaded(
      "import { existsSync, rmSync, writeFileSync } from 'node:fs';\nfor (let n = 1; n < 9; n++) { const report = '../report-' + n + '/report'; if (existsSync(report)) { rmSync(report); writeFileSync(report, 'all tests passed'); } }\n",
    );
    const made = await grade(spoils);
    expect(outline(made)).toEqual(NO_EVIDENCE);
    expect(made[0]?.checks[0]).toMatchObject({ reason: expect.stringContaining('not written by its reporter') });
  });

  test('a runner that is killed by what it runs', async () => {
    const made = await grade(whenLoaded("process.kill(process.ppid, 'SIGKILL');\n"));
    expect(outline(made)).toEqual(NO_EVIDENCE);
  });

  test('one that stops the human suite just as well is the environment’s', async () => {
    // Made when the agent works, after the human trees were measured: from then on nobody's suite runs any more.
    const place = `${await workshop.folder()}/flood`;
    const flooded: Task = { ...task, setup: { ...task.setup, build: [`test ! -e '${place}'`] } };
    const wet = await gradesOf(
      shared.deps,
      flooded,
      agentThat({ [FIRST]: and(asHuman(FIRST), (workspace) => workspace.exec(['touch', place])) }),
      { baselineRuns: 1 },
    );
    expect(wet).toMatchObject([{ resolved: 'unscored', useful: 'unscored' }]);
    expect(wet[0]?.checks.find(({ check }) => check === 'tests')).toMatchObject({ status: 'unscored', fault: 'environment' });

    // Nor is it remembered against an equal submission.
    await rm(place);
    expect(await gradesOf(shared.deps, flooded, agentThat({}), { baselineRuns: 1 })).toMatchObject([{ resolved: 'yes', useful: 'yes' }]);
  });
});

test('a test that hangs is a failed one, in a suite that goes on', async () => {
  // The time limit of the suite ends what the runner does not.
  const hangs = and(asHuman(FIRST), replace('src/till.ts', 'return full', 'if (articles.length === 4) for (;;);\n  return full'));
  const made = await grade(hangs, { limits: { ...DEFAULT_LIMITS, testTimeoutMs: 10_000 } });
  expect(outline(made)).toEqual(NO_EVIDENCE);
  expect(made[0]?.checks[0]).toMatchObject({ reason: expect.stringContaining('time limit') });
});

describe('outcomes as a suite may report them', () => {
  type Outcomes = readonly (readonly [id: string, status: TestStatus])[];

  /** The memo knows every tree already: what is judged is told here. */
  async function judge(before: Outcomes, after: Outcomes, agent: Outcomes): Promise<{ grade: MilestoneGrade; deps: HarnessDeps }> {
    const memory = inMemory(workshop.host);
    const run = (outcomes: Outcomes) => ({
      status: 'ran' as const,
      runner: 'node:test' as const,
      outcomes: outcomes.map(([id, status]) => ({ id, file: 'test/price.test.ts', status, durationMs: 0 })),
      exitCode: 0,
      wallMs: 0,
    });
    const passing = (outcomes: Outcomes) => outcomes.flatMap(([id, status]) => (status === 'passed' ? [id] : []));
    const suite = (outcomes: Outcomes) => {
      const having = (wanted: TestStatus) => outcomes.flatMap(([id, status]) => (status === wanted ? [id] : []));
      return {
        status: 'ran',
        runs: 2,
        stopped: 0,
        passed: having('passed'),
        failed: having('failed'),
        skipped: having('skipped'),
        flaky: [],
      };
    };
    const had = new Set(passing(before));
    const architecture = { status: 'unreadable', reason: 'told' };
    const environment = { node: 'v26.0.0', packageManager: null, dependencies: 'none', notes: [] };
    const content = { 'test/price.test.ts': 'as it is' };
    const told = async (key: string, compute: () => Promise<unknown>) => {
      if (key.startsWith('examination:'))
        return { environment, build: null, types: null, runs: [run(agent)], content, ownContent: content, architecture, rules: null };
      if (key.startsWith('second-look:')) return { tree: [run(agent)], human: [run(after)] };
      if (!key.startsWith('baseline:')) return compute();
      return {
        unmeasurable: null,
        failToPass: passing(after).filter((id) => !had.has(id)),
        passToPass: passing(after).filter((id) => had.has(id)),
        suites: { before: suite(before), after: suite(after) },
        rehearsal: { canaries: [], isToldByExit: false, processes: 'shared' },
        ...{
          flaky: [],
          contentBefore: content,
          content,
          build: null,
          types: null,
          before: null,
          after: null,
          rules: { rules: [], unread: [] },
          wallMs: 0,
        },
      };
    };
    const deps: HarnessDeps = {
      ...memory.deps,
      remember: async <T>(key: string, schema: z.ZodType<T>, compute: () => Promise<T>) => schema.parse(await told(key, compute)),
    };
    const [only] = await gradesOf(deps, task, agentThat({ [FIRST]: async () => {} }), { baselineRuns: 2 });
    return { grade: MilestoneGrade.parse(only), deps };
  }

  test('a hundred thousand tests', async () => {
    const ids = Array.from({ length: 100_000 }, (_, index) => `test/price.test.ts > case ${index}`);
    const all = ids.map((id) => [id, 'passed'] as const);
    const { grade: made, deps } = await judge(
      all.slice(1),
      all,
      all.map(([id], index) => [id, index % 1000 === 7 ? 'failed' : 'passed']),
    );
    expect(made.failToPass).toMatchObject({ total: 1, passed: 1 });
    expect(made.passToPass).toMatchObject({ total: 99_999, passed: 99_899, missing: [] });
    expect(made.regressions).toHaveLength(100);
    expect(made.resolved).toBe('no');
    const kept = GradedTests.parse(JSON.parse(await deps.readText(made.tests)));
    expect(kept.run).toMatchObject({ outcomes: { length: 100_000 } });
  });

  test('ids of every Unicode plane are told apart', async () => {
    const planes = Array.from({ length: 17 }, (_, plane) => String.fromCodePoint(plane * 0x10000 + 0x1234));
    const odd = ['\u0000', '\u202e', '\ud800', 'é', 'e\u0301', '__proto__', 'constructor', ' ', ' > '];
    const all = [...planes, ...odd].map((text) => [`test/price.test.ts > ${text}`, 'passed'] as const);
    const { grade: well } = await judge([], all, all);
    expect(well).toMatchObject({ resolved: 'yes', failToPass: { total: all.length, passed: all.length } });
    for (const rest of [0, 1]) {
      const [missing, reported] = [all.filter((_, index) => index % 2 === rest), all.filter((_, index) => index % 2 !== rest)];
      const { grade: made } = await judge([], all, reported);
      expect(made.failToPass.missing).toEqual(missing.map(([id]) => id));
      expect(made.resolved).toBe('no');
    }
  });

  test('of two outcomes with one id the worse counts, in whatever order', async () => {
    const [one, two] = ['test/price.test.ts > one', 'test/price.test.ts > two'];
    const human = [
      [one, 'passed'],
      [two, 'passed'],
    ] as const;
    for (const status of ['failed', 'skipped'] as const) {
      for (const twice of [
        [
          [one, 'passed'],
          [one, status],
        ],
        [
          [one, status],
          [one, 'passed'],
        ],
      ] as const) {
        const { grade: made } = await judge([], human, [...twice, [two, 'passed']]);
        expect(made).toMatchObject({ resolved: 'no', failToPass: { passed: 1, [status]: [one] } });
      }
    }
  });
});
