import { expect, test } from 'vitest';
import type { ArchitectureSnapshot } from '#architecture';
import { open, treeOf, write } from './trees.ts';

type Files = Record<string, string>;

async function surface(files: Files): Promise<ArchitectureSnapshot['surface']> {
  return (await open(await write(await treeOf(), files))).surface;
}

/** Entries of the package in the root, `entry: source`, and what no source was found for. */
async function entries(manifest: object, paths: readonly string[]): Promise<string[]> {
  const sources = Object.fromEntries(paths.map((path) => [path, 'export const a = 1;\n']));
  const { packages } = await surface({ 'package.json': JSON.stringify({ name: 'depot', ...manifest }), ...sources });
  return packages.flatMap((each) => [
    ...each.entries.map(([name, path]) => `${name}: ${path}`),
    ...each.unmapped.map((name) => `${name}?`),
  ]);
}

const deep = (depth: number): unknown => (depth === 0 ? './dist/index.js' : { [`condition-${depth}`]: deep(depth - 1) });

test.each([
  ['a string', { exports: './dist/index.js' }, ['src/index.ts'], ['.: src/index.ts']],
  ['conditions alone', { exports: { import: './dist/index.mjs', require: './dist/index.cjs' } }, ['src/index.ts'], ['.: src/index.ts']],
  ['conditions nested twenty deep', { exports: { '.': deep(20) } }, ['src/index.ts'], ['.: src/index.ts']],
  [
    'a list of alternatives',
    { exports: { '.': [null, { import: './lib/main.js' }, './lib/main.cjs'] } },
    ['src/main.ts'],
    ['.: src/main.ts'],
  ],
  ['a null target', { exports: { './a': './src/a.ts', './b': null } }, ['src/a.ts', 'src/b.ts'], ['./a: src/a.ts']],
  [
    'a pattern, less what is taken back',
    { exports: { './*': './dist/*.js', './internal/*': null, './secret': null } },
    ['src/a.ts', 'src/deep/b.ts', 'src/internal/c.ts', 'src/secret.ts'],
    ['./a: src/a.ts', './deep/b: src/deep/b.ts'],
  ],
  [
    'a pattern of folders',
    { exports: { './icons/*': './dist/icons/*/index.js' } },
    ['src/icons/box/index.tsx'],
    ['./icons/box: src/icons/box/index.tsx'],
  ],
  ['a folder, the older way', { exports: { './lib/': './lib/' } }, ['lib/a.js'], ['./lib/a: lib/a.js']],
  ['no exports', { main: 'build/depot.js', types: 'build/depot.d.ts' }, ['src/depot.ts', 'src/index.ts'], ['.: src/depot.ts']],
  ['a bundle of any name', { main: 'bundle.min.js' }, ['src/index.ts'], ['.: src/index.ts']],
  ['nothing but an index', {}, ['index.js'], ['.: index.js']],
  ['a program', { bin: './bin/depot.js' }, ['bin/depot.js'], ['bin depot: bin/depot.js']],
  ['programs', { bin: { load: './dist/cli/load.js' }, main: 'x.css' }, ['src/cli/load.ts'], ['bin load: src/cli/load.ts']],
  ['data beside code', { exports: { './package.json': './package.json', './style.css': './style.css' } }, ['src/a.ts'], []],
  [
    'what is not there',
    { exports: { '.': './src/index.ts', './gone': './dist/gone.js' } },
    ['src/index.ts'],
    ['.: src/index.ts', './gone?'],
  ],
  ['paths out of the package', { exports: { './up': '../../etc/passwd.js' } }, ['src/a.ts'], ['./up?']],
  [
    'names of the prototype',
    { exports: { './__proto__': './src/a.ts', './constructor': './src/a.ts' } },
    ['src/a.ts'],
    ['./__proto__: src/a.ts', './constructor: src/a.ts'],
  ],
  ['nonsense', { exports: 7, main: ['a'], bin: 3 }, ['src/a.ts'], []],
])('entries by %s', async (_, manifest, paths, expected) => {
  expect(await entries(manifest, paths)).toEqual(expected);
});

test('a private package has a surface when it says what it exports, or when a neighbour imports from it', async () => {
  const manifest = (name: string, rest: object = {}) => JSON.stringify({ name, private: true, main: './index.ts', ...rest });
  const { packages } = await surface({
    'package.json': JSON.stringify({ private: true, workspaces: ['packages/*'] }),
    'packages/used/package.json': manifest('used'),
    'packages/used/index.ts': 'export const a = 1;\n',
    'packages/stated/package.json': manifest('stated', { exports: './index.ts' }),
    'packages/stated/index.ts': 'export const a = 1;\n',
    'packages/app/package.json': manifest('app', { dependencies: { used: 'workspace:*' } }),
    'packages/app/index.ts': "import { a } from 'used';\nexport const b = a;\n",
  });
  expect(packages.map(({ name }) => name)).toEqual(['stated', 'used']);
});

async function namesOf(files: Files): Promise<string[]> {
  const { modules } = await surface({ 'package.json': JSON.stringify({ name: 'depot', exports: './index.ts' }), ...files });
  return modules.find(({ path }) => path === 'index.ts')?.names.map(([name, kind]) => `${kind} ${name}`) ?? [];
}

test('a circle of `export *` ends, and all its names are there', async () => {
  const names = await namesOf({
    'index.ts': "export * from './a.js';\n",
    'a.ts': "export * from './b.js';\nexport const a = 1;\nexport default 1;\n",
    'b.ts': "export * from './a.js';\nexport * from './index.js';\nexport const b = 1;\n",
  });
  expect(names).toEqual(['value a', 'value b']);
});

test('a name that two `export *` bring is nobody’s, unless it is the same or the file has its own', async () => {
  const names = await namesOf({
    'index.ts': "export * from './a.js';\nexport * from './b.js';\nexport { own } from './c.js';\n",
    'a.ts': "export const twice = 1, own = 1;\nexport { same } from './c.js';\n",
    'b.ts': "export const twice = 2, own = 2;\nexport * from './c.js';\n",
    'c.ts': 'export const same = 1, own = 3;\n',
  });
  expect(names).toEqual(['value own', 'value same']);
});

test('a chain of re-exports that bites its tail exports nothing', async () => {
  expect(
    await namesOf({ 'index.ts': "export { a } from './a.js';\nexport const b = 1;\n", 'a.ts': "export { a } from './index.js';\n" }),
  ).toEqual(['value b']);
});

test('what comes from outside is named as far as it is known', async () => {
  expect(
    await namesOf({
      'index.ts': "export * from 'zod';\nexport { z as schema, type ZodType } from 'zod';\nexport * as path from 'node:path';\n",
    }),
  ).toEqual(['value * from zod', 'type ZodType', 'value path', 'value schema']);
});

test('a type is a type by whatever way it is exported', async () => {
  const names = await namesOf({
    'index.ts': "export { A, B, C } from './a.js';\nexport type { D } from './a.js';\nexport type * from './b.js';\n",
    'a.ts': 'interface A {}\nexport type B = 1;\ninterface C {}\nconst C = 1;\nexport { A, C };\nexport class D {}\n',
    'b.ts': 'export class E {}\n',
  });
  expect(names).toEqual(['type A', 'type B', 'value C', 'type D', 'type E']);
});

test('names of the prototype are names like others', async () => {
  const text = 'export const __proto__ = 1, constructor = 2, toString = 3, hasOwnProperty = 4;\n';
  const names = ['value __proto__', 'value constructor', 'value hasOwnProperty', 'value toString'];
  expect(await namesOf({ 'index.ts': "export * from './a.js';\n", 'a.ts': text })).toEqual(names);
});

test('an entry that cannot be parsed is there, and not complete', async () => {
  const { modules } = await surface({
    'package.json': JSON.stringify({ name: 'depot', exports: './index.ts' }),
    'index.ts': 'export const {{{\n',
  });
  expect(modules).toEqual([{ path: 'index.ts', complete: false, names: [] }]);
});

test('ten thousand exports through a chain of thirty barrels', async () => {
  const files: Files = { 'index.ts': "export * from './barrel-0.js';\n" };
  for (let barrel = 0; barrel < 30; barrel++) files[`barrel-${barrel}.ts`] = `export * from './barrel-${barrel + 1}.js';\n`;
  files['barrel-30.ts'] = Array.from({ length: 10_000 }, (_, index) => `export const name${index} = ${index};`).join('\n');
  expect(await namesOf(files)).toHaveLength(10_000);
});
