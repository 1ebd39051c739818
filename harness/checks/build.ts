/** Whether the task's build steps succeed. */
import type { CheckResult } from '#contracts';
import type { Judged } from '../judged.ts';

/** Not made where there is nothing to build. A step that runs too long gives no evidence, by the agent's doing. */
export function checkBuild({ baseline, examination: { build } }: Judged): CheckResult | null {
  if (build === null) return null;
  const check = 'build';
  if (baseline.build?.status !== 'built') {
    const reason = baseline.build ? `the human tree was not built either: ${baseline.build.step}` : 'nobody has built the human tree';
    return { check, status: 'unscored', reason, fault: 'environment' };
  }
  const facts = { buildWallMs: build.wallMs };
  if (build.status === 'built') return { check, status: 'passed', evidence: { summary: 'every step succeeds', facts }, findings: [] };
  if (build.status === 'timed-out') {
    return { check, status: 'unscored', reason: `the build did not end within the time limit: ${build.step}`, fault: 'agent' };
  }
  const summary = `a step failed: ${build.step}${build.output.trim() === '' ? '' : `\n${build.output.slice(-1_000).trim()}`}`;
  return { check, status: 'failed', evidence: { summary, facts }, findings: [] };
}
