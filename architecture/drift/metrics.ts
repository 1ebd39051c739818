/** What is measured of a tree, number by number. */
import { z } from 'zod';

/** A number that cannot be had is null, and `reasons` says why. */
const Share = z.number().min(0).max(1).nullable();
const Count = z.int().nonnegative();

/**
 * Of the graph of production files. Nodes are files, edges are pairs of files of which one imports the other, however often.
 * All are taken of the graph of value imports and of the graph of all imports: adopting `import type` moves edges out of the one
 * without changing what depends on what, so neither speaks alone.
 */
export const GraphMetrics = z.strictObject({
  /** Pairs of files. */
  edges: Count,
  /** Strongly connected components of two files or more. Source: Tarjan, SIAM J. Comput. 1(2), 1972. */
  cycles: Count,
  /** Files in them, and in the largest of them. */
  filesInCycles: Count,
  largestCycle: Count,
  /** Edges inside strongly connected components, as a share of all edges. Source: SlopCodeBench, arXiv 2603.24755 ("cyclic dependency mass"). Null without edges. */
  cyclicMass: Share,
  /**
   * Density of the visibility matrix: the share of ordered pairs of files, each with itself included, of which the second can be
   * reached from the first. 1/n and up. Source: MacCormack, Rusnak and Baldwin, Management Science 52(7), 2006. Null without files.
   * Exact to 32,768 components; above that estimated from 2,048 files at equal distances, and `reasons` says so.
   */
  propagationCost: Share,
  /** Files in the largest cycle as a share of all. Source: Baldwin, MacCormack and Rusnak, Research Policy 43(8), 2014 ("core"). Null without files. */
  coreSize: Share,
  /**
   * Directed modularity of the division into modules: the share of edges inside modules less the share that a graph of equal degrees
   * would have there by chance. -1 to 1. Source: Leicht and Newman, Phys. Rev. Lett. 100, 118703, 2008. Null without edges.
   */
  modularity: z.number().min(-1).max(1).nullable(),
  /** Mean over modules of |A + I - 1|, of those that have both. Source: Martin, "OO design quality metrics", 1994. Null when none has. */
  meanDistance: Share,
  /**
   * Coupling of a file: how many other files it imports or is imported by. The largest, and the Gini coefficient over all files
   * (0: all alike; towards 1: one hub has it all). Source: CBO of Chidamber and Kemerer, TSE 20(6), 1994, with files for classes.
   * The coefficient is null without edges.
   */
  largestCoupling: Count,
  couplingGini: Share,
});
export type GraphMetrics = z.infer<typeof GraphMetrics>;

/** Of production code. */
export const CodeMetrics = z.strictObject({
  files: Count,
  /** Lines with at least one token on them. */
  linesOfCode: Count,
  functions: Count,
  /** Sum over all functions. Source: SonarSource, "Cognitive complexity", version 1.5. */
  cognitive: Count,
  /** Sum over all functions. Source: McCabe, TSE 2(4), 1976. */
  cyclomatic: Count,
  /** Functions with a cognitive complexity above 15 (where SonarQube's rule S3776 begins) and above 25. */
  functionsOver15: Count,
  functionsOver25: Count,
  /**
   * Share of the mass of all functions that lies in those with a cyclomatic complexity above 10; the mass of a function is its
   * complexity times the square root of its lines of code. Formula of scb-check 0.2.0, for SlopCodeBench, arXiv 2603.24755. Null without functions.
   * Two things differ where TypeScript is not Python: each function inside another is one by itself, with its own lines (callbacks are
   * everywhere), and complexity counts as ESLint counts it. The benchmark's repository (January 2026) has other formulas of this name.
   */
  erosion: Share,
  /** The same with cognitive complexity, which is above 10 and the mass too. Null when no function has any. */
  cognitiveErosion: Share,
  /**
   * Share of the lines of code that stand in clones. Formula of scb-check 0.2.0, which counts nothing but clones outside Python; its
   * clones are syntax subtrees with equal hashes, ours are runs of tokens. Null without lines.
   */
  verbosity: Share,
  /** Share of the tokens (imports left out) that stand in clones. Null without tokens. */
  clonedTokens: Share,
});
export type CodeMetrics = z.infer<typeof CodeMetrics>;

/** Of one module, after Martin, "OO design quality metrics", 1994, with files for classes. */
const Stability = z.strictObject({
  /** Ca: files outside that import a file inside. */
  afferent: Count,
  /** Ce: files inside that import a file outside. */
  efferent: Count,
  /** I = Ce / (Ca + Ce); 0 is stable. Null when nothing crosses its border. */
  instability: Share,
  /** D = |A + I - 1|; 0 is balanced. Null when A or I is. */
  distance: Share,
});

export const ModuleMetrics = z.strictObject({
  name: z.string(),
  /**
   * A: interfaces, type aliases and abstract classes, as a share of the declarations its files export. A proxy: structural types ask for
   * no interface, and a module of functions is not concrete in Martin's sense. Null when nothing is declared.
   */
  abstractness: Share,
  value: Stability,
  all: Stability,
});
export type ModuleMetrics = z.infer<typeof ModuleMetrics>;

export const Metrics = z.strictObject({
  value: GraphMetrics,
  all: GraphMetrics,
  code: CodeMetrics,
  /** Packages from outside the repository that production files import. */
  externalDependencies: Count,
  /** Sorted by name. */
  modules: z.array(ModuleMetrics),
  /** Why a number is null or an estimate, by its name: `value.cyclicMass`. */
  reasons: z.record(z.string(), z.string()),
});
export type Metrics = z.infer<typeof Metrics>;
