import { expect, test } from 'vitest';
import { compareArchitecture, Contract, drawPicture, explainContract, inferContract, readDeclaredRules } from '#architecture';
import { ContractPicture } from '#contracts';
import { open, treeOf, write } from './trees.ts';

async function contractOf(folder: string): Promise<Contract> {
  return Contract.parse(JSON.parse(JSON.stringify(inferContract(await open(folder), await readDeclaredRules(folder)))));
}

const shop = {
  'package.json': '{ "name": "shop", "main": "./src/money/index.ts", "dependencies": { "pg": "8" } }',
  '.eslintrc.json':
    '{ "rules": { "no-restricted-imports": ["error", { "paths": [{ "name": "lodash", "message": "Use es-toolkit." }] }] } }',
  '.dependency-cruiser.mjs': 'export default rules();\n',
  'src/main.ts': "import './page/page.js';\nimport './cart/cart.js';\n",
  'src/page/page.ts': "import '../cart/cart.js';\nimport '../money/index.js';\n",
  'src/page/list.ts': "import '../money/index.js';\n",
  'src/cart/cart.ts': "import '../money/index.js';\nimport type {} from '../stock/stock.js';\nimport './item.js';\nimport 'pg';\n",
  'src/cart/item.ts': "import './cart.js';\n",
  'src/stock/stock.ts': "import '../cart/cart.js';\n",
  'src/money/index.ts': 'export const money = 1;\n',
};

test('a contract is what the base is, told in words', async () => {
  const contract = await contractOf(await write(await treeOf(), shop));
  expect(explainContract(contract)).toEqual([
    `Contract ${contract.id.slice(0, 12)}: 5 modules, 7 dependencies between them, 1 declared rule.`,
    'In no layer: src/* may depend on src/cart, src/page.',
    'Layer 2: src/page may depend on src/cart, src/money.',
    'Layer 1, in a cycle of modules: src/cart may depend on src/money, src/stock (types).',
    'Layer 1, in a cycle of modules: src/stock may depend on src/cart.',
    'Layer 0: src/money may depend on no other module.',
    'Frozen: 1 import cycle, types counted; 1 of them run, with 2 files in all and 2 in the largest. A new one that runs is a gate, and so is one that grows.',
    'src/money is entered by src/money/index.ts alone, as 3 files do.',
    'The root package uses pg.',
    'shop offers 1 name by 1 entry: to take one away is a gate.',
    'gate: no-restricted-imports: lodash (eslint, .eslintrc.json): Use es-toolkit.',
    'Not understood: .dependency-cruiser.mjs (dependency-cruiser): line 1 of .dependency-cruiser.mjs is not written in literals: rules().',
  ]);
});

test('equal trees have one contract, and a tree with one import more has another', async () => {
  const [one, same] = [await contractOf(await write(await treeOf(), shop)), await contractOf(await write(await treeOf(), shop))];
  const other = await contractOf(await write(await treeOf(), { ...shop, 'src/money/index.ts': "import '../stock/stock.js';\n" }));
  expect(same).toEqual(one);
  expect(other.id).not.toBe(one.id);
  expect(one.id).toMatch(/^[0-9a-f]{64}$/);
});

test('an empty tree has an empty contract', async () => {
  expect(explainContract(await contractOf(await treeOf()))).toEqual([
    expect.stringMatching(/^Contract [0-9a-f]{12}: 0 modules, 0 dependencies between them, 0 declared rules\.$/),
    'No import cycle: a new one is a gate.',
  ]);
});

test('the picture of a change: what is allowed, new, forbidden and gone, on the layers of the base', async () => {
  const base = await open(await write(await treeOf(), shop));
  const head = await open(
    await write(await treeOf(), {
      ...shop,
      'src/page/page.ts': "import '../money/index.js';\nimport '../stock/stock.js';\n",
      'src/money/index.ts': "import '../page/list.js';\n",
      'src/mail/mail.ts': "import '../page/page.js';\n",
    }),
  );
  const { findings } = compareArchitecture({ base, head });
  const picture = ContractPicture.parse(drawPicture(base, head, findings));
  expect(picture.nodes.map(({ name, files, rank, inCycle }) => `${rank} ${name} ${files}${inCycle ? ' cycle' : ''}`)).toEqual([
    '3 src/* 1',
    '1 src/cart 2 cycle',
    '3 src/mail 1',
    '0 src/money 1',
    '2 src/page 2',
    '1 src/stock 1 cycle',
  ]);
  expect(picture.edges.map(({ from, to, kind, state }) => `${from} -> ${to} ${kind} ${state}`)).toEqual([
    'src/* -> src/cart value allowed',
    'src/* -> src/page value allowed',
    'src/cart -> src/money value allowed',
    'src/cart -> src/stock type allowed',
    'src/mail -> src/page value new',
    'src/money -> src/page value forbidden',
    'src/page -> src/cart value gone',
    'src/page -> src/money value allowed',
    'src/page -> src/stock value forbidden',
    'src/stock -> src/cart value allowed',
  ]);
  expect(picture.edges.find(({ state }) => state === 'forbidden')?.reason).toContain('closes a cycle of modules');
});
