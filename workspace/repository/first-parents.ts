/** The main line of a history. */
import { CommitSha } from '#contracts';
import { git } from '../git/git.ts';
import type { WorkingTree } from './working-tree.ts';

/** The last `count` commits up to and including `from`, by first parents only, oldest first; fewer where the history is shorter. */
export async function firstParents({ place }: WorkingTree, from: CommitSha, count: number): Promise<CommitSha[]> {
  const listed = await git(place, ['rev-list', '--first-parent', `--max-count=${count}`, from]);
  return listed
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => CommitSha.parse(line))
    .reverse();
}

/** One name for all clones of a repository: the oldest commit of the main line. A shallow clone has another. */
export async function repositoryId({ place }: WorkingTree, from: CommitSha): Promise<CommitSha> {
  const listed = await git(place, ['rev-list', '--first-parent', '--max-parents=0', from]);
  return CommitSha.parse(listed.split('\n')[0] ?? '');
}
