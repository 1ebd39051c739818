/** The order among modules, as far as their dependencies show one. */
import { strongComponents } from '../graph/strong-components.ts';

export interface Place {
  /** 0: depends on no other module; otherwise one more than the highest rank among those it depends on. Modules of one cycle share a rank. */
  rank: number;
  inCycle: boolean;
}

/** Node n of a graph given as pairs. */
export interface Pair {
  from: number;
  to: number;
}

/**
 * The rank of each module in the condensation of the graph: inside a cycle no order is claimed.
 * What depends on files lying loosely in a split folder (`src/*`) says nothing: `src/main.ts` uses everything and everything may use `src/config.ts`.
 */
export function rankModules(names: readonly string[], edges: Iterable<{ from: string; to: string }>): Map<string, Place> {
  const number = new Map(names.map((name, index) => [name, index]));
  const pairs = [...edges].flatMap(({ from, to }): Pair[] => {
    const [source, target] = [number.get(from), number.get(to)];
    return source === undefined || target === undefined || to.endsWith('/*') ? [] : [{ from: source, to: target }];
  });
  const component = Int32Array.from(names, (_, index) => index);
  const inCycle = new Set<number>();
  for (const members of componentsOf(names.length, pairs)) {
    for (const member of members) {
      component[member] = members[0] as number;
      inCycle.add(member);
    }
  }
  const below = Map.groupBy(pairs, ({ from }) => component[from] as number);
  const ranks = new Map<number, number>();
  const rankOf = (node: number): number => {
    const known = ranks.get(node);
    if (known !== undefined) return known;
    const targets = new Set((below.get(node) ?? []).map(({ to }) => component[to] as number));
    targets.delete(node);
    const rank = Math.max(-1, ...[...targets].map(rankOf)) + 1;
    ranks.set(node, rank);
    return rank;
  };
  return new Map(names.map((name, index) => [name, { rank: rankOf(component[index] as number), inCycle: inCycle.has(index) }]));
}

/** Strongly connected components of two nodes or more. */
export function componentsOf(count: number, pairs: readonly Pair[]): number[][] {
  const sorted = pairs.toSorted((a, b) => a.from - b.from || a.to - b.to);
  const offsets = new Int32Array(count + 1);
  for (const { from } of sorted) offsets[from + 1] = (offsets[from + 1] as number) + 1;
  for (let node = 0; node < count; node++) offsets[node + 1] = (offsets[node + 1] as number) + (offsets[node] as number);
  return strongComponents({ count, offsets, targets: Int32Array.from(sorted, ({ to }) => to) });
}
