/** Which files lie on a cycle, found the slow and obvious way. */
import type { Edge } from './edges.ts';

/** Files from which a walk along the edges comes back. Sorted. */
export function onCycles(edges: Iterable<Pick<Edge, 'from' | 'to'>>): string[] {
  const successors = new Map<string, string[]>();
  for (const { from, to } of edges) successors.set(from, [...(successors.get(from) ?? []), to]);
  return [...successors.keys()].filter((start) => comesBack(successors, start)).sort();
}

function comesBack(successors: ReadonlyMap<string, string[]>, start: string): boolean {
  const seen = new Set<string>();
  const waiting = [start];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    for (const next of successors.get(file) ?? []) {
      if (next === start) return true;
      if (!seen.has(next)) waiting.push(next);
      seen.add(next);
    }
  }
  return false;
}
