/** The checks that look at a tree before its tests do: its build steps, and its own compiler. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type CheckResult, DEFAULT_LIMITS, DEFAULT_SETUP, NO_USAGE, type RunAgent, type Task } from '#contracts';
import { taskFromCommits } from '#harness';
import { useWorkshop } from '../helpers/workspaces.ts';
import { agentThat, and, asHuman, cornerShop, gradesOf, inMemory, MILESTONES, outline, type Work, write } from './corner-shop.ts';
import { opens, taskWithCompiler } from './own-compiler.ts';

const workshop = useWorkshop();
const limits = { ...DEFAULT_LIMITS, testTimeoutMs: 60_000 };

describe('build', () => {
  const [FIRST] = MILESTONES;
  let shared: ReturnType<typeof inMemory>;
  let task: Task;
  beforeAll(async () => {
    shared = inMemory(workshop.host);
    const shop = await cornerShop(workshop.host);
    const build = [
      'echo shelves are up',
      'if [ -e src/glue.ts ]; then sleep 1000; fi; if [ -e src/jam.ts ]; then echo it is stuck; exit 3; fi',
    ];
    task = { ...shop, setup: { ...shop.setup, build }, milestones: shop.milestones.slice(0, 1) };
  });
  const grades = (work: Work, testTimeoutMs = 60_000) =>
    gradesOf(shared.deps, task, agentThat({ [FIRST]: work }), { limits: { ...limits, testTimeoutMs }, baselineRuns: 1 });

  test('succeeds, and has a verdict of its own', async () => {
    const [grade] = await grades(asHuman(FIRST));
    expect(grade?.checks.map(({ check, status }) => `${check} ${status}`)).toEqual([
      'build passed',
      'tests passed',
      'earlier-milestones passed',
      'architecture passed',
      'integrity passed',
      'security passed',
    ]);
  });

  test('fails, which leaves no tests to run', async () => {
    const made = await grades(and(asHuman(FIRST), write('src/jam.ts', 'export {};\n')));
    expect(outline(made)).toEqual([
      `${FIRST}: resolved no, useful no; build failed, tests unscored by agent, earlier-milestones unscored by agent`,
    ]);
    expect(made[0]?.checks[0]).toMatchObject({ evidence: { summary: expect.stringContaining('it is stuck') } });
  });

  test('does not end, which is no evidence, by the agent’s doing', async () => {
    const made = await grades(and(asHuman(FIRST), write('src/glue.ts', 'export {};\n')), 10_000);
    expect(outline(made)).toEqual([
      `${FIRST}: resolved no, useful no; build unscored by agent, tests unscored by agent, earlier-milestones unscored by agent`,
    ]);
  });
});

const BASE_OPTIONS = {
  ...{ strict: true, noEmit: true, types: [], module: 'nodenext', target: 'es2024' },
  allowImportingTsExtensions: true,
};

describe('types', () => {
  const NO_SHELF = "export const label: number = 'shelf';\n";
  const LOAN = "export function loan(days: number): string {\n  return days > 14 ? 'too long' : 'fine';\n}\n";
  const TOO_LATE = "export const due: number = 'Friday';\n";
  let shared: ReturnType<typeof inMemory>;
  let task: Task;
  const library = async (typescript: string, options: object): Promise<Task> => {
    const { repository, commits } = await workshop.repository(
      {
        files: {
          '.gitignore': 'node_modules\n',
          'package.json': JSON.stringify({
            ...{ private: true, type: 'module', scripts: { test: 'node --test' } },
            devDependencies: { typescript },
          }),
          'tsconfig.json': JSON.stringify({ compilerOptions: { ...BASE_OPTIONS, ...options } }),
          'src/shelf.ts': NO_SHELF,
          'test/shelf.test.ts': "import { test } from 'node:test';\nimport '../src/shelf.ts';\n\ntest('there is a shelf', () => {});\n",
        },
      },
      {
        files: {
          'src/loan.ts': LOAN,
          'src/due.ts': TOO_LATE,
          'test/loan.test.ts':
            "import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { loan } from '../src/loan.ts';\n\ntest('a loan ends', () => assert.equal(loan(15), 'too long'));\n",
        },
      },
    );
    const [commit = '', reference = ''] = commits;
    return taskFromCommits(workshop.host, { repository, commit, references: [reference], setup: DEFAULT_SETUP });
  };
  beforeAll(async () => {
    shared = inMemory(workshop.host);
    task = await library('7.0.2', {});
  });

  const typesOf = async (
    files: Record<string, string>,
    of = task,
  ): Promise<{ types: CheckResult | undefined; verdict: string | undefined }> => {
    const agent: RunAgent = async (assignment) => {
      for (const [path, text] of Object.entries(files)) await assignment.workspace.writeFile(path, text);
      return { ending: { kind: 'submitted', summary: '' }, usage: NO_USAGE };
    };
    const [grade] = await gradesOf(shared.deps, of, agent, { limits, baselineRuns: 1 });
    return { types: grade?.checks.find(({ check }) => check === 'types'), verdict: grade && `${grade.resolved} ${grade.useful}` };
  };

  test('the same errors as the human’s are none, wherever they stand in their file; those in tests do not count', async () => {
    const { types, verdict } = await typesOf({
      'src/loan.ts': LOAN,
      'src/due.ts': `// later\n${TOO_LATE}`,
      'src/shelf.ts': `\n\n${NO_SHELF}`,
    });
    expect(verdict).toBe('yes yes');
    expect(types).toMatchObject({ status: 'passed', evidence: { facts: { newErrors: 0 } } });
    // Two of the sources, and the missing types of node: in tests.
    expect(types).toMatchObject({ evidence: { facts: { errors: expect.toSatisfy((errors: number) => errors > 2) } } });
  });

  test('a new one costs the useful answer, with its place', async () => {
    const { types, verdict } = await typesOf({ 'src/loan.ts': LOAN, 'src/stamp.ts': "\nexport const ink: boolean = 'blue';\n" });
    expect(verdict).toBe('yes no');
    expect(types).toMatchObject({
      status: 'failed',
      findings: [{ severity: 'gate', place: { path: 'src/stamp.ts', line: 2 }, message: expect.stringContaining('TS2322') }],
    });
  });

  test('one that moved with its file is as old as it was', async () => {
    const moved = { 'src/shelf.ts': "export * from './shelves/shelf.ts';\n", 'src/loan.ts': LOAN };
    const { types, verdict } = await typesOf({ ...moved, 'src/shelves/shelf.ts': NO_SHELF });
    expect(types).toMatchObject({ status: 'passed' });
    expect(verdict).toBe('yes yes');
    const twice = await typesOf({ ...moved, 'src/shelves/shelf.ts': `${NO_SHELF}export const title: number = 'shelf';\n` });
    expect(twice.types).toMatchObject({ status: 'failed', evidence: { facts: { newErrors: 1 } } });
    const asInTests = await typesOf({
      'src/loan.ts': LOAN,
      'src/stamp.ts': "import { test } from 'node:test';\n\nexport const stamp = test;\n",
    });
    expect(asInTests.types).toMatchObject({ status: 'failed', findings: [{ place: { path: 'src/stamp.ts' } }] });
  });

  test('errors are counted: one more of the same is new', async () => {
    const { types } = await typesOf({ 'src/loan.ts': LOAN, 'src/shelf.ts': `${NO_SHELF}export const title: number = 'shelf';\n` });
    expect(types).toMatchObject({ status: 'failed', evidence: { facts: { newErrors: 1 } } });
  });

  describe('by the settings of people', () => {
    const settings = (more: object, options: object = {}) => JSON.stringify({ ...more, compilerOptions: { ...BASE_OPTIONS, ...options } });
    const INK = 'export const ink = (of: string | null): string => of;\n';

    test.each<[string, Record<string, string>]>([
      ['no checks of null', { 'tsconfig.json': settings({}, { strict: false }) }],
      ['the file left out', { 'tsconfig.json': settings({ exclude: ['src/ink.ts'] }) }],
      ['only other files', { 'tsconfig.json': settings({ include: ['src/loan.ts'] }) }],
      [
        'what they inherit',
        {
          'configs/loose.json': JSON.stringify({ compilerOptions: { ...BASE_OPTIONS, strictNullChecks: false } }),
          'tsconfig.json': '{ "extends": "./configs/loose.json", "exclude": [] }\n',
        },
      ],
    ])('nothing is won by changing them: %s', async (_, files) => {
      const { types } = await typesOf({ 'src/loan.ts': LOAN, 'src/ink.ts': INK, ...files });
      expect(types).toMatchObject({
        status: 'failed',
        findings: [{ place: { path: 'src/ink.ts' } }],
        evidence: { facts: { newErrors: 1 } },
      });
    });

    test('an answer may bring an alias, declarations, a reference and a stricter compiler', async () => {
      const { types, verdict } = await typesOf({
        'src/loan.ts': LOAN,
        'configs/aliases.json': '{ "compilerOptions": { "paths": { "@/*": ["../src/*"] } } }\n',
        'tsconfig.json': settings(
          { extends: './configs/aliases.json', include: ['src', 'test', 'types'], references: [{ path: './tools' }] },
          { noUncheckedIndexedAccess: true },
        ),
        'tools/tsconfig.json': settings({}, { composite: true }),
        'types/ink.d.ts': 'declare const INK: string;\n',
        'src/ink.ts': "import { loan } from '@/loan.ts';\n\nexport const ink: string = INK + loan(1);\n",
      });
      expect(types).toMatchObject({ status: 'passed' });
      expect(verdict).toBe('yes yes');
    });

    test('which need not be written out as the compiler prints them', async () => {
      // Before TypeScript 7 what `strict` implies is printed too, and some of it may not be written beside this.
      const lenient = await library('5.9.3', { strictNullChecks: false });
      const unchanged = await typesOf({ 'src/loan.ts': LOAN }, lenient);
      expect([unchanged.types?.status, unchanged.verdict]).toEqual(['passed', 'yes yes']);
      const aliased = { 'tsconfig.json': settings({}, { strictNullChecks: false, paths: { '@/*': ['./src/*'] } }), 'src/loan.ts': LOAN };
      expect((await typesOf(aliased, lenient)).types).toMatchObject({ status: 'passed' });
      const loosened = { 'tsconfig.json': settings({}, { strict: false }), 'src/loan.ts': LOAN };
      const { types } = await typesOf({ ...loosened, 'src/ink.ts': 'export const ink = (of) => of;\n' }, lenient);
      expect(types).toMatchObject({ status: 'failed', findings: [{ place: { path: 'src/ink.ts' } }] });
    });
  });

  test('settings that name no file any more are the agent’s doing', async () => {
    const { types, verdict } = await typesOf({ 'src/loan.ts': LOAN, 'tsconfig.json': '{ "files": [] }\n' });
    expect(verdict).toBe('yes no');
    expect(types).toMatchObject({ status: 'unscored', fault: 'agent' });
  });

  test('a compiler that breaks down on the human tree leaves everybody unscored', async () => {
    const broken = await taskWithCompiler(workshop, "throw new Error('out of ink');\n");
    const [grade] = await gradesOf(shared.deps, broken, opens, { limits, baselineRuns: 1 });
    expect(grade?.checks.find(({ check }) => check === 'types')).toMatchObject({
      status: 'unscored',
      fault: 'environment',
      reason: expect.stringContaining('out of ink'),
    });
    expect(grade).toMatchObject({ resolved: 'yes', useful: 'unscored' });
  });
});
