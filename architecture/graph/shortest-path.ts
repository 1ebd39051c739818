/** The shortest way from one node to another: what a reader is shown as the witness of a cycle. */

/**
 * The nodes from `start` to `goal`, both included, or nothing when there is no way. With `start` = `goal`: the shortest
 * cycle through that node. Among ways of equal length the one found first in the order of `successors`.
 */
export function shortestPath<Node>(start: Node, goal: Node, successors: (node: Node) => Iterable<Node>): Node[] | undefined {
  const cameFrom = new Map<Node, Node>();
  const queue = [start];
  for (const node of queue) {
    for (const next of successors(node)) {
      if (next === goal) return [...trace(cameFrom, start, node), goal];
      if (next === start || cameFrom.has(next)) continue;
      cameFrom.set(next, node);
      queue.push(next);
    }
  }
  return undefined;
}

function trace<Node>(cameFrom: ReadonlyMap<Node, Node>, start: Node, end: Node): Node[] {
  const path = [end];
  for (let node = end; node !== start; ) {
    node = cameFrom.get(node) as Node;
    path.unshift(node);
  }
  return path;
}

/** A way as a sentence shows it: a handful of files, and how many are left out. */
export function shortenPath(files: readonly string[]): readonly string[] {
  return files.length <= 8 ? files : [...files.slice(0, 4), `${files.length - 7} more`, ...files.slice(-3)];
}
