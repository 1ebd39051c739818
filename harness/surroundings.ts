/** What every run of a suite at a milestone depends on beside the tree. */
import type { Isolation, Limits, Task } from '#contracts';
import { openWorkspace, type WorkspaceOptions } from '#workspace';
import { GRADER_VERSION } from './grader-version.ts';
import type { HarnessDeps } from './harness-deps.ts';

export interface Surroundings {
  /** What the policy comes to on this machine: a suite may do other things in a sandbox than outside. */
  isolation: Isolation;
  /** Version of the Node that runs the project's code at this milestone, which need not be ours. */
  node: string;
}

/**
 * Found out without installing anything.
 * @param place.environmentFrom a human commit.
 * @throws what opens no workspace
 */
export async function readSurroundings(
  deps: HarnessDeps,
  place: Pick<WorkspaceOptions, 'repository' | 'environmentFrom' | 'setup' | 'sandbox'> & { limits: Limits },
): Promise<Surroundings> {
  const setup = { ...place.setup, install: false };
  await using probe = await openWorkspace(deps.host, { ...place, commit: place.environmentFrom, setup, signal: deps.signal });
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
