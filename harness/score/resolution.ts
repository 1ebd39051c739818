/** Whether a milestone is resolved, by its own tests. */
import type { TestSetResult } from '#contracts';

/**
 * `full`: every FAIL_TO_PASS test passes and every PASS_TO_PASS test is kept. `partial`: some FAIL_TO_PASS tests pass and every
 * PASS_TO_PASS test is kept. `none`: otherwise. A skipped FAIL_TO_PASS test is not passed, a skipped PASS_TO_PASS test is kept,
 * a missing test is neither. Null without a FAIL_TO_PASS test: SWE-bench calls that full, but nothing was shown.
 * Source: SWE-bench, swebench/harness/grading.py, get_resolution_status().
 */
export function resolution(failToPass: TestSetResult, passToPass: TestSetResult): 'full' | 'partial' | 'none' | null {
  if (failToPass.total === 0) return null;
  if (failToPass.passed === 0 || passToPass.failed.length > 0 || passToPass.missing.length > 0) return 'none';
  return failToPass.passed === failToPass.total ? 'full' : 'partial';
}
