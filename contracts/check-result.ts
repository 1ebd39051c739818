/** What a check returns: passed, failed or unscored, always with evidence and, if unscored, whose fault. */
import { z } from 'zod';

/** `gate` costs the useful answer, `warn` is shown to a reader, `record` only enters the statistics. */
export const Severity = z.enum(['gate', 'warn', 'record']);
export type Severity = z.infer<typeof Severity>;

/** One broken rule. */
export const Finding = z.strictObject({
  /** Identity: equal for the same fact on another day or another machine. */
  id: z.string().min(1),
  rule: z.string().min(1),
  severity: Severity,
  message: z.string().min(1),
  place: z.strictObject({ path: z.string(), line: z.int().positive().optional() }),
  /** What proves it, in reading order: the files of a cycle, the import that makes an edge. */
  witness: z.array(z.string()),
});
export type Finding = z.infer<typeof Finding>;

export const Evidence = z.strictObject({
  /** One sentence for a reader. */
  summary: z.string().min(1),
  /** The numbers behind the sentence. */
  facts: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).default({}),
});
export type Evidence = z.infer<typeof Evidence>;

/**
 * The checks, in the order they are made. `build`: the task's build steps; not made where it has none.
 * `types`: type errors that no human tree has, by the project's own compiler and settings; not made where the project has none.
 * `tests`: FAIL_TO_PASS and PASS_TO_PASS of the milestone. `earlier-milestones`: tests that passed earlier in this trial.
 * `architecture`: the import graph against the base. `integrity`: whether tests and settings were bent. `security`: what the
 * submission added that endangers whoever installs, builds or runs it.
 */
export const CheckName = z.enum(['build', 'types', 'tests', 'earlier-milestones', 'architecture', 'integrity', 'security']);
export type CheckName = z.infer<typeof CheckName>;

/**
 * An outcome is a value, never an exception. No evidence is never a pass: a check that could not be made is `unscored`.
 * `fault: 'agent'` counts as failed; `environment` and `harness` leave numerator and denominator.
 */
export const CheckResult = z.discriminatedUnion('status', [
  z.strictObject({ check: CheckName, status: z.literal('passed'), evidence: Evidence, findings: z.array(Finding) }),
  z.strictObject({ check: CheckName, status: z.literal('failed'), evidence: Evidence, findings: z.array(Finding) }),
  z.strictObject({
    check: CheckName,
    status: z.literal('unscored'),
    reason: z.string().min(1),
    fault: z.enum(['environment', 'agent', 'harness']),
  }),
]);
export type CheckResult = z.infer<typeof CheckResult>;
