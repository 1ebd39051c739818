import { expect, test } from 'vitest';
import { compareArchitecture, findChangedRules, readDeclaredRules } from '#architecture';
import { headlines, open, treeOf, write } from './trees.ts';

type Files = Record<string, string>;

/** The base, and what the change writes over it; the rules are those of the base. */
async function compare(base: Files, change: Files) {
  const [before, after] = [await write(await treeOf(), base), await write(await treeOf(), { ...base, ...change })];
  const rules = await readDeclaredRules(before);
  const comparison = compareArchitecture({ base: await open(before), head: await open(after), rules });
  return { ...comparison, headlines: headlines(comparison), changed: findChangedRules(rules, await readDeclaredRules(after)) };
}

const rule = {
  name: 'page-not-to-database',
  severity: 'error',
  comment: 'Pages show, they do not ask',
  from: { path: '^src/page' },
  to: { path: '^src/database' },
};
const ruleFile = (...rules: object[]) => JSON.stringify({ forbidden: rules });

const shop: Files = {
  '.dependency-cruiser.json': ruleFile(rule),
  'src/page/old.ts': "import '../database/query.js';\n",
  'src/page/page.ts': "import './old.js';\n",
  'src/database/query.ts': 'export {};\n',
};

test('what breaks a declared rule at the base is frozen, what breaks it anew is a gate that says why and what to do', async () => {
  expect((await compare(shop, {})).headlines).toEqual([]);
  const { findings } = await compare(shop, { 'src/page/page.ts': "import './old.js';\nimport '../database/query.js';\n" });
  expect(findings).toEqual([
    {
      id: 'declared-rule:page-not-to-database: src/page/page.ts -> src/database/query.ts',
      rule: 'declared-rule',
      severity: 'gate',
      message:
        'src/page/page.ts imports src/database/query.ts (dependency-cruiser, rule "page-not-to-database" in .dependency-cruiser.json). Pages show, they do not ask. Do without this import, as the reason says.',
      place: { path: 'src/page/page.ts', line: 2 },
      witness: ['src/page/page.ts', 'src/database/query.ts'],
    },
  ]);
});

test('a frozen break stays frozen under another name', async () => {
  const { 'src/page/old.ts': old, ...rest } = shop;
  const [before, after] = [
    await write(await treeOf(), shop),
    await write(await treeOf(), {
      ...rest,
      'src/page/parts/old.ts': "import '../../database/query.js';\n",
      'src/page/page.ts': "import './parts/old.js';\n",
    }),
  ];
  const rules = await readDeclaredRules(before);
  expect(old).toBeDefined();
  expect(headlines(compareArchitecture({ base: await open(before), head: await open(after), rules }))).toEqual([]);
});

test('a file moved to where a rule forbids its import breaks that rule', async () => {
  const { headlines } = await compare(
    { ...shop, 'src/report/list.ts': "import '../database/query.js';\n" },
    { 'src/report/list.ts': 'export {};\n', 'src/page/list.ts': "import '../database/query.js';\n" },
  );
  expect(headlines).toEqual(['gate declared-rule:page-not-to-database: src/page/list.ts -> src/database/query.ts at src/page/list.ts:1']);
});

test('one import that makes much reachable is one finding, with the shortest way', async () => {
  const base = {
    ...shop,
    '.dependency-cruiser.json': ruleFile({ ...rule, name: 'unreachable', to: { path: '^src/database', reachable: true } }),
    'src/page/old.ts': 'export {};\n',
  };
  const { findings } = await compare(base, { 'src/page/old.ts': "import '../database/query.js';\n" });
  expect(findings.map(({ id, witness }) => ({ id, witness }))).toEqual([
    { id: 'declared-rule:unreachable: * -> src/database/query.ts', witness: ['src/page/old.ts', 'src/database/query.ts'] },
    { id: 'new-module-edge:src/page -> src/database', witness: ['src/page/old.ts -> src/database/query.ts'] },
  ]);
});

test('a change is judged by the rules of the base, and that it edits them is told', async () => {
  const change = {
    '.dependency-cruiser.json': ruleFile({ ...rule, severity: 'info' }),
    'src/page/page.ts': "import './old.js';\nimport '../database/query.js';\n",
  };
  const { headlines, changed } = await compare(shop, change);
  expect(headlines).toEqual(['gate declared-rule:page-not-to-database: src/page/page.ts -> src/database/query.ts at src/page/page.ts:2']);
  expect(changed).toEqual([
    {
      id: 'declared-rules-changed:.dependency-cruiser.json',
      rule: 'declared-rules-changed',
      severity: 'warn',
      message:
        '.dependency-cruiser.json states other rules than at the base: "page-not-to-database" less severe. The change is judged by the rules of the base; have those who own them agree to the new ones.',
      place: { path: '.dependency-cruiser.json' },
      witness: ['page-not-to-database'],
    },
  ]);
});

test('a rule removed, given another meaning, or made unreadable is told; one added or reworded is not', async () => {
  const messages = async (text: string) =>
    (await compare(shop, { '.dependency-cruiser.json': text })).changed.map(({ message }) => message.split(': ')[1]?.split('. ')[0]);
  expect(await messages(ruleFile())).toEqual(['"page-not-to-database" no longer there']);
  expect(await messages(ruleFile({ ...rule, from: { path: '^nowhere' } }))).toEqual(['"page-not-to-database" with another meaning']);
  expect(await messages('{')).toEqual(['"page-not-to-database" no longer there; 1 part(s) that can no longer be read']);
  expect(await messages(ruleFile({ ...rule, comment: 'Ask the cart' }, { ...rule, name: 'another' }))).toEqual([]);
});

test('a rule whose pattern is broken is undecided, never passed over', async () => {
  const { undecided } = await compare({ ...shop, '.dependency-cruiser.json': ruleFile({ ...rule, from: { path: '(' } }) }, {});
  expect(undecided).toEqual([
    { rule: 'page-not-to-database', source: '.dependency-cruiser.json', reason: expect.stringContaining('Unterminated group') },
  ]);
});

const depot: Files = {
  'package.json': '{ "name": "depot", "workspaces": ["packages/*"] }',
  'packages/model/package.json': '{ "name": "@depot/model" }',
  'packages/model/src/index.ts': 'export {};\n',
  'packages/api/package.json':
    '{ "name": "@depot/api", "dependencies": { "@depot/model": "*", "express": "5" }, "devDependencies": { "sinon": "1" } }',
  'packages/api/src/index.ts': "import '@depot/model';\nimport 'express';\n",
  'packages/web/package.json': '{ "name": "@depot/web", "dependencies": { "@depot/model": "*" } }',
  'packages/web/src/index.ts': 'export {};\n',
};

test('a package that depends on another one is a warning, told once; a new package is recorded', async () => {
  expect((await compare(depot, { 'packages/web/src/index.ts': "import '@depot/model';\n" })).headlines).toEqual([
    'warn new-package-edge:packages/web -> packages/model at packages/web/src/index.ts:1',
  ]);
  const cli = {
    'packages/cli/package.json': '{ "name": "@depot/cli", "dependencies": { "@depot/model": "*" } }',
    'packages/cli/src/index.ts': "import '@depot/model';\n",
  };
  expect((await compare(depot, cli)).headlines).toEqual([
    'record new-package-edge:packages/cli -> packages/model at packages/cli/src/index.ts:1',
  ]);
});

test('a new external package is a warning for each package that takes it, with what its manifest says of it', async () => {
  const { findings } = await compare(depot, {
    'packages/web/src/index.ts': "import 'express/lib/router.js';\nimport 'left-pad';\nimport 'node:fs';\n",
    'packages/api/src/index.ts': "import '@depot/model';\nimport 'express';\nimport 'sinon';\n",
  });
  expect(findings.map(({ severity, message, place }) => `${severity} ${message} ${place.line}`)).toEqual([
    'warn packages/api now depends on sinon; nothing here did before. It is declared for development only. 3',
    'warn packages/web now depends on express, as packages/api did before. No manifest declares it. 1',
    'warn packages/web now depends on left-pad; nothing here did before. No manifest declares it. 2',
  ]);
});

const withDoor: Files = {
  'src/money/index.ts': "export * from './round.js';\n",
  'src/money/round.ts': 'export const round = 1;\n',
  'src/cart/cart.ts': "import '../money/index.js';\n",
  'src/cart/tax.ts': "import '../money/index.js';\n",
  'src/page/page.ts': "import '../money/index.js';\n",
};

test('a module that three files enter by its index is entered by it alone', async () => {
  const bypass = { 'src/cart/tax.ts': "import { round } from '../money/round.js';\nround;\n" };
  expect((await compare(withDoor, bypass)).findings).toEqual([
    {
      id: 'bypassed-door:src/money: src/cart/tax.ts -> src/money/round.ts',
      rule: 'bypassed-door',
      severity: 'warn',
      message:
        'src/cart/tax.ts imports src/money/round.ts; until now all 3 files outside src/money import src/money/index.ts. Import src/money/index.ts, and let it export what is missing.',
      place: { path: 'src/cart/tax.ts', line: 1 },
      witness: ['src/cart/tax.ts -> src/money/round.ts'],
    },
  ]);
  const { 'src/page/page.ts': _, ...twice } = withDoor;
  expect((await compare(twice, bypass)).headlines).toEqual([]);
});

test('what could not be read at the base either, and only moved down, is not told', async () => {
  const program = (lines: string) => `${lines}module.exports = { forbidden: [require('somewhere')] };\n`;
  const base = await write(await treeOf(), { '.dependency-cruiser.cjs': program('') });
  const head = await write(await treeOf(), { '.dependency-cruiser.cjs': program('// Two\n// lines.\n') });
  const [before, after] = [await readDeclaredRules(base), await readDeclaredRules(head)];
  expect(before.unread).toHaveLength(1);
  expect(before.unread[0]?.reason).not.toBe(after.unread[0]?.reason);
  expect(findChangedRules(before, after)).toEqual([]);
});
