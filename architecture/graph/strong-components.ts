/** Tarjan's strongly connected components: the cycles of a graph, each found once. */
import type { Adjacency } from './source-graph.ts';

/** Ids of the members of each component. */
export type Components = readonly (readonly number[])[];

/**
 * Components of two nodes or more, in no promised order. A node that only points at itself is no cycle here.
 * Linear in nodes and edges, and iterative: a chain of 50,000 imports would overflow the call stack.
 * Never enumerate elementary cycles instead; their number is exponential and changes with unrelated edits.
 * Source: R. Tarjan, Depth-first search and linear graph algorithms, SIAM J. Comput. 1(2), 1972.
 */
export function strongComponents({ count, offsets, targets }: Adjacency): number[][] {
  const order = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const onStack = new Uint8Array(count);
  const nextEdge = offsets.slice();
  const stack = new Int32Array(count);
  const path = new Int32Array(count);
  const components: number[][] = [];
  let visited = 0;
  let stacked = 0;

  for (let start = 0; start < count; start++) {
    if (order[start] !== -1 || offsets[start] === offsets[start + 1]) continue;
    let depth = 0;
    path[depth++] = start;
    while (depth > 0) {
      const node = path[depth - 1] as number;
      if (order[node] === -1) {
        order[node] = low[node] = visited++;
        stack[stacked++] = node;
        onStack[node] = 1;
      }
      const edge = nextEdge[node] as number;
      if (edge < (offsets[node + 1] as number)) {
        nextEdge[node] = edge + 1;
        const child = targets[edge] as number;
        if (order[child] === -1) path[depth++] = child;
        else if (onStack[child] === 1 && (order[child] as number) < (low[node] as number)) low[node] = order[child] as number;
        continue;
      }
      depth--;
      const parent = path[depth - 1];
      if (depth > 0 && parent !== undefined && (low[node] as number) < (low[parent] as number)) low[parent] = low[node] as number;
      if (low[node] !== order[node]) continue;
      const end = stacked;
      do onStack[stack[--stacked] as number] = 0;
      while (stack[stacked] !== node);
      if (end - stacked > 1) components.push(Array.from(stack.subarray(stacked, end)));
    }
  }
  return components;
}
