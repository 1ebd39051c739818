/** The instrument's self-proof: a cycle that was put in must be seen. */
import type { Adjacency } from './source-graph.ts';
import { strongComponents } from './strong-components.ts';

/**
 * Closes a cycle in a copy of the graph and asks the cycle finder for it. Green results of a finder that sees nothing
 * are the failure this guards against. True for fewer than two nodes: no cycle can be made there.
 */
export function seesInjectedCycle(graph: Adjacency): boolean {
  if (graph.count < 2) return true;
  // An existing edge is turned back where there is one, so that the proof runs through the graph as it was linked.
  let from = 0;
  while (from < graph.count && graph.offsets[from] === graph.offsets[from + 1]) from++;
  if (from === graph.count) return finds(withEdge(withEdge(graph, 0, 1), 1, 0), 0, 1);
  const to = graph.targets[graph.offsets[from] as number] as number;
  return finds(withEdge(graph, to, from), from, to);
}

function finds(graph: Adjacency, from: number, to: number): boolean {
  return strongComponents(graph).some((component) => component.includes(from) && component.includes(to));
}

function withEdge({ count, offsets, targets }: Adjacency, from: number, to: number): Adjacency {
  const at = offsets[from + 1] as number;
  return {
    count,
    offsets: offsets.map((offset, node) => (node > from ? offset + 1 : offset)),
    targets: Int32Array.from([...targets.subarray(0, at), to, ...targets.subarray(at)]),
  };
}
