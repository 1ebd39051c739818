/** The trees of a submission as git has them: where the chain began, what was handed over, what people did. */
import type { CommitSha, Limits, SandboxPolicy, Task } from '#contracts';
import { type FrozenTree, openWorkspace } from '#workspace';
import type { HarnessDeps } from './harness-deps.ts';
import { milestoneAt } from './human-trees.ts';

export interface SubmittedTrees {
  task: Task;
  index: number;
  limits: Limits;
  sandbox: SandboxPolicy;
  /** The human commit that the chain began with. */
  startCommit: CommitSha;
  submission: { tree: CommitSha; patch: Uint8Array };
}

/** Nothing is installed and nothing runs. @param to the submission's tree, or a commit of the task. */
export async function openTrees(
  deps: HarnessDeps,
  { task, index, limits, sandbox, startCommit, submission }: SubmittedTrees,
  to: CommitSha,
): Promise<{ base: FrozenTree; head: FrozenTree } & AsyncDisposable> {
  const { referenceCommit } = milestoneAt(task, index);
  const workspace = await openWorkspace(deps.host, {
    repository: task.repository,
    commit: task.baseCommit,
    patch: submission.patch,
    referenceCommits: [startCommit, referenceCommit],
    environmentFrom: referenceCommit,
    setup: { ...task.setup, install: false },
    sandbox,
    limits,
    signal: deps.signal,
  });
  return {
    base: await workspace.readTree(startCommit),
    head: await workspace.readTree(to),
    [Symbol.asyncDispose]: () => workspace[Symbol.asyncDispose](),
  };
}
