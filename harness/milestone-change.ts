/** What a human commit of a milestone changes, and where it stands after the milestone before. */
import { type CommitSha, LonghaulError } from '#contracts';
import { changedPaths, comesAfter, type Host, isTestFile, readCommit } from '#workspace';

export interface MilestoneChange {
  /** As in Milestone. */
  startCommit: CommitSha | null;
  referenceCommit: CommitSha;
  /** Test files that the commit itself adds, changes or deletes; never none. Those of commits before it belong to nobody. */
  tests: string[];
  message: string;
}

/**
 * @param mirror holds both commits.
 * @param previous the reference of the milestone before, or the base commit.
 * @throws E_COMMITS_OUT_OF_ORDER, E_NO_HIDDEN_TESTS
 */
export async function readMilestoneChange(
  host: Host,
  mirror: string,
  { previous, referenceCommit }: { previous: CommitSha; referenceCommit: CommitSha },
): Promise<MilestoneChange> {
  const { parents, message } = await readCommit(host, mirror, referenceCommit);
  const [start] = parents;
  if (start === undefined || !(await comesAfter(host, mirror, start, previous))) {
    throw new LonghaulError('E_COMMITS_OUT_OF_ORDER', `Reference ${referenceCommit} does not come after ${previous} by first parents.`);
  }
  const tests = (await changedPaths(host, mirror, start, referenceCommit)).filter(isTestFile);
  if (tests.length === 0)
    throw new LonghaulError('E_NO_HIDDEN_TESTS', `Reference ${referenceCommit} changes no test file, so nothing could judge it.`);
  return { startCommit: start === previous ? null : start, referenceCommit, tests, message };
}
