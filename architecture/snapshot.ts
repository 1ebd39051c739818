/** What one tree of source files looks like: small enough to store, complete enough to compare. */
import { z } from 'zod';
import { Clones } from './drift/clones.ts';
import { ComplexFunction } from './drift/complex-functions.ts';
import { Metrics } from './drift/metrics.ts';
import { Cycle } from './graph/cycles.ts';
import { ImportEntry, ImportWitness, SourceEntry } from './graph/imports.ts';
import { ModuleEdge, ModuleSummary } from './graph/modules.ts';
import { UnusedExports } from './surface/export-uses.ts';
import { PublicSurface } from './surface/public-surface.ts';
import { PackageSummary } from './tree/package-sources.ts';
import { SkippedFile } from './tree/skipped.ts';

/**
 * The facts that comparisons read. All paths are relative to the opened folder, with forward slashes; all lists are sorted,
 * so equal trees give equal snapshots on every machine. Production files are those that are not tests, fixtures, mocks, configuration or declarations.
 */
export const ArchitectureSnapshot = z.strictObject({
  schemaVersion: z.literal(2),
  /** `test` counts every file that production rules skip: tests, fixtures, mocks, configuration, declarations. */
  files: z.strictObject({ production: z.int().nonnegative(), test: z.int().nonnegative() }),
  /** Pairs of production files: `value` with at least one value import, `type` with type imports only. */
  edges: z.strictObject({ value: z.int().nonnegative(), type: z.int().nonnegative() }),
  /**
   * Imports of production files that can only mean this repository: relative ones, `#name`, `@/...` and `~/...`.
   * `resolvedShare` is the share of them that leads to a file, or to where a build writes one, 0-1; 1 when there are none.
   * `isBuilt`: the .gitignore of the root names what is missing there.
   */
  relativeImports: z.int().nonnegative(),
  resolvedShare: z.number().min(0).max(1),
  unresolvedRelative: z.array(z.strictObject({ path: z.string(), specifier: z.string(), line: z.int().positive(), isBuilt: z.boolean() })),
  /** Imports by which a production file reaches a test, fixture or mock. */
  testImports: z.array(ImportWitness),
  sources: z.array(SourceEntry),
  specifiers: z.array(z.string()),
  imports: z.array(ImportEntry),
  packages: z.array(PackageSummary),
  modules: z.array(ModuleSummary),
  moduleEdges: z.array(ModuleEdge),
  /** Of the value graph of production files. */
  cycles: z.array(Cycle),
  /** Of the same graph with type imports. */
  allCycles: z.array(Cycle),
  functions: z.array(ComplexFunction),
  clones: Clones,
  metrics: Metrics,
  surface: PublicSurface,
  unusedExports: UnusedExports,
  skipped: z.array(SkippedFile),
  /** What was worked around while reading, in words: a tsconfig whose `extends` is not installed. */
  notes: z.array(z.string()),
  /** Whether a cycle injected into this very graph, and into the one of its value edges, was seen by the cycle finder. */
  seesInjectedCycle: z.boolean(),
});
export type ArchitectureSnapshot = z.infer<typeof ArchitectureSnapshot>;
