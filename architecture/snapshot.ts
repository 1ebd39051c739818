/** What one tree of source files looks like: small enough to store, complete enough to compare. */
import { z } from 'zod';

/** One import that stands for all imports between two modules. `line` is where it is written, counted from 1. */
export const ImportWitness = z.strictObject({ from: z.string(), to: z.string(), line: z.int().positive() });
export type ImportWitness = z.infer<typeof ImportWitness>;

/** A value import runs when the program runs; a type import is gone after compilation. */
export const ImportKind = z.enum(['value', 'type']);
export type ImportKind = z.infer<typeof ImportKind>;

/** Why a source file's imports are unknown, or only partly known. */
export const SkipReason = z.enum(['too-large', 'too-deep', 'syntax-error', 'unreadable', 'symbolic-link']);
export type SkipReason = z.infer<typeof SkipReason>;

/**
 * The facts that comparisons read. All paths are relative to the opened folder, with forward slashes; all lists are sorted,
 * so equal trees give equal snapshots on every machine. Production files are those that are not tests, fixtures, mocks or configuration.
 */
export const ArchitectureSnapshot = z.strictObject({
  schemaVersion: z.literal(1),
  /** `test` counts every file that production rules skip: tests, fixtures, mocks, configuration. */
  files: z.strictObject({ production: z.int().nonnegative(), test: z.int().nonnegative() }),
  /** Pairs of production files: `value` with at least one value import, `type` with type imports only. */
  edges: z.strictObject({ value: z.int().nonnegative(), type: z.int().nonnegative() }),
  /**
   * Imports of production files that can only mean this repository: relative ones, `#name`, `@/...` and `~/...`.
   * `resolvedShare` is the share of them that leads to a file, 0-1; 1 when there are none.
   */
  relativeImports: z.int().nonnegative(),
  resolvedShare: z.number().min(0).max(1),
  unresolvedRelative: z.array(z.strictObject({ path: z.string(), specifier: z.string(), line: z.int().positive() })),
  /** Imports by which a production file reaches a test, fixture or mock. */
  testImports: z.array(ImportWitness),
  /** Every production file belongs to exactly one module; `modules.ts` says how they are drawn. */
  modules: z.array(z.strictObject({ name: z.string(), package: z.string(), files: z.int().positive() })),
  moduleEdges: z.array(z.strictObject({ from: z.string(), to: z.string(), kinds: z.array(ImportKind).min(1), witness: ImportWitness })),
  /**
   * Strongly connected components, of two files or more, of the value graph of production files.
   * `edges` are the imports inside: index of the importing file in `files`, index of the imported one, line.
   */
  cycles: z.array(
    z.strictObject({ id: z.string(), files: z.array(z.string()).min(2), edges: z.array(z.tuple([z.int(), z.int(), z.int().positive()])) }),
  ),
  /** Source files that were not read or not understood. `imported`: a production file imports it, so the graph has a hole there. */
  skipped: z.array(z.strictObject({ path: z.string(), reason: SkipReason, imported: z.boolean() })),
  /** Whether a cycle injected into this very graph was seen by the cycle finder. */
  seesInjectedCycle: z.boolean(),
});
export type ArchitectureSnapshot = z.infer<typeof ArchitectureSnapshot>;
