/** Compares two architectures: what the change added that the base did not have. */
import type { Finding } from '#contracts';
import type { DeclaredRules } from '../contract/declared-rules.ts';
import type { ArchitectureSnapshot } from '../snapshot.ts';
import { findBypassedDoors } from './bypassed-doors.ts';
import { alignModules, type ModuleGraph } from './common-modules.ts';
import { findComplexFunctions } from './complex-functions.ts';
import { findBrokenRules } from './declared-rules.ts';
import { findNewClones } from './new-clones.ts';
import { findNewCycles } from './new-cycles.ts';
import { findNewExternals } from './new-externals.ts';
import { findNewFolderEdges } from './new-folder-edges.ts';
import { findTestImports, findUnresolvedImports } from './new-imports.ts';
import { findNewModuleEdges } from './new-module-edges.ts';
import { findNewPackageEdges } from './new-package-edges.ts';
import { findOrphans } from './orphans.ts';
import { findRenames, followRenames } from './renames.ts';
import { findSurfaceChanges } from './surface-changes.ts';
import { type ArchitectureTrust, judgeTrust } from './trust.ts';
import { findUnusedExports } from './unused-exports.ts';

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
  /** Declared rules that were not judged: their patterns are broken, or take too long. */
  undecided: { rule: string; source: string; reason: string }[];
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
  /** What the repository states itself, read from the base. */
  rules?: DeclaredRules;
}

/**
 * Findings have identity: what the base has too is no finding, under whatever name, and its number decides nothing. What the human tree
 * shows too, which is no news to somebody who knows that tree, becomes `record`: nobody is held to more than the human was.
 * Pure, but for the bound on the time of the repository's own patterns.
 */
export function compareArchitecture({
  base,
  head,
  reference,
  rules = { rules: [], unread: [] },
}: ArchitecturesToCompare): ArchitectureComparison {
  const found = findAll(base, head, rules);
  const newToHuman = reference && new Set(findAll(reference, head, rules).findings.map((finding) => finding.id));
  const findings = found.findings.map((finding) =>
    newToHuman && !newToHuman.has(finding.id) ? { ...finding, severity: 'record' as const } : finding,
  );
  return {
    findings: findings.sort(bySeverityAndPlace),
    facts: {
      files: head.files.production,
      edges: head.edges.value + head.edges.type,
      modules: head.modules.length,
      cycles: head.cycles.length,
      newModuleEdges: found.newModuleEdges,
      unresolved: head.unresolvedRelative.length,
      skipped: head.skipped.length,
    },
    undecided: found.undecided,
    trust: judgeTrust({ base: found.before, head, ...(reference ? { reference } : {}) }),
  };
}

function findAll(base: ArchitectureSnapshot, head: ArchitectureSnapshot, rules: DeclaredRules) {
  const renames = findRenames(base, head);
  const before = followRenames(base, renames);
  const [baseModules, headModules] = alignModules([before, head]) as [ModuleGraph, ModuleGraph];
  const paths = new Set(before.sources.map(([path]) => path));
  const broken = findBrokenRules(rules, { base, head, renames });
  const packageEdges = findNewPackageEdges(baseModules, headModules, new Set(before.modules.map((module) => module.package)));
  return {
    before,
    findings: [
      ...findNewCycles(before, head),
      ...findNewModuleEdges(baseModules, headModules),
      ...packageEdges,
      ...findNewFolderEdges(before, head, { before: baseModules, after: headModules }),
      ...findBypassedDoors(before, head),
      ...findNewExternals(before, head),
      ...findUnresolvedImports(before, head),
      ...findTestImports(before, head),
      ...findComplexFunctions(before.functions, head.functions),
      ...findNewClones(before.clones, head.clones, (path) => paths.has(path)),
      ...broken.findings,
      ...findSurfaceChanges(before.surface, head.surface),
      ...findUnusedExports(before.unusedExports, head.unusedExports),
      ...findOrphans(before.unusedExports, head.unusedExports),
    ],
    newModuleEdges: [...headModules.edges.keys()].filter((key) => !baseModules.edges.has(key)).length,
    undecided: broken.undecided.map(({ rule, reason }) => ({ rule: rule.name, source: rule.source, reason })),
  };
}

const ORDER = ['gate', 'warn', 'record'];

function bySeverityAndPlace(a: Finding, b: Finding): number {
  const bySeverity = ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity);
  if (bySeverity !== 0) return bySeverity;
  return a.place.path === b.place.path ? (a.id < b.id ? -1 : 1) : a.place.path < b.place.path ? -1 : 1;
}
