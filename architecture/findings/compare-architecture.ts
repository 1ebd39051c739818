/** Compares two architectures: what the change added that the base did not have. */
import type { Finding } from '#contracts';
import { alignModules, type ModuleGraph } from './common-modules.ts';
import { findNewCycles } from './new-cycles.ts';
import { findTestImports, findUnresolvedImports } from './new-imports.ts';
import { findNewModuleEdges } from './new-module-edges.ts';
import type { ArchitectureSnapshot } from '../snapshot.ts';
import { type ArchitectureTrust, judgeTrust } from './trust.ts';

/** Counts of production code at head; `newModuleEdges` are those absent at the base, whether or not they close a cycle. */
export interface ArchitectureFacts extends Record<string, number> {
  files: number;
  edges: number;
  modules: number;
  cycles: number;
  newModuleEdges: number;
  unresolved: number;
  skipped: number;
}

export interface ArchitectureComparison {
  /** Gates first, then by place. */
  findings: Finding[];
  facts: ArchitectureFacts;
  /** When not ok, neither findings nor their absence prove anything. */
  trust: ArchitectureTrust;
}

export interface ArchitecturesToCompare {
  /** Before the change. */
  base: ArchitectureSnapshot;
  /** After it. */
  head: ArchitectureSnapshot;
  /** The human tree of the same milestone, where there is one. */
  reference?: ArchitectureSnapshot;
}

/**
 * Pure. Findings have identity: what the base has too is no finding, and its number decides nothing. A gate that the human tree
 * trips too, which is one that is no news to somebody who knows that tree, becomes `record`: nobody is held to more than the human was.
 */
export function compareArchitecture({ base, head, reference }: ArchitecturesToCompare): ArchitectureComparison {
  const [baseModules, headModules, referenceModules] = alignModules(reference ? [base, head, reference] : [base, head]);
  const sight = { snapshot: head, modules: headModules as ModuleGraph };
  const found = findAll({ snapshot: base, modules: baseModules as ModuleGraph }, sight);
  const newToHuman =
    reference && referenceModules
      ? new Set(findAll({ snapshot: reference, modules: referenceModules }, sight).map((finding) => finding.id))
      : undefined;
  const findings = found.map((finding) =>
    finding.severity === 'gate' && newToHuman && !newToHuman.has(finding.id) ? { ...finding, severity: 'record' as const } : finding,
  );
  return {
    findings: findings.sort(bySeverityAndPlace),
    facts: {
      files: head.files.production,
      edges: head.edges.value + head.edges.type,
      modules: head.modules.length,
      cycles: head.cycles.length,
      newModuleEdges: [...sight.modules.edges.keys()].filter((key) => !baseModules?.edges.has(key)).length,
      unresolved: head.unresolvedRelative.length,
      skipped: head.skipped.length,
    },
    trust: judgeTrust({ base, head, ...(reference ? { reference } : {}) }),
  };
}

interface Sight {
  snapshot: ArchitectureSnapshot;
  modules: ModuleGraph;
}

function findAll(before: Sight, after: Sight): Finding[] {
  return [
    ...findNewCycles(before.snapshot, after.snapshot),
    ...findNewModuleEdges(before.modules, after.modules),
    ...findUnresolvedImports(before.snapshot, after.snapshot),
    ...findTestImports(before.snapshot, after.snapshot),
  ];
}

const ORDER = ['gate', 'warn', 'record'];

function bySeverityAndPlace(a: Finding, b: Finding): number {
  const bySeverity = ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity);
  if (bySeverity !== 0) return bySeverity;
  return a.place.path === b.place.path ? (a.id < b.id ? -1 : 1) : a.place.path < b.place.path ? -1 : 1;
}
