/** What a run of a project's test suite said. */
import { z } from 'zod';

/** Runners that report to us. */
export const TestRunner = z.enum(['vitest', 'jest', 'mocha', 'node:test', 'ava', 'tape']);
export type TestRunner = z.infer<typeof TestRunner>;

/** `todo` tests have no body and are counted with the skipped ones. */
export const TestStatus = z.enum(['passed', 'failed', 'skipped']);
export type TestStatus = z.infer<typeof TestStatus>;

export const TestOutcome = z.strictObject({
  /**
   * `<file> > <suite> > ... > <title>`; the same test has the same id on every machine. What differs from run to run is replaced
   * (`<tmp>`, `<port>`, `<pid>`, `<uuid>`, `<hex>`, `<time>`), control characters are escaped, a title is cut to 300 characters and a hash.
   * Different tests of a file that come to one id are numbered in their order: ` (2)`. In tape, a test is what has a name of its own, not an assertion.
   */
  id: z.string().min(1),
  /** The test file, relative to the repository. */
  file: z.string(),
  status: TestStatus,
  durationMs: z.number().nonnegative(),
  /** The failure's text, cut to 4,000 characters. */
  message: z.string().optional(),
  /** How often a passed test failed before it passed, where the project lets its runner try again. */
  retries: z.int().positive().optional(),
});
export type TestOutcome = z.infer<typeof TestOutcome>;

/**
 * Which tests were run: all of the suite, those of the files asked for, or those that import the files named.
 * A runner that cannot tell which tests are related runs all, and says so.
 */
export const TestScope = z.enum(['all', 'files', 'related']);
export type TestScope = z.infer<typeof TestScope>;

/**
 * `apart`: tests ran in other processes than the one that wrote the report, and could forge no more than what their own says of them.
 * `shared`: they ran in the very process, and could forge all of it.
 */
export const TestProcesses = z.enum(['apart', 'shared']);
export type TestProcesses = z.infer<typeof TestProcesses>;

/**
 * `ran`: the runner reported at least one test. Several tests of one title are merged, the worst outcome wins, also where
 * several projects of a runner run the same file; a file that does not load is one failed test named `<file> > (file does not load)`, one in
 * which something fails around its tests `<file> > (outside of any test)`. A test that is not among the outcomes did not run, and did not pass.
 * `did-not-run`: there is no evidence about any test. `fault` says whose doing that is:
 * `agent` where the tree itself stops the suite, `environment` or `harness` otherwise.
 */
export const TestRun = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('ran'),
    runner: TestRunner,
    scope: TestScope.default('all'),
    /** As seen by the reporter, not as asked for. Runs of before this was told count as shared. */
    processes: TestProcesses.default('shared'),
    outcomes: z.array(TestOutcome).min(1),
    /**
     * Of the tests that were added because they must fail, by file: a test that is passed, skipped or missing means that its file cannot be
     * believed. Not among the outcomes. Empty where none was added.
     */
    canaries: z.record(z.string(), TestStatus).default({}),
    /** Why tests may be missing, in words for people: a report that was cut off or tampered with, errors outside of any test. */
    gaps: z.array(z.string()).default([]),
    /** The runner's own exit code, null when it was killed. Not 0 where the reporter told a failure; that it is 0 proves nothing. */
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
