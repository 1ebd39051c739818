/** What was seen of a tree's architecture while an agent worked in it: never a verdict, only when things came and went. */
import { z } from 'zod';
import { Severity } from './check-result.ts';
import { Slug } from './ids.ts';

const count = z.int().nonnegative();

/**
 * When within a milestone. A number: the agent's iteration, from 0; a look at the tree may already see the first lines of the next one.
 * `start`: before the agent began, so it came with human commits or revealed tests. `end`: after it, in no iteration that is known.
 */
export const SensedMoment = z.union([count, z.enum(['start', 'end'])]);
export type SensedMoment = z.infer<typeof SensedMoment>;

/** A finding by its identity. Its severity is that of the rule: what the human tree excuses is not known before the grade. */
export const SensedFinding = z.strictObject({ id: z.string().min(1), rule: z.string().min(1), severity: Severity });
export type SensedFinding = z.infer<typeof SensedFinding>;

/** Counts at one moment, of production code; `findings` are those that the base commit does not have. */
export const SensedCounts = z.strictObject({
  files: count,
  /** Pairs of files with an import: those that run when the program runs, and all. */
  edges: z.strictObject({ value: count, all: count }),
  /** Strongly connected components of two files or more, of the same two graphs. */
  cycles: z.strictObject({ value: count, all: count }),
  findings: z.strictObject({ gate: count, warn: count, record: count }),
  /** Imports of the repository's own files that lead nowhere. */
  unresolved: count,
});
export type SensedCounts = z.infer<typeof SensedCounts>;

/**
 * One finding that came or went. `lasting`: an export or a file that nobody uses has been there for five looks, and is worth a warning from now on:
 * people write an export before its first use, and use it within a few iterations.
 */
export const SensedChange = SensedFinding.extend({ what: z.enum(['introduced', 'healed', 'lasting']), at: SensedMoment });
export type SensedChange = z.infer<typeof SensedChange>;

/** A milestone as the sensor saw it. */
export const SensedMilestone = z.strictObject({
  /** Looks at the tree that came to an end. At most one an iteration, and two more; one look may cover several iterations. */
  looks: count,
  /** In the order they were seen; at most 1,000, gates first within a look. */
  changes: z.array(SensedChange),
  /** Changes beyond those. */
  leftOut: count,
  /** Full rebuilds that were compared with the warm state, and those that differed from it: the state was then made anew. */
  selfChecks: z.strictObject({ made: count, failed: count }),
  /** Why some of it, or everything, was not seen; null when nothing was missed. */
  blind: z.string().min(1).nullable(),
});
export type SensedMilestone = z.infer<typeof SensedMilestone>;

/** A point in a trial. */
export const SensedPoint = z.strictObject({ milestone: Slug, at: SensedMoment });
export type SensedPoint = z.infer<typeof SensedPoint>;

/** One finding from when it came until it went. A finding that was healed and came back has two lives. */
export const FindingLife = SensedFinding.extend({
  introduced: SensedPoint,
  /** Null: still there when the trial ended, or when its tree was given up for a human one. */
  healed: SensedPoint.nullable(),
  /** Whether a grade has it: findings on the way cost nothing. */
  submitted: z.boolean(),
});
export type FindingLife = z.infer<typeof FindingLife>;
