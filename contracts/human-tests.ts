/** What the human test suites of a milestone say, as evidence for a report. */
import { z } from 'zod';

/** What the runs of one suite came to. Every test that any of them reported is in exactly one list: `passed` in all of them, or `flaky`. */
export const SuiteOutcomes = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('ran'),
    runs: z.int().positive(),
    /** How many of the runs the tree itself brought to nothing. */
    stopped: z.int().nonnegative(),
    passed: z.array(z.string()),
    failed: z.array(z.string()),
    skipped: z.array(z.string()),
    flaky: z.array(z.string()),
  }),
  z.strictObject({ status: z.literal('did-not-run'), fault: z.enum(['environment', 'agent', 'harness']) }),
]);
export type SuiteOutcomes = z.infer<typeof SuiteOutcomes>;

/** The two human suites behind a grade. One document, however many trials are held to them. */
export const HumanTests = z.strictObject({
  schemaVersion: z.literal(1),
  /** Of the tree before the milestone, with the milestone's tests laid over it. */
  before: SuiteOutcomes,
  /** Of the reference. */
  after: SuiteOutcomes,
  /** As in GradedTests, of the tree before the milestone as people left it. */
  contentBefore: z.record(z.string(), z.string()),
  /** As in GradedTests, of the reference. */
  content: z.record(z.string(), z.string()),
  failToPass: z.array(z.string()),
  passToPass: z.array(z.string()),
});
export type HumanTests = z.infer<typeof HumanTests>;
