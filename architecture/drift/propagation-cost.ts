/** How far a change may spread: which share of all pairs of files is connected. */
import type { Adjacency } from '../graph/source-graph.ts';
import { type Condensation, forEachEdge } from './measured-graph.ts';

/** One bit for each pair of components: at most 128 MiB, all at once only in the worst case. */
const MAX_EXACT_COMPONENTS = 32_768;
const SAMPLED_FILES = 2_048;

/**
 * Pairs (i, j), i = j included, of which j can be reached from i, over n². Null without nodes.
 * Exact by the transitive closure of the condensation (Purdom, BIT 10, 1970), one bit set per component, dropped when its last
 * predecessor has taken it over; for larger graphs the mean reach of every n/2048th node.
 */
export function propagationCost(graph: Adjacency, condensation: Condensation): { cost: number | null; sampled?: number } {
  if (graph.count === 0) return { cost: null };
  if (condensation.sizes.length <= MAX_EXACT_COMPONENTS) {
    return { cost: reachablePairs(graph, condensation) / graph.count ** 2 };
  }
  let reached = 0;
  for (let sample = 0; sample < SAMPLED_FILES; sample++) {
    reached += reachFrom(graph, Math.floor((sample * graph.count) / SAMPLED_FILES));
  }
  return { cost: reached / SAMPLED_FILES / graph.count, sampled: SAMPLED_FILES };
}

function reachablePairs(graph: Adjacency, { of, sizes }: Condensation): number {
  const successors = sizes.map(() => new Set<number>());
  forEachEdge(graph, (from, to) => {
    const [source, target] = [of[from] as number, of[to] as number];
    if (source !== target) successors[source]?.add(target);
  });
  const predecessors = new Int32Array(sizes.length);
  for (const targets of successors) for (const target of targets) predecessors[target] = (predecessors[target] as number) + 1;

  const words = Math.ceil(sizes.length / 32);
  const cycles = [...sizes.entries()].filter(([, size]) => size > 1);
  const waiting = predecessors.slice();
  const reach: (Uint32Array | undefined)[] = [];
  let pairs = 0;
  for (const component of sourcesLast(successors, predecessors)) {
    const bits = new Uint32Array(words);
    set(bits, component);
    for (const target of successors[component] as Set<number>) {
      const other = reach[target] as Uint32Array;
      for (let word = 0; word < words; word++) bits[word] = (bits[word] as number) | (other[word] as number);
      waiting[target] = (waiting[target] as number) - 1;
      if (waiting[target] === 0) reach[target] = undefined;
    }
    if (waiting[component] !== 0) reach[component] = bits;
    let reached = 0;
    for (let word = 0; word < words; word++) reached += ones(bits[word] as number);
    for (const [cycle, size] of cycles) if (has(bits, cycle)) reached += size - 1;
    pairs += reached * (sizes[component] as number);
  }
  return pairs;
}

/** Components without cycles among them, each after all that it leads to (Kahn, CACM 5(11), 1962, read backwards). */
function sourcesLast(successors: readonly ReadonlySet<number>[], predecessors: Int32Array): number[] {
  const left = predecessors.slice();
  const order: number[] = [];
  for (let component = 0; component < left.length; component++) if (left[component] === 0) order.push(component);
  for (let next = 0; next < order.length; next++) {
    for (const target of successors[order[next] as number] as ReadonlySet<number>) {
      left[target] = (left[target] as number) - 1;
      if (left[target] === 0) order.push(target);
    }
  }
  return order.reverse();
}

function set(bits: Uint32Array, index: number): void {
  bits[index >>> 5] = (bits[index >>> 5] as number) | (1 << (index & 31));
}

function has(bits: Uint32Array, index: number): boolean {
  return (((bits[index >>> 5] as number) >>> (index & 31)) & 1) === 1;
}

/** Set bits of 32 (Warren, Hacker's Delight, 2002, figure 5-2). */
function ones(word: number): number {
  let count = word - ((word >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  return Math.imul((count + (count >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function reachFrom({ count, offsets, targets }: Adjacency, start: number): number {
  const seen = new Uint8Array(count);
  const found = [start];
  seen[start] = 1;
  for (let next = 0; next < found.length; next++) {
    const node = found[next] as number;
    for (let edge = offsets[node] as number; edge < (offsets[node + 1] as number); edge++) {
      const target = targets[edge] as number;
      if (seen[target] === 1) continue;
      seen[target] = 1;
      found.push(target);
    }
  }
  return found.length;
}
