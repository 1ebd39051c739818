/** Measures one graph of production files. */
import type { Adjacency } from '../graph/source-graph.ts';
import { condense, forEachEdge } from './measured-graph.ts';
import type { GraphMetrics } from './metrics.ts';
import { propagationCost } from './propagation-cost.ts';

/** @param modules for each node its module @param noteReason takes the name of a number and why it is null or an estimate */
export function measureGraph(
  graph: Adjacency,
  modules: readonly string[],
  noteReason: (metric: keyof GraphMetrics, reason: string) => void,
): Omit<GraphMetrics, 'meanDistance'> {
  const { count } = graph;
  const edges = graph.targets.length;
  const condensation = condense(graph);
  const cycles = condensation.sizes.filter((size) => size > 1);
  let cyclicEdges = 0;
  const neighbours = Array.from({ length: count }, () => new Set<number>());
  forEachEdge(graph, (from, to) => {
    if (condensation.of[from] === condensation.of[to]) cyclicEdges++;
    neighbours[from]?.add(to);
    neighbours[to]?.add(from);
  });
  const coupling = neighbours.map(({ size }) => size).sort((a, b) => a - b);
  const { cost, sampled } = propagationCost(graph, condensation);
  if (sampled !== undefined) noteReason('propagationCost', `Estimated from ${sampled} of ${count} files.`);
  for (const metric of ['propagationCost', 'coreSize'] as const) if (count === 0) noteReason(metric, 'There is no production file.');
  for (const metric of ['cyclicMass', 'modularity', 'couplingGini'] as const)
    if (edges === 0) noteReason(metric, 'No file imports another.');
  return {
    edges,
    cycles: cycles.length,
    filesInCycles: cycles.reduce((sum, size) => sum + size, 0),
    largestCycle: Math.max(0, ...cycles),
    cyclicMass: edges === 0 ? null : cyclicEdges / edges,
    propagationCost: cost,
    coreSize: count === 0 ? null : Math.max(0, ...cycles) / count,
    modularity: modularity(graph, modules),
    largestCoupling: coupling.at(-1) ?? 0,
    couplingGini: gini(coupling),
  };
}

/** Q = sum over modules of (edges inside / m - edges out of its files * edges into its files / m²). */
function modularity(graph: Adjacency, modules: readonly string[]): number | null {
  const m = graph.targets.length;
  if (m === 0) return null;
  const names = [...new Set(modules)].sort();
  const sums = new Map(names.map((name) => [name, { inside: 0, out: 0, into: 0 }]));
  forEachEdge(graph, (from, to) => {
    const [source, target] = [sums.get(modules[from] as string), sums.get(modules[to] as string)];
    if (!source || !target) return;
    source.out++;
    target.into++;
    if (source === target) source.inside++;
  });
  return [...sums.values()].reduce((sum, { inside, out, into }) => sum + inside / m - (out * into) / m ** 2, 0);
}

/** Half the relative mean difference (Gini 1912). @param sorted from small to large */
function gini(sorted: readonly number[]): number | null {
  const total = sorted.reduce((sum, value) => sum + value, 0);
  if (total === 0) return null;
  const ranked = sorted.reduce((sum, value, index) => sum + value * (index + 1), 0);
  return (2 * ranked) / (sorted.length * total) - (sorted.length + 1) / sorted.length;
}
