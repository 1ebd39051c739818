/** The judged outcome of a milestone and of a trial. */
import { z } from 'zod';
import { CheckResult } from './check-result.ts';
import { EnvironmentRecord } from './environment.ts';
import { ContentHash, Slug } from './ids.ts';
import { Submission } from './submission.ts';
import { TestRun } from './test-run.ts';

/** How one set of expected tests came out. `missing` tests did not appear in the report and count as not passed. */
export const TestSetResult = z.strictObject({
  total: z.int().nonnegative(),
  passed: z.int().nonnegative(),
  /** Ids that failed. */
  failed: z.array(z.string()),
  /** Ids that were skipped. For FAIL_TO_PASS this is not a pass; for PASS_TO_PASS it is kept. */
  skipped: z.array(z.string()),
  missing: z.array(z.string()),
});
export type TestSetResult = z.infer<typeof TestSetResult>;

/**
 * A test whose file is unchanged since it last passed in this trial, that fails now and passes in the human tree of the same milestone.
 */
export const Regression = z.strictObject({
  test: z.string(),
  /** The milestone at which it last passed in this trial; null: at the base commit. */
  lastPassedAt: Slug.nullable(),
  message: z.string().optional(),
});
export type Regression = z.infer<typeof Regression>;

/** `unscored`: no judgement could be made for a reason that is not the agent's. */
export const Verdict = z.enum(['yes', 'no', 'unscored']);
export type Verdict = z.infer<typeof Verdict>;

/** Every test outcome of one graded milestone, kept so that a trial can go on and a report can look back. */
export const GradedTests = z.strictObject({
  schemaVersion: z.literal(1),
  run: TestRun,
  /** Test file to a hash over its content, its snapshots and the helpers of the suite. Equal hashes: the same tests. */
  content: z.record(z.string(), z.string()),
});
export type GradedTests = z.infer<typeof GradedTests>;

export const MilestoneGrade = z.strictObject({
  schemaVersion: z.literal(1),
  id: Slug,
  /** Every FAIL_TO_PASS test passes and every PASS_TO_PASS test still does. Source: SWE-bench, swebench/harness/grading.py. */
  resolved: Verdict,
  /** Resolved, no regression, no architecture gate. */
  useful: Verdict,
  failToPass: TestSetResult,
  passToPass: TestSetResult,
  regressions: z.array(Regression),
  checks: z.array(CheckResult),
  submission: Submission,
  /** Artifact: the GradedTests behind the verdict. */
  tests: ContentHash,
  /** What the graded tests ran with; null in grades of before it was recorded. */
  environment: EnvironmentRecord.nullable().default(null),
  /** Wall time of grading, milliseconds. */
  gradeWallMs: z.int().nonnegative(),
});
export type MilestoneGrade = z.infer<typeof MilestoneGrade>;

/** What stood between the code under test and this machine while it ran. */
export const Isolation = z.strictObject({
  sandbox: z.enum(['bubblewrap', 'podman', 'docker', 'sandbox-runtime', 'none']),
  version: z.string().nullable(),
  /** Limits that nothing on that machine enforces or meters. Time and output are limited everywhere. */
  notEnforced: z.array(z.enum(['memory', 'processes', 'cpu-time'])).default([]),
});
export type Isolation = z.infer<typeof Isolation>;
