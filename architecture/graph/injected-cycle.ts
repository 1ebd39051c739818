/** The instrument's self-proof: a cycle that was put in must be seen. */
import type { Views } from './adjacency.ts';
import type { Adjacency } from './source-graph.ts';
import { type Components, strongComponents } from './strong-components.ts';

type CycleFinder = (graph: Adjacency) => Components;

/**
 * Closes a cycle in a copy of each view and asks the cycle finder for it. Green results of a finder that sees nothing
 * are the failure this guards against. True for fewer than two nodes: no cycle can be made there.
 * @param find the finder on trial; by default the one that all cycles of a snapshot come from
 */
export function seesInjectedCycle(views: Views, find: CycleFinder = strongComponents): boolean {
  return seesCycleIn(views.value, find) && seesCycleIn(views.all, find);
}

function seesCycleIn(graph: Adjacency, find: CycleFinder): boolean {
  if (graph.count < 2) return true;
  // An existing edge is turned back where there is one, so that the proof runs through the graph as it was linked.
  let from = 0;
  while (from < graph.count && graph.offsets[from] === graph.offsets[from + 1]) from++;
  const isEmpty = from === graph.count;
  const [a, b] = isEmpty ? [0, 1] : [from, graph.targets[graph.offsets[from] as number] as number];
  const closed = withEdge(isEmpty ? withEdge(graph, a, b) : graph, b, a);
  return find(closed).some((component) => component.includes(a) && component.includes(b));
}

function withEdge({ count, offsets, targets }: Adjacency, from: number, to: number): Adjacency {
  const at = offsets[from + 1] as number;
  return {
    count,
    offsets: offsets.map((offset, node) => (node > from ? offset + 1 : offset)),
    targets: Int32Array.from([...targets.subarray(0, at), to, ...targets.subarray(at)]),
  };
}
