import { expect, test } from 'vitest';
import { compareArchitecture } from '#architecture';
import { open, treeOf, write } from './trees.ts';

/** A function of the given cognitive complexity: every `if` costs one. */
function decides(name: string, complexity: number): string {
  return `export function ${name}(parcel) {\n${'  if (parcel.next()) parcel.count();\n'.repeat(complexity)}}\n`;
}

async function snapshotOf(files: Record<string, string>) {
  return open(await write(await treeOf(), { 'package.json': '{}', ...files }));
}

async function found(base: Record<string, string>, head: Record<string, string>): Promise<string[]> {
  const { findings } = compareArchitecture({ base: await snapshotOf(base), head: await snapshotOf(head) });
  return findings.filter(({ rule }) => rule === 'complex-function').map(({ severity, id, message }) => `${severity} ${id}: ${message}`);
}

test('crossing 15 is recorded, growing by ten above 25 is a warning', async () => {
  const base = { 'sort.js': decides('sort', 15) + decides('route', 20) + decides('bill', 24) };
  expect(await found(base, base)).toEqual([]);
  expect(await found(base, { 'sort.js': decides('sort', 16) + decides('route', 29) + decides('bill', 34) })).toEqual([
    'warn complex-function:sort.js#bill: bill now has a cognitive complexity of 34; it was 24.',
    'record complex-function:sort.js#sort: sort now has a cognitive complexity of 16, above 15.',
  ]);
});

test('a new function grew from nothing', async () => {
  expect(await found({}, { 'sort.js': decides('sort', 25), 'route.js': decides('route', 26) })).toEqual([
    'warn complex-function:route.js#route: route now has a cognitive complexity of 26, above 15.',
    'record complex-function:sort.js#sort: sort now has a cognitive complexity of 25, above 15.',
  ]);
});

test('moved to another file, renamed, or made simpler: nothing new', async () => {
  const base = { 'sort.js': decides('sort', 40) + decides('route', 30) };
  expect(await found(base, { 'src/sort.js': decides('sort', 40), 'src/route.js': decides('route', 28) })).toEqual([]);
  expect(await found(base, { 'sort.js': decides('order', 40) + decides('route', 30) })).toEqual([]);
  expect(await found(base, { 'sort.js': decides('sort', 3) })).toEqual([]);
});

test('functions of one name are told apart by how complex they are, and tests are nobody’s burden', async () => {
  const base = { 'sort.js': `${decides('run', 18)}\nexport const a = { run() {} };`, 'sort.test.js': decides('checks', 40) };
  const again = `{ const f = ${decides('run', 17).replace('export ', '')} }`;
  expect(await found(base, { ...base, 'sort.js': `${decides('run', 18)}\n${again}` })).toEqual([
    'record complex-function:sort.js#run#2: run now has a cognitive complexity of 17, above 15.',
  ]);
});
