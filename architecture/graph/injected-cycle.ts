/** The instrument's self-proof: a cycle that was put in must be seen. */
import { strongComponents } from './strong-components.ts';

/**
 * Closes a cycle in a copy of the graph and asks the cycle finder for it. Green results of a finder that sees nothing
 * are the failure this guards against. True for fewer than two nodes: no cycle can be made there.
 */
export function seesInjectedCycle(successors: readonly (readonly number[])[]): boolean {
  if (successors.length < 2) return true;
  // An existing edge is turned back where there is one, so that the proof runs through the graph as it was linked.
  const from = Math.max(
    successors.findIndex((targets, node) => targets.some((target) => target !== node)),
    0,
  );
  const to = successors[from]?.find((target) => target !== from) ?? 1;
  const injected = successors.map((targets, node) => {
    if (node === from) return [...targets, to];
    if (node === to) return [...targets, from];
    return targets;
  });
  return strongComponents(injected).some((component) => component.includes(from) && component.includes(to));
}
