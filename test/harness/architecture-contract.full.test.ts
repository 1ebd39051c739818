/** What a chain is held to: people's architecture and people's rules, whatever an agent makes of the files that state them. */
import { beforeAll, expect, test } from 'vitest';
import { calibrate, keepCalibration, openArchitecture } from '#architecture';
import { type MilestoneGrade, NO_USAGE, type RunAgent, type Task } from '#contracts';
import { taskFromCommits } from '#harness';
import { calibrationFolder, repositoryNameOf } from '#workspace';
import type { GitRepository } from '../helpers/git-repository.ts';
import { NO_SETUP, noSandbox, useWorkshop } from '../helpers/workspaces.ts';
import { and, gradesOf, inMemory, type Work, write } from './corner-shop.ts';

const workshop = useWorkshop();
const RULES = '.dependency-cruiser.json';

const forbidden = (name: string, from: string, to: string) => ({
  ...{ name, severity: 'error', comment: `${name}, people say` },
  ...{ from: { path: `^src/${from}` }, to: { path: `^src/${to}` } },
});
const rules = (...all: object[]) => `${JSON.stringify({ forbidden: all })}\n`;
const NO_DOUGH_IN_THE_SHOP = forbidden('no-dough-in-the-shop', 'shop', 'oven');
const NO_TILL_AT_THE_OVEN = forbidden('no-till-at-the-oven', 'oven', 'shop/till');
const suite = (name: string) =>
  `import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { ${name} } from '../src/shop/${name}.ts';\n\ntest('${name}', () => assert.ok(${name}()));\n`;
const good = (name: string) => `export const ${name} = () => '${name}';\n`;

let bakery: GitRepository;
let shared: ReturnType<typeof inMemory>;
beforeAll(async () => {
  bakery = await workshop.repository(
    {
      files: {
        'package.json': '{ "private": true, "type": "module", "scripts": { "test": "node --test" } }\n',
        [RULES]: rules(NO_DOUGH_IN_THE_SHOP),
        'src/main.ts': "import './shop/till.ts';\n",
        'src/shop/till.ts': "import { price } from './price.ts';\n\nexport const till = () => price();\n",
        'src/shop/price.ts': good('price'),
        'src/oven/heat.ts': good('heat'),
        'src/oven/dough.ts': "import { heat } from './heat.ts';\n\nexport const dough = () => heat();\n",
        'test/price.test.ts': suite('price'),
      },
      message: 'Base',
    },
    { files: { 'src/shop/bread.ts': good('bread'), 'test/bread.test.ts': suite('bread') }, message: 'Sell bread' },
    // Between two milestones: people state one rule more.
    { files: { [RULES]: rules(NO_DOUGH_IN_THE_SHOP, NO_TILL_AT_THE_OVEN) }, message: 'Keep the till clean' },
    { files: { 'src/shop/cake.ts': good('cake'), 'test/cake.test.ts': suite('cake') }, message: 'Sell cake' },
  );
  shared = inMemory(workshop.host);
});
const commit = (index: number) => bakery.commits[index] ?? '';
const taskOf = (...references: number[]): Promise<Task> =>
  taskFromCommits(workshop.host, { ...bakery, commit: commit(0), references: references.map(commit), setup: NO_SETUP });

/** Does people's work and something of its own besides. */
async function grades(task: Task, ...own: Work[]): Promise<MilestoneGrade[]> {
  const agent: RunAgent = async ({ workspace, request }) => {
    const index = task.milestones.findIndex(({ id }) => id === request.id);
    const name = ['bread', 'cake'][index] ?? '';
    await workspace.writeFile(`src/shop/${name}.ts`, good(name));
    await own[index]?.(workspace);
    return { ending: { kind: 'submitted', summary: '' }, usage: NO_USAGE };
  };
  return gradesOf(shared.deps, task, agent, { baselineRuns: 1 });
}

const architecture = (grade: MilestoneGrade | undefined) => grade?.checks.find((each) => each.check === 'architecture');
/** `failed; gate no-dough-in-the-shop`, of the rules that people state. */
function verdictOf(grade: MilestoneGrade | undefined): string {
  const check = architecture(grade);
  if (check === undefined || check.status === 'unscored') return check?.reason ?? 'not made';
  const broken = check.findings.filter(({ rule }) => rule === 'declared-rule');
  return [check.status, ...broken.map(({ severity, id }) => `${severity} ${id.split(':')[1]}`)].join('; ');
}
const facts = (grade: MilestoneGrade | undefined) => {
  const check = architecture(grade);
  return check === undefined || check.status === 'unscored' ? {} : check.evidence.facts;
};
const BAKES_IN_THE_SHOP = write(
  'src/shop/corner.ts',
  "import { dough } from '../oven/dough.ts';\n\nexport const corner = () => dough();\n",
);
const takesMoneyAtTheOven = (file: string) =>
  write(`src/oven/${file}.ts`, `import { till } from '../shop/till.ts';\n\nexport const ${file} = () => till();\n`);

test('a rule that people state is a gate, also for an agent that takes it out of the file', async () => {
  const task = await taskOf(1);
  const [broken] = await grades(task, BAKES_IN_THE_SHOP);
  const [bent] = await grades(task, and(BAKES_IN_THE_SHOP, write(RULES, rules())));
  expect([broken, bent].map(verdictOf)).toEqual(Array(2).fill('failed; gate no-dough-in-the-shop'));
  expect(facts(broken)).toMatchObject({ contract: expect.stringMatching(/^[0-9a-f]{64}$/), rules: 1, rulesUnread: 0 });
  expect(facts(bent).contract).toBe(facts(broken).contract);
});

test('only people amend it: a rule that came with their commits counts for what comes after', async () => {
  const task = await taskOf(1, 3);
  const kept = await grades(task);
  expect(kept.map(verdictOf)).toEqual(['passed', 'passed']);
  const [first, second] = kept.map(facts);
  expect([first?.rules, second?.rules]).toEqual([1, 2]);
  expect(second?.contract).not.toBe(first?.contract);

  // What the agent had before people spoke is nobody's fault; what it adds is.
  const early = await grades(task, takesMoneyAtTheOven('slot'));
  expect(early.map(verdictOf)).toEqual(['passed', 'passed; record no-till-at-the-oven']);
  expect(early[1]?.fold).toMatchObject({ gates: [expect.stringContaining('src/oven/slot.ts')] });
  const late = await grades(task, async () => {}, takesMoneyAtTheOven('slot'));
  expect(late.map(verdictOf)).toEqual(['passed', 'failed; gate no-till-at-the-oven']);
});

test('an agent cannot state one itself', async () => {
  const task = await taskOf(1);
  const [grade] = await grades(task, and(takesMoneyAtTheOven('slot'), write(RULES, rules(NO_TILL_AT_THE_OVEN))));
  expect(verdictOf(grade)).toBe('passed');
});

test.skipIf(noSandbox)('a rule that is a program runs in a sandbox, and what it says counts', async () => {
  const program = `module.exports = { forbidden: ['oven'].map((place) => (${JSON.stringify(NO_DOUGH_IN_THE_SHOP)})) };\n`;
  const files = { 'package.json': '{ "private": true, "type": "module", "scripts": { "test": "node --test" } }\n' };
  const stall = await workshop.repository(
    {
      files: {
        ...{ ...files, '.dependency-cruiser.cjs': program },
        ...{ 'src/shop/price.ts': good('price'), 'src/oven/dough.ts': good('dough'), 'src/main.ts': "import './shop/price.ts';\n" },
        'test/price.test.ts': suite('price'),
      },
      message: 'Base',
    },
    { files: { 'src/shop/bread.ts': good('bread'), 'test/bread.test.ts': suite('bread') }, message: 'Sell bread' },
  );
  const [base = '', reference = ''] = stall.commits;
  const task = await taskFromCommits(workshop.host, { ...stall, commit: base, references: [reference], setup: NO_SETUP });
  const [grade] = await grades(task, BAKES_IN_THE_SHOP);
  expect(verdictOf(grade)).toBe('failed; gate no-dough-in-the-shop');
});

test('drift from people stands before what people do, where somebody calibrated the repository', async () => {
  const task = await taskOf(1);
  const [before] = await grades(task);
  expect(before?.drift.length).toBeGreaterThan(0);
  expect(before?.drift.every(({ usual }) => usual === null)).toBe(true);

  const { metrics } = (await openArchitecture(await workshop.folder())).snapshot();
  const history = Array.from({ length: 30 }, (_, place) => ({ findings: [], metrics: { ...metrics, files: place } }));
  const folder = calibrationFolder(workshop.host, await repositoryNameOf(workshop.host, task.repository));
  await keepCalibration(folder, { schemaVersion: 1, newest: commit(0) as never, band: calibrate(history) });
  const [after] = await grades(task);
  expect(after?.drift.some(({ usual }) => usual !== null)).toBe(true);
});
