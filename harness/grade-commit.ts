/** Fresh workspace at the frozen tree, hidden tests added, every check made. */
import { type ArchitectureSnapshot, rebuildArchitecture } from '#architecture';
import type { CheckResult, CommitSha, GradedTests, Limits, MilestoneGrade, SandboxPolicy, Task, Verdict } from '#contracts';
import { openWorkspace } from '#workspace';
import type { Baseline } from './baseline.ts';
import { checkArchitecture } from './checks/architecture.ts';
import { checkEarlierMilestones } from './checks/earlier-milestones.ts';
import { checkTests } from './checks/tests.ts';
import type { HarnessDeps } from './harness-deps.ts';
import { testContent } from './test-content.ts';
import type { TrialHistory } from './trial-history.ts';

export interface GradeOptions {
  task: Task;
  index: number;
  /** Binary patch from the base commit to the frozen tree: all that is known of the submission. */
  patch: Uint8Array;
  baseline: Baseline;
  /** Of the task's base commit; null when it could not be measured. */
  base: ArchitectureSnapshot | null;
  history: TrialHistory;
  limits: Limits;
  sandbox: SandboxPolicy;
}

export type Judgement = Pick<
  MilestoneGrade,
  'resolved' | 'useful' | 'failToPass' | 'passToPass' | 'regressions' | 'checks' | 'environment' | 'gradeWallMs'
>;

/** Nothing of the agent's workspace is used: the patch is applied to a fresh tree, the human tests are laid over it, dependencies are pristine. */
export async function gradeCommit(deps: HarnessDeps, options: GradeOptions): Promise<{ judgement: Judgement; graded: GradedTests }> {
  const startedMs = performance.now();
  const { baseline, history } = options;
  const { run, content, head, environment } = await examine(deps, options);

  const tests = checkTests(baseline, run);
  const earlier = checkEarlierMilestones(baseline, run, content, history);
  const architecture = checkArchitecture(options.base, head, baseline);
  const checks = [tests.check, earlier.check, architecture];
  return {
    graded: { schemaVersion: 1, run, content },
    judgement: {
      resolved: tests.resolved,
      useful: usefulness(tests.resolved, [earlier.check, architecture]),
      failToPass: tests.failToPass,
      passToPass: tests.passToPass,
      regressions: earlier.regressions,
      checks,
      environment,
      gradeWallMs: Math.round(performance.now() - startedMs),
    },
  };
}

async function examine(deps: HarnessDeps, { task, index, patch, limits, sandbox }: GradeOptions) {
  const reference = task.milestones[index]?.referenceCommit as CommitSha;
  await using workspace = await openWorkspace(deps.host, {
    repository: task.repository,
    commit: task.baseCommit,
    patch,
    testsFrom: reference,
    environmentFrom: reference,
    setup: task.setup,
    sandbox,
    limits,
    signal: deps.signal,
  });
  return {
    run: await workspace.runTests(),
    // As the human commit has them, which is how they lie in the tree: a helper that an agent added must not make every test another one.
    content: testContent(await workspace.testFiles(reference)),
    head: await rebuildArchitecture(workspace.folder, { signal: deps.signal }),
    environment: workspace.environment,
  };
}

/** A useful answer is resolved and every other check passed. One that could not be made, and not by the agent's fault, leaves it unscored. */
function usefulness(resolved: Verdict, others: readonly CheckResult[]): Verdict {
  if (resolved !== 'yes') return resolved;
  if (others.some((check) => check.status === 'failed' || (check.status === 'unscored' && check.fault === 'agent'))) return 'no';
  return others.some(({ status }) => status === 'unscored') ? 'unscored' : 'yes';
}
