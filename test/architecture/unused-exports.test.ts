import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type ArchitectureSnapshot, compareArchitecture, openArchitecture, stillPresent } from '#architecture';
import { exportHeadlines, open, treeOf, write } from './trees.ts';

type Files = Record<string, string>;

const shop: Files = {
  'package.json': JSON.stringify({ name: 'shop', main: './src/main.ts', scripts: { seed: 'node tools/seed.ts --all' } }),
  'src/main.ts': "import { sell } from './cart.js';\nexport const run = () => sell();\n",
  'src/cart.ts': "import { price } from './shared/index.js';\nexport const sell = () => price;\nexport const giveAway = () => 0;\n",
  'src/shared/index.ts': "export * from './price.js';\nexport { unit as measure } from './unit.js';\n",
  'src/shared/price.ts': 'export const price = 1, rebate = 2;\nexport interface Tax { rate: number }\n',
  'src/shared/unit.ts': 'export const unit = 1;\n',
  'tools/seed.ts': 'export const seeds = [];\n',
};

async function unused(files: Files): Promise<string[]> {
  return list(await open(await write(await treeOf(), files)));
}

function list({ unusedExports: { exports, orphans } }: ArchitectureSnapshot): string[] {
  return [
    ...exports.map(({ path, name, onlyTests }) => `${path}#${name}${onlyTests ? ' (tests)' : ''}`),
    ...orphans.map(({ path, onlyTests }) => `${path}${onlyTests ? ' (tests)' : ''}`),
  ];
}

test('what nobody takes by name, through barrels too; entries and files that a script runs are taken by the world', async () => {
  expect(await unused(shop)).toEqual([
    'src/cart.ts#giveAway',
    'src/shared/index.ts#measure',
    'src/shared/price.ts#Tax',
    'src/shared/price.ts#rebate',
    'src/shared/unit.ts#unit',
  ]);
});

test.each([
  ['a namespace', "import * as price from './shared/price.js';\n"],
  ['an import when needed', "export const load = () => import('./shared/price.js');\n"],
  ['a require', "const price = require('./shared/price.js');\n"],
  ['a re-export that is used', "import { rebate, Tax } from './shared/index.js';\n"],
  ['types by name', "export type Both = [import('./shared/price.js').Tax, typeof import('./shared/price.js').rebate];\n"],
  ['an entry that passes on what a barrel has', "export * from './shared/index.js';\n"],
])('used by %s', async (_, text) => {
  const left = await unused({ ...shop, 'src/main.ts': `${shop['src/main.ts']}${text}` });
  expect(left.filter((each) => each.startsWith('src/shared/price.ts'))).toEqual([]);
});

test('an import for what a file does uses none of its names', async () => {
  const left = await unused({ ...shop, 'src/main.ts': "import './cart.js';\n" });
  expect(left).toContain('src/cart.ts#sell');
});

test('the default import of a CommonJS module is the whole of it', async () => {
  const files = { 'main.js': "import tools from './tools.cjs';\n", 'tools.cjs': 'exports.saw = 1;\nexports.plane = 2;\n' };
  expect(await unused({ 'package.json': '{"name":"bench","main":"main.js"}', ...files })).toEqual([]);
});

test('what only tests use is told apart', async () => {
  const files = {
    ...shop,
    'src/receipt.ts': 'export const receipt = 1;\n',
    'test/cart.test.ts': "import { giveAway } from '../src/cart.js';\nimport { receipt } from '../src/receipt.js';\n",
  };
  expect((await unused(files)).filter((each) => each.endsWith(' (tests)'))).toEqual([
    'src/cart.ts#giveAway (tests)',
    'src/receipt.ts (tests)',
  ]);
});

test('names of the prototype, and a circle of `export *`', async () => {
  const files = {
    'package.json': '{"name":"ring","main":"main.ts"}',
    'main.ts': "import { constructor } from './a.js';\n",
    'a.ts': "export * from './b.js';\n",
    'b.ts': "export * from './a.js';\nexport const __proto__ = 1, constructor = 2, toString = 3;\n",
  };
  expect(await unused(files)).toEqual(['b.ts#__proto__', 'b.ts#toString']);
});

test('a change that leaves an export or a file without users is recorded', async () => {
  const base = await open(await write(await treeOf(), shop));
  const head = await open(await write(await treeOf(), { ...shop, 'src/main.ts': 'export const run = () => close();\n' }));
  expect(exportHeadlines(compareArchitecture({ base, head }))).toEqual(['record orphan:src/cart.ts at src/cart.ts:undefined']);
  const late = await open(await write(await treeOf(), { ...shop, 'src/cart.ts': `${shop['src/cart.ts']}export const lend = 1;\n` }));
  expect(exportHeadlines(compareArchitecture({ base, head: late }))).toEqual(['record unused-export:src/cart.ts#lend at src/cart.ts:4']);
});

test('followed change by change, it is what a fresh look gives', async () => {
  const folder = await write(await treeOf(), shop);
  const followed = await openArchitecture(folder);
  const same = async (...paths: string[]) => {
    await followed.update(paths);
    const fresh = (await openArchitecture(folder)).snapshot();
    const now = followed.snapshot();
    expect({ surface: now.surface, unusedExports: now.unusedExports }).toEqual({
      surface: fresh.surface,
      unusedExports: fresh.unusedExports,
    });
    return list(now);
  };
  expect(await same()).toContain('src/shared/price.ts#rebate');
  await write(folder, { 'src/main.ts': "import { rebate } from './shared/index.js';\n" });
  expect(await same('src/main.ts')).not.toContain('src/shared/price.ts#rebate');
  await write(folder, { 'src/shared/index.ts': "export { price } from './price.js';\n" });
  expect(await same('src/shared/index.ts')).toContain('src/shared/price.ts#rebate');
  await rm(join(folder, 'src/shared/price.ts'));
  await same('src/shared/price.ts');
  await write(folder, { 'src/shared/price.ts': 'export const price = 1, gift = 0;\n' });
  expect(await same('src/shared/price.ts')).toContain('src/shared/price.ts#gift');
  await write(folder, { 'package.json': '{"name":"shop","exports":{".":"./src/main.ts","./shared/*":"./src/shared/*.ts"}}' });
  expect(await same('package.json')).not.toContain('src/shared/price.ts#gift');
  await write(folder, { 'src/shared/late.ts': 'export const late = 1;\n' });
  expect(await same('src/shared/late.ts')).not.toContain('src/shared/late.ts');
});

test('what is found five iterations later, and was all the time', () => {
  const history = [
    ['old', 'used late'],
    ['old', 'used late', 'new'],
    ['old', 'new'],
    ['old', 'new', 'back'],
    ['old', 'new'],
    ['old', 'new', 'back'],
  ];
  expect(stillPresent(history)).toEqual(['old']);
  expect(stillPresent(history, 4)).toEqual(['old', 'new']);
  expect(stillPresent(history.slice(1))).toEqual([]);
  expect(stillPresent([])).toEqual([]);
});
