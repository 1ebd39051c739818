/** The four trees of a comparison: base and head source, base and head tests, under one configuration that is not the head's. */
import type { CommitSha } from '#contracts';
import { differingPaths, isTestFile, openTrees } from '#workspace';
import type { Tree } from '../examine-tree.ts';
import type { HarnessDeps } from '../harness-deps.ts';
import { fileKind } from '../integrity/file-kind.ts';
import { askTestChanges } from '../integrity/ask-test-changes.ts';
import { changedTexts } from '../integrity/changed-texts.ts';
import type { TestChanges } from '../integrity/compare-tests.ts';

export interface Sides extends Pick<Tree, 'repository' | 'environmentFrom' | 'setup' | 'sandbox' | 'limits'> {
  base: CommitSha;
  /** A commit, with what a submission makes of it. */
  head: { commit: CommitSha; patch?: Uint8Array };
}

export interface CellTrees {
  A: Tree;
  B: Tree;
  C: Tree;
  D: Tree;
  /** Every file of a side's tree. */
  files: { base: ReadonlySet<string>; head: ReadonlySet<string> };
  /** Test suites that only the head has. */
  addedSuites: string[];
  /** As in TestReading. */
  changedFiles: string[];
  changes: TestChanges;
}

/**
 * Installs nothing and runs nothing. Each tree is the base commit with a patch, whatever the head is made of, so that no test, helper or
 * snapshot of one side is left in a cell of the other. Files that configure a runner, and a runner's own part of a package.json,
 * are in all four as the commit of the environment has them.
 */
export async function layCells(deps: HarnessDeps, { base, head, environmentFrom, ...place }: Sides): Promise<CellTrees> {
  const { repository } = place;
  await using trees = await openTrees(deps.host, { repository, ...head, referenceCommits: [base, environmentFrom], signal: deps.signal });
  const headTree = await trees.layRunnerSettings(trees.tree, environmentFrom);
  const baseTree = await trees.layRunnerSettings(base, environmentFrom);
  const [before, after] = [await trees.read(baseTree), await trees.read(headTree)];
  const differing = differingPaths(before, after);
  const tests = differing.filter(isTestFile);
  const crossedB = await trees.overlay(
    baseTree,
    headTree,
    differing.filter((path) => !isTestFile(path)),
  );
  const crossedD = await trees.overlay(baseTree, headTree, tests);
  const { files } = await changedTexts(before, after, isTestFile);
  const compared = await askTestChanges(files, deps.signal);
  const treeOf = async (cell: CommitSha) => ({ ...place, environmentFrom, commit: base, patch: await trees.diff(base, cell) });
  return {
    ...{ A: await treeOf(baseTree), B: await treeOf(crossedB), C: await treeOf(headTree), D: await treeOf(crossedD) },
    files: { base: new Set(before.files.keys()), head: new Set(after.files.keys()) },
    addedSuites: tests.filter((path) => !before.files.has(path) && fileKind(path) === 'test'),
    changedFiles: tests,
    // Without a reading a test that got another title counts as gone and as new, and nothing is lost but the pair.
    changes: compared.status === 'answered' ? compared.answer : { moved: [], edited: [], gone: [] },
  };
}
