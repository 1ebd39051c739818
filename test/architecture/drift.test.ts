import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { driftOf, METRICS, type Metrics, measure, openArchitecture } from '#architecture';
import { open, treeOf, write } from './trees.ts';
import { weighing } from './weighing.ts';

async function measured(files: Record<string, string>): Promise<Metrics> {
  return (await open(await write(await treeOf(), { 'package.json': '{}', ...files }))).metrics;
}

/** Files named for numbers that import each other as the pairs say; `module` of each file. */
function measuredGraph(count: number, pairs: readonly (readonly [number, number])[], module: (file: number) => string) {
  const text = {
    functions: [],
    linesOfCode: 0,
    silentLines: [1],
    fingerprints: { values: [], tokens: [], lines: [], lastLines: [] },
    tokens: 0,
    abstractions: { abstract: 0, all: 0 },
    declarations: {},
  };
  const path = (id: number) => `src/${String(id).padStart(6, '0')}.ts`;
  const files = Array.from({ length: count }, (_, id) => {
    const links = { imports: [], exports: [], syntaxError: false };
    return { id, path: path(id), role: 'production' as const, package: '.', links, targets: [], kinds: [], text: () => text };
  });
  const offsets = new Int32Array(count + 1);
  const sorted = [...new Set(pairs.map(([from, to]) => from * count + to))].sort((a, b) => a - b);
  for (const pair of sorted) offsets[Math.floor(pair / count) + 1] = (offsets[Math.floor(pair / count) + 1] ?? 0) + 1;
  for (let file = 0; file < count; file++) offsets[file + 1] = (offsets[file + 1] ?? 0) + (offsets[file] ?? 0);
  const graph = { count, offsets, targets: Int32Array.from(sorted, (pair) => pair % count) };
  const clones = { stretches: [], tokens: 0, linesOfCode: 0 };
  const modules = new Map(files.map(({ id }) => [path(id), module(id)]));
  return measure({ files, value: graph, all: graph, moduleOf: (each) => modules.get(each) ?? '', clones, externalDependencies: 0 });
}

test('the example of MacCormack, Rusnak and Baldwin: six elements, a propagation cost of 42 %', async () => {
  const { value } = await measured({
    'a.ts': "import './b.ts'; import './c.ts';",
    'b.ts': "import './d.ts';",
    'c.ts': "import './e.ts';",
    'd.ts': '',
    'e.ts': "import './f.ts';",
    'f.ts': '',
  });
  expect(value).toMatchObject({ edges: 5, cycles: 0, filesInCycles: 0, largestCycle: 0, cyclicMass: 0, coreSize: 0, largestCoupling: 2 });
  expect(value.propagationCost).toBeCloseTo(15 / 36, 12);
});

test('type imports count in the one graph and not in the other; tests count in none', async () => {
  const { value, all } = await measured({
    'src/order.ts': "import type { Price } from './price.ts'; export interface Order { price: Price }",
    'src/price.ts':
      "import { round } from './round.ts'; import type { Order } from './order.ts'; export type Price = typeof round | Order;",
    'src/round.ts': 'export const round = Math.round;',
    'src/order.test.ts': "import { round } from './round.ts'; round(1);",
  });
  expect(value).toMatchObject({ edges: 1, cycles: 0, cyclicMass: 0, coreSize: 0, largestCoupling: 1 });
  expect(all).toMatchObject({ edges: 3, cycles: 1, filesInCycles: 2, largestCycle: 2, cyclicMass: 2 / 3, coreSize: 2 / 3 });
  expect(all.propagationCost).toBeCloseTo((3 + 3 + 1) / 9, 12);
});

test('instability, abstractness and distance of modules', async () => {
  const files = Array.from({ length: 41 }, (_, place) => [`src/other/${place}.ts`, `export const part${place} = ${place};`]);
  const { modules, value } = await measured({
    'src/ports/clock.ts':
      'export interface Clock { now(): number }\nexport abstract class Timer {}\nexport class Sand {}\nexport const noon = 12;',
    'src/app/run.ts': "import { noon } from '../ports/clock.ts'; export const run = () => noon;",
    'src/app/stop.ts': "import { Sand } from '../ports/clock.ts'; import { run } from './run.ts'; export const stop = () => [run, Sand];",
    ...Object.fromEntries(files),
  });
  expect(modules.filter(({ name }) => /app|ports/.test(name))).toEqual([
    {
      name: 'src/app',
      abstractness: 0,
      value: { afferent: 0, efferent: 2, instability: 1, distance: 0 },
      all: { afferent: 0, efferent: 2, instability: 1, distance: 0 },
    },
    {
      name: 'src/ports',
      abstractness: 0.5,
      value: { afferent: 2, efferent: 0, instability: 0, distance: 0.5 },
      all: { afferent: 2, efferent: 0, instability: 0, distance: 0.5 },
    },
  ]);
  expect(value.meanDistance).toBe(0.25);
});

test('erosion is the share of mass in complex functions, by the formula of scb-check', async () => {
  // Eleven decisions on eleven lines make 12 paths on 13 lines; the simple one has 1 path on 1 line.
  const complex = `export function sort(p) {\n${'  if (p.next()) p.count();\n'.repeat(11)}}\n`;
  const { code } = await measured({ 'src/a.js': `${complex}export const one = () => 1;\n` });
  expect(code).toMatchObject({
    files: 1,
    linesOfCode: 14,
    functions: 2,
    cyclomatic: 13,
    cognitive: 11,
    functionsOver15: 0,
    clonedTokens: 0,
  });
  expect(code.erosion).toBeCloseTo((12 * Math.sqrt(13)) / (12 * Math.sqrt(13) + 1), 12);
  expect(code.cognitiveErosion).toBe(1);
});

test('verbosity is the share of lines that stand in clones', async () => {
  const { code } = await measured({ 'a.ts': weighing(), 'b.ts': weighing({ name: 'heft' }), 'c.ts': `${'alone();\n'.repeat(28)}` });
  expect(code.linesOfCode).toBe(28 + 2 * 22);
  expect(code.verbosity).toBeGreaterThan(0.5);
  expect(code.verbosity).toBeLessThan((2 * 22) / (28 + 2 * 22));
  expect(code.clonedTokens).toBeGreaterThan(0.5);
});

test('what cannot be had is null and says why', async () => {
  const metrics = await measured({});
  expect(metrics.value).toMatchObject({
    edges: 0,
    cyclicMass: null,
    propagationCost: null,
    coreSize: null,
    modularity: null,
    couplingGini: null,
  });
  expect(metrics.code).toMatchObject({ erosion: null, cognitiveErosion: null, verbosity: null, clonedTokens: null });
  const nulls = [...METRICS.keys()].filter((name) => valueIn(metrics, name) === null);
  expect(nulls).toHaveLength(16);
  for (const name of nulls) expect(metrics.reasons[name], name).toBeTypeOf('string');
});

function valueIn(metrics: Metrics, name: string): unknown {
  return name.split('.').reduce((part: unknown, key) => (part as Record<string, unknown>)[key], metrics);
}

test('a deleted file is gone from every number', async () => {
  const folder = await write(await treeOf(), { 'package.json': '{}', 'a.ts': "import './b.ts';", 'b.ts': 'export const b = 1;' });
  const followed = await openArchitecture(folder);
  await write(folder, { 'c.ts': "import './a.ts';" });
  await followed.update(['c.ts']);
  expect(followed.snapshot().metrics.value.propagationCost).toBe(6 / 9);
  await rm(join(folder, 'c.ts'));
  await followed.update(['c.ts']);
  expect(followed.snapshot().metrics.value.propagationCost).toBe(3 / 4);
  expect(followed.snapshot().metrics).toEqual((await openArchitecture(folder)).snapshot().metrics);
});

test('on any graph the numbers are those of their definitions', () => {
  const pairs = (count: number) => fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 60 });
  const graphs = fc.integer({ min: 1, max: 40 }).chain((count) => fc.tuple(fc.constant(count), pairs(count)));
  fc.assert(
    fc.property(graphs, ([count, drawn]) => {
      const edges = drawn.filter(([from, to]) => from !== to);
      const { value } = measuredGraph(count, edges, (file) => `m${file % 4}`);
      const adjacent = Array.from({ length: count }, () => new Set<number>());
      for (const [from, to] of edges) adjacent[from]?.add(to);
      const m = adjacent.reduce((sum, each) => sum + each.size, 0);
      const reach = adjacent.map((_, start) => {
        const seen = new Set([start]);
        for (const node of seen) for (const next of adjacent[node] ?? []) seen.add(next);
        return seen;
      });
      const inCycle = (file: number, other: number) => file !== other && reach[file]?.has(other) && reach[other]?.has(file);
      const everyone = [...adjacent.keys()];
      expect(value.propagationCost).toBeCloseTo(reach.reduce((sum, each) => sum + each.size, 0) / count ** 2, 12);
      expect(value.filesInCycles).toBe(everyone.filter((file) => everyone.some((other) => inCycle(file, other))).length);
      expect(value.largestCycle).toBe(
        Math.max(0, ...everyone.map((file) => everyone.filter((other) => inCycle(file, other)).length)) + (value.cycles > 0 ? 1 : 0),
      );
      if (m === 0) return;
      let q = 0;
      let inside = 0;
      for (const i of everyone) {
        for (const j of everyone) {
          const edge = adjacent[i]?.has(j) ? 1 : 0;
          if (edge && inCycle(i, j)) inside++;
          const into = everyone.filter((file) => adjacent[file]?.has(j)).length;
          if (i % 4 === j % 4) q += edge - ((adjacent[i]?.size ?? 0) * into) / m;
        }
      }
      expect(value.modularity).toBeCloseTo(q / m, 12);
      expect(value.cyclicMass).toBeCloseTo(inside / m, 12);
      const coupling = everyone.map((file) => everyone.filter((other) => adjacent[file]?.has(other) || adjacent[other]?.has(file)).length);
      const differences = coupling.flatMap((a) => coupling.map((b) => Math.abs(a - b))).reduce((sum, each) => sum + each, 0);
      expect(value.couplingGini).toBeCloseTo(differences / (2 * count * coupling.reduce((sum, each) => sum + each, 0)), 12);
      expect(value.largestCoupling).toBe(Math.max(...coupling));
    }),
    { seed: 5, numRuns: 60 },
  );
});

test('beyond 32,768 components the propagation cost is an estimate, and says so', () => {
  const count = 40_000;
  const pairs = Array.from({ length: count / 2 }, (_, half): [number, number] => [2 * half, 2 * half + 1]);
  const { value, reasons } = measuredGraph(count, pairs, () => 'all');
  expect(value.propagationCost).toBeCloseTo(1.5 / count, 6);
  expect(reasons['value.propagationCost']).toBe('Estimated from 2048 of 40000 files.');
});

test('drift is head less base, for every number that is followed', async () => {
  const base = await measured({ 'a.ts': "import './b.ts';", 'b.ts': 'export const b = 1;' });
  const head = await measured({ 'a.ts': "import './b.ts';", 'b.ts': "import './a.ts'; export const b = 1;" });
  const rows = driftOf(base, head);
  expect(rows.map(({ metric }) => metric)).toEqual([...METRICS.keys()]);
  expect(rows.filter(({ change }) => change !== null && change !== 0)).toEqual([
    { metric: 'value.edges', base: 1, head: 2, change: 1 },
    { metric: 'value.cycles', base: 0, head: 1, change: 1 },
    { metric: 'value.filesInCycles', base: 0, head: 2, change: 2 },
    { metric: 'value.largestCycle', base: 0, head: 2, change: 2 },
    { metric: 'value.cyclicMass', base: 0, head: 1, change: 1 },
    { metric: 'value.propagationCost', base: 0.75, head: 1, change: 0.25 },
    { metric: 'value.coreSize', base: 0, head: 1, change: 1 },
    { metric: 'all.edges', base: 1, head: 2, change: 1 },
    { metric: 'all.cycles', base: 0, head: 1, change: 1 },
    { metric: 'all.filesInCycles', base: 0, head: 2, change: 2 },
    { metric: 'all.largestCycle', base: 0, head: 2, change: 2 },
    { metric: 'all.cyclicMass', base: 0, head: 1, change: 1 },
    { metric: 'all.propagationCost', base: 0.75, head: 1, change: 0.25 },
    { metric: 'all.coreSize', base: 0, head: 1, change: 1 },
  ]);
  expect(rows.find(({ metric }) => metric === 'code.erosion')).toEqual({ metric: 'code.erosion', base: null, head: null, change: null });
});
