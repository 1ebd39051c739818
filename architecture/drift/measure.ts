/** Measures a linked tree. */
import type { TextFacts } from '../facts/file-facts.ts';
import type { Adjacency, LinkedFile } from '../graph/source-graph.ts';
import type { Clones } from './clones.ts';
import { measureCode } from './measure-code.ts';
import { measureGraph } from './measure-graph.ts';
import { compact, forEachEdge } from './measured-graph.ts';
import type { GraphMetrics, Metrics, ModuleMetrics } from './metrics.ts';

export interface TreeToMeasure {
  /** Other files than production files are left out. */
  files: readonly (LinkedFile | undefined)[];
  /** Node n is the file with id n. */
  value: Adjacency;
  all: Adjacency;
  /** The name of a production file's module. */
  moduleOf: (path: string) => string;
  clones: Clones;
  /** How many packages from outside the repository production files import. */
  externalDependencies: number;
}

/**
 * Equal trees give equal numbers, to the last bit: everything is added up in the order of paths and names, never by deltas.
 * Reads the text of every production file.
 */
export function measure({ files, value, all, moduleOf, clones, externalDependencies }: TreeToMeasure): Metrics {
  const production = files.flatMap((file) => (file?.role === 'production' ? file : [])).sort((a, b) => (a.path < b.path ? -1 : 1));
  const ids = production.map(({ id }) => id);
  const modules = production.map(({ path }) => moduleOf(path));
  const texts = production.map((file) => file.text());
  const reasons: Record<string, string> = {};
  const graphs = { value: compact(value, ids), all: compact(all, ids) };
  const moduleMetrics = measureModules(graphs, modules, texts);
  const graphMetrics = (name: 'value' | 'all'): GraphMetrics => {
    const distances = moduleMetrics.flatMap((module) => module[name].distance ?? []);
    if (distances.length === 0) reasons[`${name}.meanDistance`] = 'No module has both an instability and an abstractness.';
    return {
      ...measureGraph(graphs[name], modules, (metric, reason) => {
        reasons[`${name}.${metric}`] = reason;
      }),
      meanDistance: distances.length === 0 ? null : distances.reduce((sum, each) => sum + each, 0) / distances.length,
    };
  };
  return {
    value: graphMetrics('value'),
    all: graphMetrics('all'),
    code: measureCode(texts, clones, (metric, reason) => {
      reasons[`code.${metric}`] = reason;
    }),
    externalDependencies,
    modules: moduleMetrics,
    reasons,
  };
}

function measureModules(
  graphs: { value: Adjacency; all: Adjacency },
  modules: readonly string[],
  texts: readonly TextFacts[],
): ModuleMetrics[] {
  const members = Map.groupBy(modules.keys(), (file) => modules[file] as string);
  const borders = { value: bordersOf(graphs.value, modules), all: bordersOf(graphs.all, modules) };
  return [...members]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, own]) => {
      const declared = own.map((file) => (texts[file] as TextFacts).abstractions);
      const all = declared.reduce((sum, each) => sum + each.all, 0);
      const abstractness = all === 0 ? null : declared.reduce((sum, each) => sum + each.abstract, 0) / all;
      return {
        name,
        abstractness,
        value: stability(borders.value.get(name), abstractness),
        all: stability(borders.all.get(name), abstractness),
      };
    });
}

interface Border {
  outside: Set<number>;
  inside: Set<number>;
}

/** For each module the files outside that import a file of it, and its files that import one outside. */
function bordersOf(graph: Adjacency, modules: readonly string[]): Map<string, Border> {
  const borders = new Map(modules.map((name): [string, Border] => [name, { outside: new Set(), inside: new Set() }]));
  forEachEdge(graph, (from, to) => {
    if (modules[from] === modules[to]) return;
    borders.get(modules[from] as string)?.inside.add(from);
    borders.get(modules[to] as string)?.outside.add(from);
  });
  return borders;
}

function stability(border: Border | undefined, abstractness: number | null): ModuleMetrics['value'] {
  const afferent = border?.outside.size ?? 0;
  const efferent = border?.inside.size ?? 0;
  const instability = afferent + efferent === 0 ? null : efferent / (afferent + efferent);
  const distance = instability === null || abstractness === null ? null : Math.abs(abstractness + instability - 1);
  return { afferent, efferent, instability, distance };
}
