/** The verdict of integrity on a submission, remembered by content. */
import { createHash } from 'node:crypto';
import { CheckResult, type CommitSha } from '#contracts';
import { GRADER_VERSION } from '../grader-version.ts';
import type { HarnessDeps } from '../harness-deps.ts';
import type { SubmittedTrees } from '../submitted-trees.ts';
import { changedTexts } from './changed-texts.ts';
import { checkIntegrity } from './check-integrity.ts';

export interface IntegrityQuestion {
  from: CommitSha;
  /** The submission. */
  to: CommitSha;
  /** What people made of `from` for the same requests. */
  reference: CommitSha;
  removedExports: readonly string[];
}

/** @throws the signal's reason on abort. */
export async function readIntegrity(
  deps: HarnessDeps,
  trees: Pick<SubmittedTrees, 'read'>,
  { from, to, reference, removedExports }: IntegrityQuestion,
): Promise<CheckResult> {
  const key = createHash('sha256')
    .update(JSON.stringify([GRADER_VERSION, from, to, reference, removedExports]))
    .digest('hex');
  const compute = async (): Promise<CheckResult> => {
    const [base, head, human] = [await trees.read(from), await trees.read(to), await trees.read(reference)];
    const change = await changedTexts(base, head);
    const [tooLarge] = change.tooLarge;
    if (tooLarge !== undefined)
      return { check: 'integrity', status: 'unscored', reason: `${tooLarge} is too large to be read`, fault: 'agent' };
    const { files } = await changedTexts(base, human);
    return {
      check: 'integrity',
      ...(await checkIntegrity({ files: change.files, reference: files, intent: { removedExports } }, { signal: deps.signal })),
    };
  };
  // A reader that was brought down may have been so by the moment.
  return deps.remember(`integrity:${key}`, CheckResult, compute, ({ status }) => status !== 'unscored');
}
