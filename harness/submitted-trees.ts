/** The trees around a submission as git has them: where the chain began, what was handed over, what people did. */
import type { CommitSha, Limits, SandboxPolicy, Task } from '#contracts';
import { type FrozenTree, openWorkspace, type Workspace } from '#workspace';
import type { HarnessDeps } from './harness-deps.ts';
import { milestoneAt } from './human-trees.ts';

export interface SubmittedTreesOptions {
  task: Task;
  index: number;
  limits: Limits;
  sandbox: SandboxPolicy;
  /** The human commit that the chain began with. */
  startCommit: CommitSha;
  submission: { tree: CommitSha; patch: Uint8Array };
}

export interface SubmittedTrees extends AsyncDisposable {
  /** @param tree the submission's, or one of the task's commits. */
  read(tree: CommitSha): Promise<FrozenTree>;
}

/** Opened with the first question: what is remembered of equal trees needs none. Nothing is installed and nothing runs. */
export function submittedTrees(deps: HarnessDeps, options: SubmittedTreesOptions): SubmittedTrees {
  let opened: Promise<Workspace> | null = null;
  return {
    async read(tree) {
      opened ??= open(deps, options);
      return (await opened).readTree(tree);
    },
    async [Symbol.asyncDispose]() {
      // Why it could not be opened has been told to whoever asked.
      const workspace = await opened?.catch(() => null);
      await workspace?.[Symbol.asyncDispose]();
    },
  };
}

function open(deps: HarnessDeps, { task, index, limits, sandbox, startCommit, submission }: SubmittedTreesOptions): Promise<Workspace> {
  const { referenceCommit } = milestoneAt(task, index);
  return openWorkspace(deps.host, {
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
}
