/** Leaves out the arrows of a picture that longer ways of arrows say already. */
import type { ContractPicture } from '#contracts';

type Edge = ContractPicture['edges'][number];

/**
 * Only `allowed` edges outside cycles go, and only for a way of other `allowed` edges: what remains reaches all that was reached.
 * Transitive reduction (Aho, Garey, Ullman 1972) of the acyclic part.
 */
export function withoutImplied(edges: readonly Edge[]): { edges: Edge[]; implied: number } {
  const successors = new Map<string, Set<string>>();
  for (const { from, to, state } of edges) {
    if (state !== 'allowed') continue;
    const known = successors.get(from);
    if (known) known.add(to);
    else successors.set(from, new Set([to]));
  }
  const reached = new Map<string, Set<string>>();
  const reachedFrom = (start: string): Set<string> => {
    const known = reached.get(start);
    if (known) return known;
    const found = new Set<string>();
    const waiting = [...(successors.get(start) ?? [])];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if (found.has(at)) continue;
      found.add(at);
      waiting.push(...(successors.get(at) ?? []));
    }
    reached.set(start, found);
    return found;
  };
  const isImplied = ({ from, to, state }: Edge): boolean => {
    if (state !== 'allowed' || reachedFrom(to).has(from)) return false;
    // What lies on one cycle with the target would imply its arrow, and be implied by it.
    const others = [...(successors.get(from) ?? [])].filter((other) => other !== to && !reachedFrom(to).has(other));
    return others.some((other) => !reachedFrom(other).has(from) && reachedFrom(other).has(to));
  };
  const kept = edges.filter((edge) => !isImplied(edge));
  return { edges: kept, implied: edges.length - kept.length };
}
