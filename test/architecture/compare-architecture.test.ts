import { expect, test } from 'vitest';
import { compareArchitecture } from '#architecture';
import { compareLayers, headlines, open, treeOf, write } from './trees.ts';

const base = ['parcel-service'];

test('nothing changed: nothing found', async () => {
  const comparison = await compareLayers({ base, head: [] });
  expect(comparison).toEqual({
    findings: [],
    facts: { files: 6, edges: 6, modules: 4, cycles: 0, newModuleEdges: 0, unresolved: 0, skipped: 0 },
    undecided: [],
    trust: { ok: true },
  });
});

test('a domain that imports from http closes a cycle of modules', async () => {
  const comparison = await compareLayers({ base, head: ['formats-money-in-the-domain'] });
  expect(comparison.findings.filter(({ severity }) => severity !== 'record')).toEqual([
    {
      id: 'module-cycle:src/domain -> src/http',
      rule: 'module-cycle',
      severity: 'gate',
      message:
        'src/domain now depends on src/http, which closes a cycle of modules: src/domain -> src/http -> src/application -> src/domain.',
      place: { path: 'src/domain/price.ts', line: 1 },
      witness: [
        'src/domain/price.ts -> src/http/format-money.ts',
        'src/http/server.ts -> src/application/book-parcel.ts',
        'src/application/book-parcel.ts -> src/domain/price.ts',
      ],
    },
  ]);
  expect(comparison.facts.newModuleEdges).toBe(1);
  expect(comparison.trust).toEqual({ ok: true });
});

test('a shortcut downwards is a warning', async () => {
  expect(headlines(await compareLayers({ base, head: ['prices-a-parcel-over-http'] }))).toEqual([
    'warn new-module-edge:src/http -> src/domain at src/http/server.ts:3',
  ]);
});

test('two files that run each other are a new cycle', async () => {
  const { findings } = await compareLayers({ base, head: ['lets-parcels-price-themselves'] });
  expect(findings).toEqual([
    {
      id: expect.stringMatching(/^new-cycle:[0-9a-f]{16}$/),
      rule: 'new-cycle',
      severity: 'gate',
      message: 'A new import cycle: 2 files are in it: src/domain/parcel.ts -> src/domain/price.ts -> src/domain/parcel.ts.',
      place: { path: 'src/domain/parcel.ts', line: 1 },
      witness: ['src/domain/parcel.ts', 'src/domain/price.ts', 'src/domain/parcel.ts'],
    },
  ]);
});

test('two files that know each other by type are none, with the word `type` or without', async () => {
  expect(headlines(await compareLayers({ base, head: ['lets-parcels-know-prices-by-type'] }))).toEqual([]);
  expect(headlines(await compareLayers({ base, head: ['forgets-the-word-type'] }))).toEqual([]);
});

test('a cycle of the base is no finding, one that grew is, and its newcomer is named', async () => {
  const withCycle = [...base, 'lets-parcels-price-themselves'];
  expect(headlines(await compareLayers({ base: withCycle, head: [] }))).toEqual([]);
  const { findings } = await compareLayers({ base: withCycle, head: ['grows-the-price-cycle'] });
  expect(findings.map((finding) => finding.message)).toEqual([
    'An import cycle grew: 3 files are in it, 2 were before; src/domain/tax.ts now takes part: src/domain/tax.ts -> src/domain/parcel.ts -> src/domain/tax.ts.',
  ]);
});

test('a new cycle is shown from the import that closed it, whatever comes first by name', async () => {
  const before = await write(await treeOf(), { 'src/a.ts': "import './b.js';\n", 'src/b.ts': "import './c.js';\n", 'src/c.ts': '' });
  const after = await write(await treeOf(), {
    'src/a.ts': "import './b.js';\n",
    'src/b.ts': "import './c.js';\n",
    'src/c.ts': "\nimport './a.js';\n",
  });
  const { findings } = compareArchitecture({ base: await open(before), head: await open(after) });
  expect(findings).toMatchObject([
    {
      rule: 'new-cycle',
      place: { path: 'src/c.ts', line: 2 },
      witness: ['src/c.ts', 'src/a.ts', 'src/b.ts', 'src/c.ts'],
    },
  ]);
});

test('two cycles that become one are shown by a way through both', async () => {
  const pairs = {
    'src/a.ts': "import './b.js';\n",
    'src/b.ts': "import './a.js';\n",
    'src/c.ts': "import './d.js';\n",
    'src/d.ts': "import './c.js';\n",
  };
  const before = await write(await treeOf(), pairs);
  const joined = { 'src/b.ts': "import './a.js';\nimport './c.js';\n", 'src/d.ts': "import './c.js';\nimport './a.js';\n" };
  const after = await write(await treeOf(), { ...pairs, ...joined });
  const { findings } = compareArchitecture({ base: await open(before), head: await open(after) });
  expect(findings).toMatchObject([
    { rule: 'new-cycle', place: { path: 'src/b.ts', line: 2 }, witness: ['src/b.ts', 'src/c.ts', 'src/d.ts', 'src/a.ts', 'src/b.ts'] },
  ]);
});

test('a cycle that moved with its folder is the same cycle', async () => {
  const before = await write(await treeOf(), {
    'src/old/a.ts': "import './b.js';\n",
    'src/old/b.ts': "import './a.js';\n",
    'src/main.ts': "import './old/a.js';\n",
  });
  const after = await write(await treeOf(), {
    'src/new/a.ts': "import './b.js';\n",
    'src/new/b.ts': "import './a.js';\n",
    'src/main.ts': "import './new/a.js';\n",
  });
  expect(headlines(compareArchitecture({ base: await open(before), head: await open(after) }))).toEqual([]);
});

test('an import that leads nowhere is a gate', async () => {
  const comparison = await compareLayers({ base, head: ['misspells-an-import'] });
  expect(headlines(comparison)).toEqual([
    'gate unresolved-import:src/application/book-parcel.ts -> ../domain/prices.js at src/application/book-parcel.ts:2',
  ]);
  expect(comparison.facts.unresolved).toBe(1);
});

test('a program that needs its tests is a gate', async () => {
  expect(headlines(await compareLayers({ base, head: ['ships-a-test-parcel'] }))).toEqual([
    'gate production-imports-tests:src/http/server.ts -> test/parcels.ts at src/http/server.ts:2',
  ]);
});

test('two packages that need each other close a cycle', async () => {
  expect(headlines(await compareLayers({ base: ['depot-workspaces'], head: ['turns-the-workspaces-round'] }))).toEqual([
    'gate module-cycle:packages/model -> packages/api at packages/model/src/units.ts:1',
    expect.stringMatching(/^gate new-cycle:.* at packages\/model\/src\/units\.ts:1$/),
  ]);
});

test('what the human tree trips too is recorded, what only the agent trips stays a gate', async () => {
  const head = ['formats-money-in-the-domain', 'misspells-an-import'];
  expect(headlines(await compareLayers({ base, head, reference: ['formats-money-in-the-domain'] }))).toEqual([
    'gate unresolved-import:src/application/book-parcel.ts -> ../domain/prices.js at src/application/book-parcel.ts:2',
    'record module-cycle:src/domain -> src/http at src/domain/price.ts:1',
  ]);
});

test('a cycle within a larger one of the human tree is recorded', async () => {
  const grown = ['lets-parcels-price-themselves', 'grows-the-price-cycle'];
  const { findings } = await compareLayers({ base, head: ['lets-parcels-price-themselves'], reference: grown });
  expect(findings.map((finding) => finding.severity)).toEqual(['record']);
});

test('a folder that is split because it grew makes no edge look new', async () => {
  const files: Record<string, string> = {
    'src/shop/cart/cart.ts': "import '../money/money.js';\n",
    'src/shop/money/money.ts': 'export {};\n',
    'src/web/page.ts': "import '../shop/cart/cart.js';\n",
  };
  for (let file = 0; file < 38; file++) files[`src/shop/cart/item-${file}.ts`] = 'export {};\n';
  const before = await open(await write(await treeOf(), files));
  const after = await open(await write(await treeOf(), { ...files, 'src/shop/cart/gift.ts': "import './cart.js';\n" }));
  expect(before.modules.map((module) => module.name)).toEqual(['src/shop', 'src/web']);
  expect(after.modules.map((module) => module.name)).toEqual(['src/shop/cart', 'src/shop/money', 'src/web']);
  expect(headlines(compareArchitecture({ base: before, head: after }))).toEqual([]);
});

test('an entry file that uses everything and is used for a constant closes no cycle of modules', async () => {
  const before = await write(await treeOf(), {
    'src/main.ts': "import './http/server.js';\n",
    'src/config.ts': 'export const port = 1;\n',
    'src/http/server.ts': 'export {};\n',
    'src/domain/parcel.ts': 'export {};\n',
  });
  const base = await open(before);
  const head = await open(await write(before, { 'src/http/server.ts': "import '../config.js';\n" }));
  expect(headlines(compareArchitecture({ base, head }))).toEqual(['warn new-module-edge:src/http -> src/* at src/http/server.ts:1']);
});
