/** What every run of a suite at a milestone depends on beside the tree. */
import type { Isolation, Limits, SandboxPolicy, Task } from '#contracts';
import { openWorkspace } from '#workspace';
import { GRADER_VERSION } from './grader-version.ts';
import type { HarnessDeps } from './harness-deps.ts';
import { milestoneAt } from './human-trees.ts';

export interface Surroundings {
  /** What the policy comes to on this machine: a suite may do other things in a sandbox than outside. */
  isolation: Isolation;
  /** Version of the Node that runs the project's code at this milestone, which need not be ours. */
  node: string;
}

/** Found out without installing anything. @throws what opens no workspace */
export async function readSurroundings(
  deps: HarnessDeps,
  { task, index, limits, sandbox }: { task: Task; index: number; limits: Limits; sandbox: SandboxPolicy },
): Promise<Surroundings> {
  const { referenceCommit } = milestoneAt(task, index);
  await using probe = await openWorkspace(deps.host, {
    repository: task.repository,
    commit: referenceCommit,
    environmentFrom: referenceCommit,
    setup: { ...task.setup, install: false },
    sandbox,
    limits,
    signal: deps.signal,
  });
  return { isolation: probe.isolation, node: probe.environment.node };
}

/** For the keys of what is remembered: equal lists, equal conditions. */
export function conditions({
  task,
  limits,
  isolation,
  node,
}: Surroundings & { task: Pick<Task, 'setup'>; limits: Limits }): readonly unknown[] {
  const { testTimeoutMs, maxMemoryMb, maxProcesses } = limits;
  return [
    ...[GRADER_VERSION, task.setup, testTimeoutMs, maxMemoryMb, maxProcesses],
    ...[isolation.sandbox, isolation.notEnforced, node, process.platform, process.arch],
  ];
}
