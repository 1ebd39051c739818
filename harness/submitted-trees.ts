/** The trees around a submission as git has them: where the chain began, what was handed over, what people did. */
import type { CommitSha, Task } from '#contracts';
import { type FrozenTree, type OpenedTrees, openTrees } from '#workspace';
import type { HarnessDeps } from './harness-deps.ts';
import { humanTreesSince } from './human-trees.ts';

export interface SubmittedTreesOptions {
  task: Task;
  index: number;
  /** The human commit that the chain began with. */
  startCommit: CommitSha;
  submission: { tree: CommitSha; patch: Uint8Array };
}

export interface SubmittedTrees extends AsyncDisposable {
  /** @param tree the submission's, or one of the task's commits. */
  read(tree: CommitSha): Promise<FrozenTree>;
}

/** Opened with the first question: what is remembered of equal trees needs none. Nothing is laid out, nothing installed, nothing run. */
export function submittedTrees({ host, signal }: HarnessDeps, options: SubmittedTreesOptions): SubmittedTrees {
  const { task, index, startCommit, submission } = options;
  const { repository, baseCommit: commit } = task;
  const referenceCommits = [startCommit, ...humanTreesSince(startCommit, task, index)];
  const trees = new Map<CommitSha, Promise<FrozenTree>>();
  let opened: Promise<OpenedTrees> | null = null;
  const read = async (tree: CommitSha) => {
    opened ??= openTrees(host, { repository, commit, patch: submission.patch, referenceCommits, signal });
    return (await opened).read(tree);
  };
  return {
    read(tree) {
      const known = trees.get(tree) ?? read(tree);
      trees.set(tree, known);
      return known;
    },
    async [Symbol.asyncDispose]() {
      // Why it could not be opened has been told to whoever asked.
      await (await opened?.catch(() => null))?.[Symbol.asyncDispose]();
    },
  };
}
