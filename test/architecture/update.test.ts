import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openArchitecture } from '#architecture';
import { followsEdits } from './edits.ts';
import { importsOf, treeOf, write } from './trees.ts';

test('a tree that was followed is the same as one that is opened afresh, whatever came, went and changed', async () => {
  await followsEdits(20);
});

test('an update says what it found: new, changed and removed files, and nothing of those that are what they were', async () => {
  const folder = await treeOf('parcel-service');
  const architecture = await openArchitecture(folder);
  const paths = [
    'src/main.ts',
    'src/domain/price.ts',
    'src/domain/tax.ts',
    'src/http/server.ts',
    'README.md',
    '../outside.ts',
    '.git/index',
  ];
  await rm(join(folder, 'src/main.ts'));
  await write(folder, { 'src/domain/price.ts': 'export const priceOf = 1;\n', 'src/domain/tax.ts': '' });
  expect(await architecture.update(paths)).toMatchObject({
    added: ['src/domain/tax.ts'],
    changed: ['src/domain/price.ts'],
    removed: ['src/main.ts'],
  });
  expect(await architecture.update(paths)).toEqual({ added: [], changed: [], removed: [], relinked: 0 });
});

test('a name of a package may lead into a package inside of it, and is looked up anew when its file comes or goes', async () => {
  const folder = await write(await treeOf(), {
    'package.json': '{ "name": "depot", "imports": { "#box": "./src/stock/box.ts" } }',
    'src/main.ts': "import '#box';\n",
    'src/stock/package.json': '{ "name": "stock" }',
    'src/stock/box.ts': 'export {};\n',
  });
  const followed = await openArchitecture(folder);
  await rm(join(folder, 'src/stock/box.ts'));
  await followed.update(['src/stock/box.ts']);
  expect(followed.snapshot().unresolvedRelative).toMatchObject([{ specifier: '#box' }]);
  await write(folder, { 'src/stock/box.ts': 'export {};\n' });
  await followed.update(['src/stock/box.ts']);
  expect(followed.snapshot().unresolvedRelative).toEqual([]);
});

test('a folder stands for all that is, or was, below it', async () => {
  const folder = await treeOf('parcel-service');
  const architecture = await openArchitecture(folder);
  await rename(join(folder, 'src/domain'), join(folder, 'src/core'));
  const { added, removed } = await architecture.update(['src/domain', 'src/core']);
  expect(added).toEqual(['src/core/parcel.ts', 'src/core/price.ts']);
  expect(removed).toEqual(['src/domain/parcel.ts', 'src/domain/price.ts']);
  expect(architecture.snapshot()).toEqual((await openArchitecture(folder)).snapshot());
});

test('of a tree whose files were named, other files on disk stay unknown, also when what counts as output changes', async () => {
  const folder = await write(await treeOf(), { 'src/a.ts': '', 'lib/b.ts': '', 'lib/untracked.ts': '', 'tsconfig.json': '{}' });
  const architecture = await openArchitecture(folder, { files: ['src/a.ts', 'lib/b.ts', 'tsconfig.json'] });
  const paths = () => architecture.snapshot().sources.map(([path]) => path);
  await write(folder, { 'tsconfig.json': '{ "compilerOptions": { "outDir": "lib" } }' });
  await architecture.update(['tsconfig.json']);
  expect(paths()).toEqual(['src/a.ts']);
  await write(folder, { 'tsconfig.json': '{}' });
  await architecture.update(['tsconfig.json', 'lib/b.ts']);
  expect(paths()).toEqual(['lib/b.ts', 'src/a.ts']);
});

test('what is taken from a file may become a type, or stop being one, without a change of the importer', async () => {
  const folder = await write(await treeOf(), { 'a.ts': "import { Box } from './b';\n", 'b.ts': 'export class Box {}\n' });
  const architecture = await openArchitecture(folder);
  await write(folder, { 'b.ts': 'export interface Box {}\n' });
  expect(await architecture.update(['b.ts'])).toEqual({ added: [], changed: ['b.ts'], removed: [], relinked: 2 });
  expect(importsOf(architecture.snapshot())).toEqual(["a.ts:1 './b' -> b.ts TYPE"]);
});

test('a file that becomes a link, or lies behind one, is gone', async () => {
  const outside = await write(await treeOf(), { 'secret.ts': 'export const secret = 1;\n' });
  const folder = await write(await treeOf(), { 'src/a.ts': '', 'lib/src/b.ts': '', 'main.ts': "import './src/a';\n" });
  const architecture = await openArchitecture(folder);
  await rm(join(folder, 'src/a.ts'));
  await symlink(join(outside, 'secret.ts'), join(folder, 'src/a.ts'));
  await symlink(outside, join(folder, 'elsewhere'));
  await architecture.update(['src/a.ts', 'elsewhere/secret.ts', 'elsewhere']);
  const snapshot = architecture.snapshot();
  expect(snapshot.sources.map(([path]) => path)).toEqual(['lib/src/b.ts', 'main.ts']);
  expect(snapshot.skipped).toEqual([{ path: 'src/a.ts', reason: 'symbolic-link', imported: false }]);
  expect(snapshot).toEqual((await openArchitecture(folder)).snapshot());
});

test('updates wait for each other, and an aborted one can be made again', async () => {
  const folder = await write(await treeOf(), { 'a.ts': '' });
  const architecture = await openArchitecture(folder);
  const names = Array.from({ length: 50 }, (_, index) => `new/file-${index}.ts`);
  await mkdir(join(folder, 'new'));
  await Promise.all(names.map((name) => writeFile(join(folder, name), "import '../a';\n")));
  const reason = new Error('the trial was cancelled');
  const updates = [
    architecture.update(names, { signal: AbortSignal.abort(reason) }).catch((error: unknown) => error),
    ...names.map((name) => architecture.update([name])),
  ];
  const [aborted] = await Promise.all(updates);
  expect(aborted).toBe(reason);
  expect(architecture.snapshot()).toEqual((await openArchitecture(folder)).snapshot());
});

test('the root stands for all files', async () => {
  const folder = await treeOf('parcel-service');
  const architecture = await openArchitecture(folder);
  await write(folder, { 'src/domain/tax.ts': '' });
  await rm(join(folder, 'src/main.ts'));
  expect(await architecture.update(['.'])).toMatchObject({ added: ['src/domain/tax.ts'], changed: [], removed: ['src/main.ts'] });
  expect(architecture.snapshot()).toEqual((await openArchitecture(folder)).snapshot());
});

test('what an aborted update has read is linked by the next', async () => {
  const folder = await write(await treeOf(), { 'a.ts': "import './b.ts';\n", 'b.ts': '' });
  const architecture = await openArchitecture(folder);
  await rm(join(folder, 'b.ts'));
  const stop = new AbortController();
  function* paths() {
    yield 'b.ts';
    stop.abort(new Error('enough'));
  }
  await expect(architecture.update(paths(), { signal: stop.signal })).rejects.toThrow('enough');
  await architecture.update(['b.ts']);
  expect(architecture.snapshot()).toEqual((await openArchitecture(folder)).snapshot());
});

test('an update that was aborted when other folders had become output is made as a whole by the next', async () => {
  const folder = await write(await treeOf(), { 'tsconfig.json': '{}', 'main.ts': "import './lib/a.js';\n", 'lib/a.ts': '' });
  const architecture = await openArchitecture(folder);
  await write(folder, { 'tsconfig.json': '{ "compilerOptions": { "outDir": "lib" } }' });
  const stop = new AbortController();
  function* paths() {
    yield 'tsconfig.json';
    stop.abort(new Error('enough'));
  }
  await expect(architecture.update(paths(), { signal: stop.signal })).rejects.toThrow('enough');
  expect(await architecture.update(['tsconfig.json'])).toMatchObject({ removed: ['lib/a.ts'] });
  expect(architecture.snapshot()).toEqual((await openArchitecture(folder)).snapshot());
});

test('cycles that were looked at half-way through an update are looked at again after it', async () => {
  const folder = await write(await treeOf(), { 'a.ts': "import './b.ts';\n", 'b.ts': '' });
  const architecture = await openArchitecture(folder);
  await write(folder, { 'b.ts': "import './a.ts';\n" });
  function* paths() {
    yield 'b.ts';
    expect(architecture.cycles.value).toEqual([]);
  }
  await architecture.update(paths());
  expect(architecture.cycles.value).toHaveLength(1);
});

test('a snapshot is of what the update read, though somebody writes on', async () => {
  const folder = await write(await treeOf(), { 'a.ts': '' });
  const architecture = await openArchitecture(folder);
  const text = 'export function price(): number {\n  return 1;\n}\n';
  await write(folder, { 'a.ts': text });
  await architecture.update(['a.ts']);
  await write(folder, { 'a.ts': '' });
  expect(architecture.snapshot().metrics.code).toMatchObject({ functions: 1, linesOfCode: 3 });
  await write(folder, { 'a.ts': text });
  await architecture.update(['a.ts']);
  expect(architecture.snapshot()).toEqual((await openArchitecture(folder)).snapshot());
});
