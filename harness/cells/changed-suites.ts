/** Which test files a submission made its own version of. */
import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import type { CommitSha } from '#contracts';
import { type FrozenTree, isRunnerConfig, isTestFile } from '#workspace';
import { GRADER_VERSION } from '../grader-version.ts';
import type { HarnessDeps } from '../harness-deps.ts';
import { fileKind } from '../integrity/file-kind.ts';
import type { SubmittedTrees } from '../submitted-trees.ts';

/** `all`: a helper differs, which any test may use. An empty list of `files`: no test that was there has changed. */
export const ChangedSuites = z.discriminatedUnion('scope', [
  z.strictObject({ scope: z.literal('files'), files: z.array(z.string()) }),
  z.strictObject({ scope: z.literal('all') }),
]);
export type ChangedSuites = z.infer<typeof ChangedSuites>;

export interface SuitesQuestion {
  from: CommitSha;
  /** The submission. */
  to: CommitSha;
  /** Human trees since `from`: who has a file as one of them has it did not change it. */
  people: readonly CommitSha[];
}

/** Of the test files, helpers and snapshots that `from` has. What a submission only adds takes nothing from anybody. */
export async function changedSuites(
  deps: HarnessDeps,
  trees: Pick<SubmittedTrees, 'read'>,
  { from, to, people }: SuitesQuestion,
): Promise<ChangedSuites> {
  const key = createHash('sha256')
    .update(JSON.stringify([GRADER_VERSION, from, to, people]))
    .digest('hex');
  return deps.remember(`changed-suites:${key}`, ChangedSuites, async () => {
    const [base, head] = [await trees.read(from), await trees.read(to)];
    let changed = [...base.files.keys()].filter((path) => isTestFile(path) && !isRunnerConfig(path) && !isSame(base, head, path));
    for (const tree of people.toReversed()) {
      if (changed.length === 0) break;
      const human = await trees.read(tree);
      changed = changed.filter((path) => !isSame(human, head, path));
    }
    const suites = changed.map((path) => suiteOf(path, base));
    const known = suites.filter((suite) => suite !== null);
    return known.length < suites.length ? { scope: 'all' } : { scope: 'files', files: [...new Set(known)].sort() };
  });
}

/** @returns null for a helper. */
function suiteOf(path: string, { files }: FrozenTree): string | null {
  if (fileKind(path) === 'test') return path;
  const suite = join(dirname(path), '..', basename(path, '.snap'));
  return fileKind(path) === 'snapshot' && files.has(suite) ? suite : null;
}

function isSame(one: FrozenTree, other: FrozenTree, path: string): boolean {
  const [before, after] = [one.files.get(path), other.files.get(path)];
  return before?.oid === after?.oid && before?.mode === after?.mode;
}
