import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openArchitecture } from '#architecture';
import { open, treeOf, write } from './trees.ts';

test('a small layered service: its layers are the modules', async () => {
  const { metrics, ...snapshot } = await open(await treeOf('parcel-service'));
  expect(metrics).toMatchObject({
    value: { edges: 5, cycles: 0 },
    all: { edges: 6, cycles: 0 },
    code: { files: 6 },
    externalDependencies: 0,
  });
  expect(snapshot).toEqual({
    schemaVersion: 2,
    files: { production: 6, test: 3 },
    edges: { value: 5, type: 1 },
    relativeImports: 6,
    resolvedShare: 1,
    unresolvedRelative: [],
    testImports: [],
    sources: [
      ['src/application/book-parcel.ts', 'production', 1],
      ['src/domain/parcel.ts', 'production', 2],
      ['src/domain/price.ts', 'production', 2],
      ['src/http/format-money.ts', 'production', 3],
      ['src/http/server.ts', 'production', 3],
      ['src/main.ts', 'production', 0],
      ['test/parcels.ts', 'test', -1],
      ['test/price.test.ts', 'test', -1],
      ['vitest.config.ts', 'config', -1],
    ],
    specifiers: [
      '../application/book-parcel.js',
      '../domain/parcel.js',
      '../domain/price.js',
      '../src/domain/parcel.js',
      '../src/domain/price.js',
      './format-money.js',
      './http/server.js',
      './parcel.js',
      './parcels.js',
      './src/main.js',
      'node:http',
      'vitest/config',
    ],
    imports: [
      [0, 1, 2, 1, 1],
      [0, 2, 1, 2, 2],
      [2, 1, 3, 1, 7],
      [4, -1, 1, 1, 10],
      [4, 0, 1, 2, 0],
      [4, 3, 1, 3, 5],
      [5, 4, 1, 1, 6],
      [6, 1, 2, 1, 3],
      [7, 2, 1, 1, 4],
      [7, 6, 1, 2, 8],
      [8, -3, 1, 1, 11],
      [8, 5, 33, 2, 9],
    ],
    packages: [
      { folder: '.', name: 'parcel-service', dependencies: [], devDependencies: [], peerDependencies: [], optionalDependencies: [] },
    ],
    modules: [
      { name: 'src/*', package: '.', files: 1 },
      { name: 'src/application', package: '.', files: 1 },
      { name: 'src/domain', package: '.', files: 2 },
      { name: 'src/http', package: '.', files: 2 },
    ],
    moduleEdges: [
      { from: 'src/*', to: 'src/http', kinds: ['value'], witness: { from: 'src/main.ts', to: 'src/http/server.ts', line: 1 } },
      {
        from: 'src/application',
        to: 'src/domain',
        kinds: ['value', 'type'],
        witness: { from: 'src/application/book-parcel.ts', to: 'src/domain/price.ts', line: 2 },
      },
      {
        from: 'src/http',
        to: 'src/application',
        kinds: ['value'],
        witness: { from: 'src/http/server.ts', to: 'src/application/book-parcel.ts', line: 2 },
      },
    ],
    cycles: [],
    allCycles: [],
    functions: [],
    clones: { stretches: [], tokens: 0, linesOfCode: 0 },
    surface: { packages: [], modules: [], declaredIn: [] },
    unusedExports: { exports: [], orphans: [] },
    skipped: [],
    notes: [],
    seesInjectedCycle: true,
  });
});

test('equal trees give equal snapshots, wherever they lie', async () => {
  const [here, there] = await Promise.all([treeOf('depot-workspaces').then(open), treeOf('depot-workspaces').then(open)]);
  expect(here).toEqual(there);
});

test('an empty folder is a snapshot of zeros', async () => {
  const snapshot = await open(await treeOf());
  expect(snapshot).toMatchObject({ files: { production: 0, test: 0 }, modules: [], cycles: [], resolvedShare: 1 });
});

test('every way to write an import is seen, as value or as type', async () => {
  const snapshot = await open(await treeOf('many-ways-to-import'));
  expect(snapshot.edges).toEqual({ value: 6, type: 5 });
  expect(snapshot.unresolvedRelative).toEqual([{ path: 'src/everything.cts', specifier: './not-there.js', line: 14, isBuilt: false }]);
  expect(snapshot.relativeImports).toBe(13);
});

test('a tsconfig whose preset is not installed still gives edges, also through its aliases', async () => {
  const snapshot = await open(await treeOf('lost-preset'));
  expect(snapshot.edges).toEqual({ value: 4, type: 0 });
  expect(snapshot.resolvedShare).toBe(1);
});

test('an alias that no longer exists is unresolved, not a dependency', async () => {
  const snapshot = await open(await treeOf('lost-preset', 'loses-an-alias'));
  expect(snapshot.unresolvedRelative).toEqual([{ path: 'src/main.ts', specifier: '@/labels/label', line: 1, isBuilt: false }]);
});

test('packages of a workspace lead to their sources, although nothing is installed or built', async () => {
  const snapshot = await open(await treeOf('depot-workspaces'));
  expect(snapshot.moduleEdges.map(({ witness }) => `${witness.from} -> ${witness.to}`)).toEqual([
    'packages/api/src/index.ts -> packages/model/src/index.ts',
  ]);
  expect(snapshot.edges).toEqual({ value: 3, type: 0 });
  expect(snapshot.modules.map((module) => module.name)).toEqual(['packages/api', 'packages/model']);
});

test('a file with a syntax error is listed and stays in the graph', async () => {
  const snapshot = await open(await treeOf('parcel-service', 'leaves-a-file-unfinished'));
  expect(snapshot.skipped).toEqual([{ path: 'src/domain/price.ts', reason: 'syntax-error', imported: true }]);
  expect(snapshot.files.production).toBe(6);
});

test('huge and bottomless files are listed and not parsed', async () => {
  const folder = await write(await treeOf(), {
    'src/one-line.js': `export const line = '${'a'.repeat(10 * 1024 * 1024)}';`,
    'src/bottomless.ts': `export const nest = ${'['.repeat(100_000)}${']'.repeat(100_000)};`,
    'src/main.ts': "import './one-line.js';\nimport './bottomless.js';\n",
  });
  const snapshot = await open(folder);
  expect(snapshot.skipped).toEqual([
    { path: 'src/bottomless.ts', reason: 'too-deep', imported: true },
    { path: 'src/one-line.js', reason: 'too-large', imported: true },
  ]);
  expect(snapshot.edges.value).toBe(2);
});

test('symbolic links are not followed: no loop, nothing from outside', async () => {
  const outside = await write(await treeOf(), { 'secret.ts': 'export const secret = 1;\n' });
  const folder = await write(await treeOf(), {
    'src/main.ts': "import './again/other.js';\nimport './borrowed.js';\nimport '../../outside.js';\n",
    'src/other.ts': 'export {};\n',
  });
  await symlink('.', join(folder, 'src/again'));
  await symlink(join(outside, 'secret.ts'), join(folder, 'src/borrowed.ts'));
  await symlink(outside, join(folder, 'src/elsewhere'));

  const snapshot = await open(folder);
  expect(snapshot.files).toEqual({ production: 2, test: 0 });
  expect(snapshot.skipped).toEqual([{ path: 'src/borrowed.ts', reason: 'symbolic-link', imported: false }]);
  // A link within the tree is as good as the file it leads to.
  expect(snapshot.edges.value).toBe(1);
  expect(snapshot.unresolvedRelative.map((each) => each.specifier)).toEqual(['./borrowed.js', '../../outside.js']);
});

test('dependencies and build output are no sources, declarations are no production; a source folder named build is one', async () => {
  const folder = await write(await treeOf(), {
    'node_modules/left-pad/index.js': '',
    '.cache/entry.js': '',
    'dist/main.js': '',
    'lib/main.js': '',
    'tsconfig.json': '{ "compilerOptions": { "outDir": "./lib" } }',
    'src/types.d.ts': 'export type Id = string;\n',
    'src/build/plan.ts': "import type { Id } from '../types.js';\nimport '../../dist/main.js';\nexport const id: Id = '';\n",
  });
  const snapshot = await open(folder);
  expect(snapshot.sources.map(([path, role]) => `${path} ${role}`)).toEqual(['src/build/plan.ts production', 'src/types.d.ts declaration']);
  expect(snapshot.resolvedShare).toBe(1);
});

test('tests, fixtures, benchmarks and configuration play no part in production', async () => {
  const paths = [
    'src/a.test.ts',
    'src/_test/b.ts',
    'src/__mocks__/c.ts',
    'benchmarks/d.ts',
    'test/fixtures/package.json',
    'test/fixtures/e.ts',
  ];
  const folder = await write(await treeOf(), {
    ...Object.fromEntries(paths.map((path) => [path, ''])),
    'vite.config.ts': '',
    'src/vite.config.ts': '',
    'src/latest.ts': '',
    'src/env.d.mts': '',
  });
  const { sources, packages } = await open(folder);
  expect(Object.groupBy(sources, ([, role]) => role)).toEqual({
    test: ['benchmarks/d.ts', 'src/__mocks__/c.ts', 'src/_test/b.ts', 'src/a.test.ts', 'test/fixtures/e.ts'].map((path) => [
      path,
      'test',
      -1,
    ]),
    config: [['vite.config.ts', 'config', -1]],
    declaration: [['src/env.d.mts', 'declaration', -1]],
    production: ['src/latest.ts', 'src/vite.config.ts'].map((path) => [path, 'production', 0]),
  });
  expect(packages).toEqual([]);
});

test('a folder of more than 40 files is split, and there are never many more than 80 modules', async () => {
  const files: Record<string, string> = {};
  for (let folder = 0; folder < 30; folder++) {
    for (let file = 0; file < 15; file++) {
      files[`src/feature-${folder}/${['model', 'view', 'store'][file % 3]}/part-${file}.ts`] = 'export {};\n';
    }
  }
  const medium = await open(await write(await treeOf(), files));
  expect(medium.modules).toHaveLength(30);
  for (let file = 0; file < 30; file++) files[`src/feature-0/model/extra-${file}.ts`] = 'export {};\n';
  const grown = await open(await write(await treeOf(), files));
  expect(grown.modules.map((module) => module.name).filter((name) => name.startsWith('src/feature-0/'))).toEqual([
    'src/feature-0/model',
    'src/feature-0/store',
    'src/feature-0/view',
  ]);
  for (let folder = 0; folder < 30; folder++) {
    for (let file = 0; file < 40; file++) files[`src/feature-${folder}/view/more-${file}.ts`] = 'export {};\n';
  }
  const large = await open(await write(await treeOf(), files));
  expect(large.modules.length).toBeLessThanOrEqual(80);
});

test('cycles are at hand after every update, by value and by all imports', async () => {
  const folder = await write(await treeOf(), {
    'a.ts': "import './b';\n",
    'b.ts': "import type {} from './c';\n",
    'c.ts': "import './b';\n",
  });
  const architecture = await openArchitecture(folder);
  const cycles = () => {
    const named = (ids: readonly number[]) => ids.map((id) => architecture.graph.files[id]?.path).sort();
    return [architecture.cycles.value.map(named), architecture.cycles.all.map(named)];
  };
  expect(cycles()).toEqual([[], [['b.ts', 'c.ts']]]);
  await write(folder, { 'b.ts': "import './a';\n" });
  await architecture.update(['b.ts']);
  expect(cycles()).toEqual([[['a.ts', 'b.ts']], [['a.ts', 'b.ts']]]);
});

test('an aborted reading ends with the reason', async () => {
  const reason = new Error('the trial was cancelled');
  await expect(openArchitecture(await treeOf('parcel-service'), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});
