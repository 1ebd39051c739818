/** What the human trees before and after a milestone do: the yardstick for every agent. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ArchitectureSnapshot, rebuildArchitecture } from '#architecture';
import type { Isolation, Limits, SandboxPolicy, Task, TestRun } from '#contracts';
import { openWorkspace } from '#workspace';
import type { HarnessDeps } from './harness-deps.ts';
import { fileOf, sourceOf, testContent } from './test-content.ts';

/** Changes whenever a baseline would come out differently for reasons that its inputs do not show. */
const BASELINE_VERSION = 5;

export const Baseline = z.strictObject({
  /** Why no agent can be judged by this milestone's own tests, or null. The human trees themselves then give no evidence. */
  unmeasurable: z.string().min(1).nullable(),
  /** Tests in the milestone's own test files that do not pass before the reference and pass after it. */
  failToPass: z.array(z.string()),
  /** Tests in the milestone's own test files that pass before and after. */
  passToPass: z.array(z.string()),
  /** Every test of the suite that passes before, with this milestone's tests laid over the tree. */
  passedBefore: z.array(z.string()),
  /** Empty when the suite of the reference did not run. */
  passedAfter: z.array(z.string()),
  /** As in GradedTests. */
  content: z.record(z.string(), z.string()),
  /** Null where the human tree cannot be read: nothing can then be said about an agent's. */
  before: ArchitectureSnapshot.nullable(),
  after: ArchitectureSnapshot.nullable(),
  wallMs: z.int().nonnegative(),
});
export type Baseline = z.infer<typeof Baseline>;

export interface BaselineOptions {
  task: Task;
  /** Which milestone. */
  index: number;
  limits: Limits;
  sandbox: SandboxPolicy;
  /** What the policy came to on this machine: a suite may do other things in a sandbox than outside. */
  isolation: Isolation;
}

/**
 * Runs the whole suite on two human trees: the one before the milestone with the milestone's tests laid over it, and the reference.
 * One run each; tests that do not always come out alike are not told apart yet.
 *
 * FAIL_TO_PASS and PASS_TO_PASS come from the test files that the reference touches, as in SWE-bench, which runs the
 * test directives of the test patch (swebench/harness/test_spec). All other tests are watched as regressions.
 */
export async function measureBaseline(deps: HarnessDeps, options: BaselineOptions): Promise<Baseline> {
  const startedMs = performance.now();
  return deps.remember(baselineKey(options), Baseline, () => measure(deps, options, startedMs));
}

async function measure(deps: HarnessDeps, { task, index, limits, sandbox }: BaselineOptions, startedMs: number): Promise<Baseline> {
  const milestone = milestoneAt(task, index);
  const previous = index === 0 ? task.baseCommit : milestoneAt(task, index - 1).referenceCommit;
  const common = {
    repository: task.repository,
    environmentFrom: milestone.referenceCommit,
    setup: task.setup,
    sandbox,
    limits,
    signal: deps.signal,
  };
  const runTree = async (options: Parameters<typeof openWorkspace>[1]) => {
    await using workspace = await openWorkspace(deps.host, options);
    return {
      run: await workspace.runTests(),
      architecture: await rebuildArchitecture(workspace.folder, { signal: deps.signal }),
      files: await workspace.testFiles(workspace.start.commit),
    };
  };
  // Side by side: everybody who needs this baseline waits for it and does nothing else.
  const [before, after] = await Promise.all([
    runTree({ ...common, commit: previous, testsFrom: milestone.referenceCommit }),
    runTree({ ...common, commit: milestone.referenceCommit }),
  ]);
  const passedAfter = passed(after.run);
  // A suite that does not start before the change is no fault: every test of the reference is then new.
  const passedBefore = passed(before.run);
  const content = testContent(after.files);
  const own = new Set([...milestone.visibleTests, ...milestone.hiddenTests]);
  const isOwn = (id: string) => own.has(sourceOf(fileOf(id), content) ?? '');
  const passingBefore = new Set(passedBefore);
  const failToPass = passedAfter.filter((id) => isOwn(id) && !passingBefore.has(id));
  return {
    unmeasurable: whyUnmeasurable(after.run, failToPass),
    failToPass,
    passToPass: passedAfter.filter((id) => isOwn(id) && passingBefore.has(id)),
    passedBefore,
    passedAfter,
    content,
    before: before.architecture.status === 'read' ? before.architecture.snapshot : null,
    after: after.architecture.status === 'read' ? after.architecture.snapshot : null,
    wallMs: Math.round(performance.now() - startedMs),
  };
}

function whyUnmeasurable(reference: TestRun, failToPass: readonly string[]): string | null {
  if (reference.status === 'did-not-run') {
    return `the tests of the reference did not run: ${reference.reason}${reference.output ? `\n${reference.output.slice(-1000)}` : ''}`;
  }
  return failToPass.length === 0 ? 'no test of the milestone fails before the reference and passes after it' : null;
}

function milestoneAt(task: Task, index: number) {
  const milestone = task.milestones[index];
  if (!milestone) throw new RangeError(`${task.id} has no milestone ${index}`);
  return milestone;
}

function passed(run: TestRun): string[] {
  return run.status === 'ran' ? run.outcomes.filter(({ status }) => status === 'passed').map(({ id }) => id) : [];
}

/** Everything a baseline depends on: commits name their content, whatever the repository is called. */
function baselineKey({ task, index, limits, isolation }: BaselineOptions): string {
  const { referenceCommit, visibleTests, hiddenTests } = milestoneAt(task, index);
  const previous = index === 0 ? task.baseCommit : milestoneAt(task, index - 1).referenceCommit;
  const inputs = [
    BASELINE_VERSION,
    previous,
    referenceCommit,
    visibleTests,
    hiddenTests,
    task.setup,
    limits.testTimeoutMs,
    limits.maxMemoryMb,
    limits.maxProcesses,
    isolation.sandbox,
    isolation.notEnforced,
    process.version,
    process.platform,
    process.arch,
  ];
  return `baseline:${createHash('sha256').update(JSON.stringify(inputs)).digest('hex')}`;
}
