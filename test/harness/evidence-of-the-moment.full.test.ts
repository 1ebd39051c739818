/** What was found out at a bad moment decides neither the next trial nor the next milestone. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NO_USAGE, type RunAgent } from '#contracts';
import { taskFromCommits } from '#harness';
import { NO_SETUP, useWorkshop } from '../helpers/workspaces.ts';
import { agentThat, and, asHuman, cornerShop, gradesOf, inMemory, MILESTONES, outline, type Work, write } from './corner-shop.ts';

const workshop = useWorkshop();

const PROJECT = {
  'package.json': '{ "private": true, "type": "module", "scripts": { "test": "node --test" } }\n',
  'src/sea.ts': 'export const sea = 1;\n',
  'src/shore.ts': "export { sea } from './sea.ts';\n",
};
const suite = (...lines: string[]) =>
  [
    "import assert from 'node:assert/strict';",
    "import { existsSync, writeFileSync } from 'node:fs';",
    "import { test } from 'node:test';",
    ...lines,
  ]
    .map((line) => `${line}\n`)
    .join('');
/** A module that only one commit brings, and a test that asks for it. */
const brings = (name: string) => ({
  [`src/${name}.ts`]: `export const ${name} = 1;\n`,
  [`test/${name}.test.ts`]: suite(
    `test('there is a ${name}', async () => assert.equal((await import(${JSON.stringify(`../src/${name}.ts`)})).${name}, 1));`,
  ),
});
const does = (...works: Work[]): RunAgent => {
  const rest = works[Symbol.iterator]();
  return async ({ workspace }) => {
    await rest.next().value?.(workspace);
    return { ending: { kind: 'submitted', summary: '' }, usage: NO_USAGE };
  };
};
const brought = (name: string): Work => write(`src/${name}.ts`, `export const ${name} = 1;\n`);
const nothing: Work = async () => {};
const END_OF_THE_RUNNER = "process.kill(process.ppid, 'SIGKILL')";

test('a human suite that broke off once is run anew for the next trial', async () => {
  const fog = join(await workshop.folder(), 'fog');
  const base = suite(
    `const place = ${JSON.stringify(`${fog}-`)} + process.cwd().replaceAll('/', '-');`,
    `if (existsSync(${JSON.stringify(fog)}) && !existsSync('src/open.ts')) existsSync(place) ? ${END_OF_THE_RUNNER} : writeFileSync(place, '');`,
    "test('calm', () => {});",
  );
  const { repository, commits } = await workshop.repository(
    { files: { ...PROJECT, 'test/calm.test.ts': base } },
    { files: brings('open') },
  );
  const [commit = '', reference = ''] = commits;
  const task = await taskFromCommits(workshop.host, { repository, commit, references: [reference], setup: NO_SETUP });
  const [id] = task.milestones.map((milestone) => milestone.id);
  const { deps } = inMemory(workshop.host);
  await writeFile(fog, '');
  expect(outline(await gradesOf(deps, task, does(brought('open'))))).toEqual([expect.stringContaining('tests unscored by environment')]);
  await rm(fog);
  expect(outline(await gradesOf(deps, task, does(brought('open'))))).toEqual([`${id}: resolved yes, useful yes`]);
});

test('a test that nobody could try again is still known to have passed before', async () => {
  const fog = join(await workshop.folder(), 'fog');
  const base = {
    'src/salt.ts': 'export const salt = 1;\n',
    'test/salt.test.ts': suite(
      "import { salt } from '../src/salt.ts';",
      `if (existsSync(${JSON.stringify(fog)}) && !existsSync('src/mine.ts')) ${END_OF_THE_RUNNER};`,
      "test('salt', () => assert.equal(salt, 1));",
    ),
  };
  const { repository, commits } = await workshop.repository(
    { files: { ...PROJECT, ...base } },
    { files: brings('one') },
    { files: brings('two') },
  );
  const [commit = '', ...references] = commits;
  const task = await taskFromCommits(workshop.host, { repository, commit, references, setup: NO_SETUP });
  const [one, two] = task.milestones.map(({ id }) => id);
  const agent = does(
    and(brought('one'), write('src/mine.ts', 'export {};\n'), write('src/salt.ts', 'export const salt = 2;\n'), () => writeFile(fog, '')),
    and(brought('two'), () => rm(fog)),
  );
  expect(outline(await gradesOf(inMemory(workshop.host).deps, task, agent, { baselineRuns: 1 }))).toEqual([
    `${one}: resolved yes, useful unscored; earlier-milestones unscored by environment`,
    `${two}: resolved yes, useful no, broke test/salt.test.ts > salt (base); earlier-milestones failed`,
  ]);
});

test('a second look beside one human tree says nothing beside another', async () => {
  const rain = join(await workshop.folder(), 'rain');
  const dry = suite(`test('dry', () => assert.ok(existsSync('src/roof.ts') || !existsSync(${JSON.stringify(rain)})));`);
  const { repository, commits } = await workshop.repository(
    { files: { ...PROJECT, 'test/dry.test.ts': dry } },
    { files: brings('range') },
    { files: brings('wind') },
    { files: brings('roof') },
  );
  const [commit = '', range = '', , roof = ''] = commits;
  const task = await taskFromCommits(workshop.host, { repository, commit, references: [range, roof], setup: NO_SETUP });
  const [first, second] = task.milestones.map(({ id }) => id);
  const { deps } = inMemory(workshop.host);
  await gradesOf(deps, task, does(brought('range'), brought('roof')), { baselineRuns: 1 });
  const agent = does(
    and(brought('range'), write('src/mine.ts', 'export {};\n'), () => writeFile(rain, '')),
    nothing,
  );
  const made = await gradesOf(deps, task, agent, { baselineRuns: 1 });
  expect(made[1]?.fold).toMatchObject({ status: 'applied', broken: [] });
  expect(outline(made)).toEqual([
    `${first}: resolved yes, useful yes`,
    `${second}: resolved no, useful no, broke test/dry.test.ts > dry (base); tests failed, earlier-milestones failed`,
  ]);
});

test('a reader of imports that broke down is asked again', async () => {
  const [FIRST] = MILESTONES;
  const whole = await cornerShop(workshop.host);
  const { deps, memos } = inMemory(workshop.host);
  const endless = `if (a) {}${' else if (a) {}'.repeat(60_000)}\n`;
  const task = { ...whole, milestones: whole.milestones.slice(0, 1) };
  const [grade] = await gradesOf(deps, task, agentThat({ [FIRST]: and(asHuman(FIRST), write('src/endless.ts', endless)) }), {
    baselineRuns: 1,
  });
  expect(grade?.checks.find(({ check }) => check === 'architecture')).toMatchObject({ status: 'unscored', fault: 'agent' });
  expect([...memos.keys()].filter((key) => key.startsWith('examination:'))).toEqual([]);
});
