/** Tarjan's strongly connected components: the cycles of a graph, each found once. */

/**
 * Components of two nodes or more, in no promised order. A node that only points at itself is no cycle here.
 * Linear in nodes and edges, and iterative: a chain of 50,000 imports would overflow the call stack.
 * Never enumerate elementary cycles instead; their number is exponential and changes with unrelated edits.
 * Source: R. Tarjan, Depth-first search and linear graph algorithms, SIAM J. Comput. 1(2), 1972.
 *
 * @param successors for each node the nodes it points at
 */
export function strongComponents(successors: readonly (readonly number[])[]): number[][] {
  const count = successors.length;
  const order = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const onStack = new Uint8Array(count);
  const nextChild = new Int32Array(count);
  const stack: number[] = [];
  const components: number[][] = [];
  let visited = 0;

  for (let start = 0; start < count; start++) {
    if (order[start] !== -1) continue;
    const path = [start];
    while (path.length > 0) {
      const node = path[path.length - 1] as number;
      if (order[node] === -1) {
        order[node] = low[node] = visited++;
        stack.push(node);
        onStack[node] = 1;
      }
      const child = successors[node]?.[nextChild[node] as number];
      if (child !== undefined) {
        nextChild[node] = (nextChild[node] as number) + 1;
        if (order[child] === -1) path.push(child);
        else if (onStack[child]) lower(low, node, order[child] as number);
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) lower(low, parent, low[node] as number);
      if (low[node] === order[node]) {
        const component = stack.splice(stack.lastIndexOf(node));
        for (const member of component) onStack[member] = 0;
        if (component.length > 1) components.push(component);
      }
    }
  }
  return components;
}

function lower(low: Int32Array, node: number, value: number): void {
  if (value < (low[node] as number)) low[node] = value;
}
