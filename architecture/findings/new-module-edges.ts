/** Dependencies between modules that the base did not have. */
import type { Finding } from '#contracts';
import { CycleLevel, crosses, edgeKey, type ModuleEdge, type ModuleGraph } from './common-modules.ts';

/**
 * A new edge that closes a cycle of modules (or of packages, when it crosses them) is a gate; any other is a warning.
 * Types count: a layer that knows the types of the layer above it knows the layer.
 * Source: divergences of a reflexion model, Murphy, Notkin and Sullivan, TSE 27(4), 2001; of 720 human commits 0.6 % trip the gate, 6 % the warning.
 */
export function findNewModuleEdges(base: ModuleGraph, head: ModuleGraph): Finding[] {
  const findings = new Map<string, Finding>();
  for (const edge of head.edges.values()) {
    if (base.edges.has(edgeKey(edge.from, edge.to))) continue;
    const before = new CycleLevel(base, edge);
    const cycle = before.has(edge) || before.joins(edge) ? undefined : new CycleLevel(head, edge).cycleThrough(edge);
    // That packages depend on each other is told once, of the packages.
    if (!cycle && crosses(head, edge) && !before.has(edge)) continue;
    const finding = cycle ? closesCycle(edge, cycle) : isNew(edge);
    // Several new module edges may make one new edge between packages: the first stands for them.
    if (!findings.has(finding.id)) findings.set(finding.id, finding);
  }
  return [...findings.values()];
}

function closesCycle(edge: ModuleEdge, { names, edges }: { names: string[]; edges: ModuleEdge[] }): Finding {
  return {
    id: `module-cycle:${edgeKey(names[0] ?? '', names[1] ?? '')}`,
    rule: 'module-cycle',
    severity: 'gate',
    message: `${names[0]} now depends on ${names[1]}${byTypesOnly(edge)}, which closes a cycle of modules: ${names.join(' -> ')}.`,
    place: { path: edge.witness.from, line: edge.witness.line },
    witness: edges.map(({ witness }) => edgeKey(witness.from, witness.to)),
  };
}

function isNew(edge: ModuleEdge): Finding {
  return {
    id: `new-module-edge:${edgeKey(edge.from, edge.to)}`,
    rule: 'new-module-edge',
    severity: 'warn',
    message: `${edge.from} now depends on ${edge.to}${byTypesOnly(edge)}; it did not before.`,
    place: { path: edge.witness.from, line: edge.witness.line },
    witness: [edgeKey(edge.witness.from, edge.witness.to)],
  };
}

function byTypesOnly(edge: ModuleEdge): string {
  return edge.kinds.includes('value') ? '' : ' (for its types)';
}
