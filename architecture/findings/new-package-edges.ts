/** Dependencies between packages of the workspace that the base did not have. */
import type { Finding } from '#contracts';
import { CycleLevel, edgeKey, type ModuleEdge, type ModuleGraph } from './common-modules.ts';

/**
 * Packages are named by their folders. An edge that closes a cycle is told as such, not here. A package that is new may depend on what it
 * needs: that is recorded. Of 720 human commits 0.7 % trip the warning.
 */
export function findNewPackageEdges(base: ModuleGraph, head: ModuleGraph, packagesOfBase: ReadonlySet<string>): Finding[] {
  const before = packageEdges(base);
  return [...packageEdges(head)].flatMap(([key, edge]): Finding[] => {
    if (before.has(key) || closesCycle(base, head, edge)) return [];
    const [from, to] = [head.packageOf(edge.from), head.packageOf(edge.to)];
    const byTypes = edge.kinds.includes('value') ? '' : ' (for its types)';
    return [
      {
        id: `new-package-edge:${key}`,
        rule: 'new-package-edge',
        severity: packagesOfBase.has(from) ? 'warn' : 'record',
        message: `The package ${from} now depends on the package ${to}${byTypes}; it did not before.`,
        place: { path: edge.witness.from, line: edge.witness.line },
        witness: [edgeKey(edge.witness.from, edge.witness.to)],
      },
    ];
  });
}

function closesCycle(base: ModuleGraph, head: ModuleGraph, edge: ModuleEdge): boolean {
  return !new CycleLevel(base, edge).joins(edge) && new CycleLevel(head, edge).cycleThrough(edge) !== undefined;
}

/** The first module edge between two packages stands for the rest; one with a value import is preferred. */
function packageEdges(graph: ModuleGraph): Map<string, ModuleEdge> {
  const edges = new Map<string, ModuleEdge>();
  for (const edge of graph.edges.values()) {
    const [from, to] = [graph.packageOf(edge.from), graph.packageOf(edge.to)];
    if (from === to) continue;
    const known = edges.get(edgeKey(from, to));
    if (!known || (!known.kinds.includes('value') && edge.kinds.includes('value'))) edges.set(edgeKey(from, to), edge);
  }
  return edges;
}
