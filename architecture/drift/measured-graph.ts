/** A graph of files with numbers from 0, and what can be measured of it alone. */
import type { Adjacency } from '../graph/source-graph.ts';
import { strongComponents } from '../graph/strong-components.ts';

/** Takes the given nodes out of a graph that has others too, and numbers them in the order given. */
export function compact({ offsets, targets }: Adjacency, nodes: readonly number[]): Adjacency {
  const number = new Map(nodes.map((node, index) => [node, index]));
  const ends = [0];
  const kept: number[] = [];
  for (const node of nodes) {
    const own: number[] = [];
    for (let edge = offsets[node] ?? 0; edge < (offsets[node + 1] ?? 0); edge++) {
      const target = number.get(targets[edge] as number);
      if (target !== undefined) own.push(target);
    }
    kept.push(...own.sort((a, b) => a - b));
    ends.push(kept.length);
  }
  return { count: nodes.length, offsets: Int32Array.from(ends), targets: Int32Array.from(kept) };
}

export function forEachEdge({ count, offsets, targets }: Adjacency, visit: (from: number, to: number) => void): void {
  for (let from = 0; from < count; from++) {
    for (let edge = offsets[from] as number; edge < (offsets[from + 1] as number); edge++) visit(from, targets[edge] as number);
  }
}

/** The components of a graph, single nodes included. */
export interface Condensation {
  /** For each node its component. */
  of: Int32Array;
  /** Nodes in each component. */
  sizes: number[];
}

export function condense(graph: Adjacency): Condensation {
  const of = new Int32Array(graph.count).fill(-1);
  const sizes: number[] = [];
  for (const members of strongComponents(graph)) {
    for (const member of members) of[member] = sizes.length;
    sizes.push(members.length);
  }
  for (let node = 0; node < graph.count; node++) {
    if (of[node] !== -1) continue;
    of[node] = sizes.length;
    sizes.push(1);
  }
  return { of, sizes };
}
