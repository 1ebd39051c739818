import { expect, test } from 'vitest';
import { compareArchitecture } from '#architecture';
import { exportHeadlines, headlines, open, treeOf, write } from './trees.ts';

/** A shop with old sins: an import that leads nowhere, a cycle, a test in production, an edge between every two folders but one. */
const shop: Record<string, string> = {
  'package.json': '{ "name": "shop", "dependencies": { "pg": "8" } }',
  'src/main.ts': "import './cart/cart.js';\nimport './page/page.js';\nimport './page/index.js';\n",
  'src/cart/cart.ts': "import '../page/page.js';\nimport './discount.js';\nimport './lost.js';\nimport 'pg';\n",
  'src/cart/discount.ts': "import './cart.js';\nimport '../../test/prices.js';\n",
  'src/page/page.ts': "import './layout.js';\n",
  'src/page/layout.ts': "import './index.js';\n",
  'src/page/index.ts': 'export {};\n',
  'test/prices.ts': 'export {};\n',
};

async function verify(change: (files: Record<string, string>) => Record<string, string>, expected: string[]): Promise<void> {
  const [base, head] = [await write(await treeOf(), shop), await write(await treeOf(), change({ ...shop }))];
  expect(headlines(compareArchitecture({ base: await open(base), head: await open(head) }))).toEqual(expected);
}

/** Moves what lies below a folder, and writes the way to it anew in all files. */
function move(from: string, to: string) {
  return (files: Record<string, string>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(files).map(([path, text]) => [
        path.startsWith(`src/${from}/`) ? path.replace(`src/${from}/`, `src/${to}/`) : path,
        text.replaceAll(`./${from}/`, `./${to}/`),
      ]),
    );
}

test('a folder that gets another name: nothing is new', () => verify(move('cart', 'basket'), []));

test('a file that gets another name keeps its cycle, its lost import and its external package', () =>
  verify((files) => {
    const { 'src/cart/cart.ts': cart, ...rest } = files;
    return Object.fromEntries(
      Object.entries({ ...rest, 'src/cart/basket.ts': cart ?? '' }).map(([path, text]) => [path, text.replaceAll('cart.js', 'basket.js')]),
    );
  }, []));

test('a folder renamed and made worse: only what is worse is new', () =>
  verify(
    (files) => {
      const moved = move('page', 'view')(files);
      return { ...moved, 'src/view/layout.ts': "import './index.js';\nimport '../cart/cart.js';\nimport './nowhere.js';\n" };
    },
    [
      'gate module-cycle:src/view -> src/cart at src/view/layout.ts:2',
      expect.stringMatching(/^gate new-cycle:/),
      'gate unresolved-import:src/view/layout.ts -> ./nowhere.js at src/view/layout.ts:3',
    ],
  ));

test('a file moved into another folder brings its imports along: that edge is new', () =>
  verify(
    (files) => {
      const { 'src/cart/discount.ts': _, ...rest } = files;
      return {
        ...rest,
        'src/cart/cart.ts': "import '../page/page.js';\nimport '../page/discount.js';\nimport './lost.js';\nimport 'pg';\n",
        'src/page/discount.ts': "import '../cart/cart.js';\nimport '../../test/prices.js';\n",
      };
    },
    ['gate module-cycle:src/page -> src/cart at src/page/discount.ts:1'],
  ));

test('two files of one name are told apart by their neighbours', () =>
  verify((files) => {
    const { 'src/page/index.ts': index, ...rest } = files;
    return {
      ...rest,
      'src/main.ts': "import './cart/cart.js';\nimport './page/page.js';\nimport './page/parts/index.js';\n",
      'src/page/layout.ts': "import './parts/index.js';\n",
      'src/page/parts/index.ts': index ?? '',
      'src/page/forms/index.ts': "import '../parts/index.js';\n",
    };
  }, []));

test('a file gone and a strange one of the same name come: what it imports is new', async () => {
  const rest = {
    'packages/db/package.json': '{ "name": "db" }',
    'packages/db/src/pool.ts': 'export {};\n',
    'packages/db/src/query.ts': 'export {};\n',
    'packages/ui/package.json': '{ "name": "ui" }',
    'packages/legacy/package.json': '{ "name": "legacy" }',
  };
  const base = await write(await treeOf(), { ...rest, 'packages/legacy/src/index.ts': "import 'db/src/pool.js';\n" });
  const head = await write(await treeOf(), { ...rest, 'packages/ui/src/index.ts': "import 'db/src/query.js';\n" });
  expect(headlines(compareArchitecture({ base: await open(base), head: await open(head) }))).toEqual([
    'record new-package-edge:packages/ui -> packages/db at packages/ui/src/index.ts:1',
  ]);
});

test('a file that nobody knows and that knows nobody is told by its name and the name of its folder', async () => {
  const report = 'export const report = 1;\n';
  const base = await write(await treeOf(), { ...shop, 'src/cart/old/report.ts': report });
  const moved = await write(await treeOf(), { ...shop, 'src/page/old/report.ts': report });
  const strange = await write(await treeOf(), { ...shop, 'src/page/new/report.ts': report });
  const [before, ...after] = [await open(base), await open(moved), await open(strange)];
  expect(after.map((head) => exportHeadlines(compareArchitecture({ base: before, head })))).toEqual([
    [],
    ['record orphan:src/page/new/report.ts at src/page/new/report.ts:undefined'],
  ]);
});
