/** The verdict of integrity on a submission, remembered by content. */
import { createHash } from 'node:crypto';
import { CheckResult, type CommitSha } from '#contracts';
import type { FrozenTree } from '#workspace';
import { GRADER_VERSION } from '../grader-version.ts';
import type { HarnessDeps } from '../harness-deps.ts';
import type { SubmittedTrees } from '../submitted-trees.ts';
import type { ChangedFile } from './change.ts';
import { checkIntegrity } from './check-integrity.ts';

/** Above it a file is no source that a person wrote. */
const MAX_BYTES = 16 * 1024 * 1024;
const CODE = /\.[cm]?[jt]sx?$/;

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

/** Files that are no text, such as images, are left out; code is text whatever it holds. */
async function changedTexts(base: FrozenTree, head: FrozenTree): Promise<{ files: ChangedFile[]; tooLarge: string[] }> {
  const paths = [...new Set([...base.files.keys(), ...head.files.keys()])].filter((path) => differs(base, head, path)).sort();
  const isLarge = (path: string) => [base, head].some(({ files }) => (files.get(path)?.bytes ?? 0) > MAX_BYTES);
  const read = paths.filter((path) => !isLarge(path));
  const [before, after] = [await base.read(read), await head.read(read)];
  const files = read.flatMap((path): ChangedFile[] => {
    const [old, now] = [before.get(path), after.get(path)];
    if (!CODE.test(path) && [old, now].some((bytes) => bytes?.includes(0))) return [];
    return [{ path, before: textOf(old), after: textOf(now), link: head.files.get(path)?.mode === '120000' }];
  });
  return { files, tooLarge: paths.filter((path) => isLarge(path) && CODE.test(path)) };
}

/** A file that became a link to its own text has changed too. */
function differs(base: FrozenTree, head: FrozenTree, path: string): boolean {
  const [before, after] = [base.files.get(path), head.files.get(path)];
  return before?.oid !== after?.oid || (before?.mode === '120000') !== (after?.mode === '120000');
}

function textOf(bytes: Uint8Array | undefined): string | null {
  return bytes === undefined ? null : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
