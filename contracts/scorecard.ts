/** The judged outcome of a milestone and of a trial. */
import { z } from 'zod';
import { CheckResult, Finding } from './check-result.ts';
import { DriftRow } from './check-report.ts';
import { EnvironmentRecord } from './environment.ts';
import { CommitSha, ContentHash, Slug } from './ids.ts';
import { SensedMilestone } from './sensed-architecture.ts';
import { Submission } from './submission.ts';
import { TestRun } from './test-run.ts';

/** How one set of expected tests came out. Every expected test is in exactly one place; `missing` ones did not appear in the report and count as not passed. */
export const TestSetResult = z.strictObject({
  total: z.int().nonnegative(),
  passed: z.int().nonnegative(),
  /** Ids that failed. */
  failed: z.array(z.string()),
  /** Ids that were skipped. For FAIL_TO_PASS this is not a pass; for PASS_TO_PASS it is kept. */
  skipped: z.array(z.string()),
  missing: z.array(z.string()),
  /** PASS_TO_PASS only: did not pass, and came out differently when run again or in the human tree: such a test decides nothing. */
  flaky: z.array(z.string()).default([]),
});
export type TestSetResult = z.infer<typeof TestSetResult>;

/**
 * A test whose content is unchanged since it last passed in this trial, that fails k of k in the agent's tree
 * and passes k of k in the human tree of the same milestone in the same session.
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
  /** Tests that did not pass in `run`, and came out differently when run again or in the human tree: as they were before, for the trial. */
  flaky: z.array(z.string()).default([]),
});
export type GradedTests = z.infer<typeof GradedTests>;

/**
 * How the human commits between two milestones, from `from` (exclusive) to `to`, came into the agent's tree before the request.
 * `applied`: merged in three ways, and graded before the agent began. `broken`: the merge conflicts; the trial goes on from the human tree `to`,
 * and what follows says nothing about the long haul any more.
 */
export const Fold = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('applied'),
    from: CommitSha,
    to: CommitSha,
    /** Artifact: binary patch from the task's base commit to the tree after the fold, before the agent began. */
    patch: ContentHash,
    tree: CommitSha,
    /** Tests that passed earlier in this trial, pass in the human tree, and do not pass after the fold: nobody's regression. */
    broken: z.array(z.string()),
    /** Ids of gates that the tree trips after the fold and did not before it: nobody's either, here and from then on. */
    gates: z.array(z.string()),
    /** Artifact: the GradedTests behind `broken`. */
    tests: ContentHash,
  }),
  z.strictObject({
    status: z.literal('broken'),
    from: CommitSha,
    to: CommitSha,
    /** Paths that two sides changed, sorted. */
    conflicts: z.array(z.string()).min(1),
  }),
]);
export type Fold = z.infer<typeof Fold>;

export const MilestoneGrade = z.strictObject({
  schemaVersion: z.literal(1),
  id: Slug,
  /** Every FAIL_TO_PASS test passes and every PASS_TO_PASS test still does. Source: SWE-bench, swebench/harness/grading.py. */
  resolved: Verdict,
  /** Resolved, and every other check that could be made passed. */
  useful: Verdict,
  failToPass: TestSetResult,
  passToPass: TestSetResult,
  regressions: z.array(Regression),
  /** Tests that do not always come out alike, in a human tree or in the agent's: they decide nothing. Sorted. */
  flaky: z.array(z.string()).default([]),
  checks: z.array(CheckResult),
  /**
   * Drift of the architecture: the agent less people. `base` is the human reference of this milestone, `head` the graded tree, both with the
   * human tests laid over them. Empty where one of them could not be read, and in grades of before it was measured.
   */
  drift: z.array(DriftRow).default([]),
  /** What the agent did on its way that a reader should know of, none of it a gate: advice, and part of no verdict. */
  trajectory: z.array(Finding).default([]),
  /** What was seen of the architecture while the agent worked; part of no verdict. Null in grades of before it was looked at. */
  sensed: SensedMilestone.nullable().default(null),
  /** Null where no human commit lies between this milestone and the one before. */
  fold: Fold.nullable().default(null),
  /** Version of the rules that made this grade; 1 was the first. */
  grader: z.int().positive().default(1),
  submission: Submission,
  /** Artifact: the GradedTests behind the verdict. */
  tests: ContentHash,
  /** Artifact: the HumanTests that the verdict was held to. Null in grades of versions that kept none: no score can be made of them. */
  human: ContentHash.nullable().default(null),
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
