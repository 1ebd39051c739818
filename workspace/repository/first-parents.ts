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

/** First-parent commits after `base` up to and including `head`. */
export async function countCommits({ place }: WorkingTree, base: CommitSha, head: CommitSha): Promise<number> {
  return Number(await git(place, ['rev-list', '--first-parent', '--count', `${base}..${head}`]));
}
