/** What a run of a project's test suite said. */
import { z } from 'zod';

/** Runners whose machine report we read. */
export const TestRunner = z.enum(['vitest', 'jest', 'node:test']);
export type TestRunner = z.infer<typeof TestRunner>;

/** `todo` tests have no body and are counted with the skipped ones. */
export const TestStatus = z.enum(['passed', 'failed', 'skipped']);
export type TestStatus = z.infer<typeof TestStatus>;

export const TestOutcome = z.strictObject({
  /** `<file> > <suite> > ... > <title>`; the same test has the same id on every machine. */
  id: z.string().min(1),
  /** The test file, relative to the repository. */
  file: z.string(),
  status: TestStatus,
  durationMs: z.number().nonnegative(),
  /** The failure's text, cut to 4,000 characters. */
  message: z.string().optional(),
});
export type TestOutcome = z.infer<typeof TestOutcome>;

/**
 * `ran`: the runner wrote a report with at least one test. Two tests of one id are merged, the worse outcome wins;
 * a file that does not load is one failed test named `<file> > (file does not load)`.
 * `did-not-run`: there is no evidence about any test. `fault` says whose doing that is:
 * `agent` where the tree itself stops the suite, `environment` or `harness` otherwise.
 */
export const TestRun = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('ran'),
    runner: TestRunner,
    outcomes: z.array(TestOutcome).min(1),
    /** The runner's own exit code; shown, never used as a verdict. */
    exitCode: z.int().nullable(),
    wallMs: z.int().nonnegative(),
  }),
  z.strictObject({
    status: z.literal('did-not-run'),
    reason: z.string().min(1),
    fault: z.enum(['environment', 'agent', 'harness']),
    /** The end of what the runner printed, cut to 4,000 characters. */
    output: z.string(),
    wallMs: z.int().nonnegative(),
  }),
]);
export type TestRun = z.infer<typeof TestRun>;
