/** Counts what a milestone repaired and what it broke: the ground of Fix Rate and of EvoClaw's score. */
import type { TestSetResult } from '#contracts';

export interface Repairs {
  /** FAIL_TO_PASS tests; tests that did not exist before are among them. */
  target: number;
  /** Those of them that pass. */
  fixed: number;
  /** PASS_TO_PASS tests that fail or are missing, and earlier tests broken at this milestone. */
  broken: number;
}

/**
 * Both sources count every test that the human tree passes before and after. Here a test that was broken at an earlier milestone
 * is charged there and not again, and one that never passed in this trial is not charged at all.
 */
export function repairs(failToPass: TestSetResult, passToPass: TestSetResult, regressions: number): Repairs {
  return {
    target: failToPass.total,
    fixed: failToPass.passed,
    broken: passToPass.failed.length + passToPass.missing.length + regressions,
  };
}
