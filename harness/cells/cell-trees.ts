/** The four trees of a comparison: base and head source, base and head tests, under one configuration that is not the head's. */
import { basename } from 'node:path';
import { z } from 'zod';
import { type CommitSha, type Isolation, TestRunner } from '#contracts';
import { type FrozenTree, isRunnerConfig, isTestFile, openWorkspace, type Workspace } from '#workspace';
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
  isolation: Isolation;
  node: string;
}

/**
 * Installs nothing and runs nothing. Each tree is the base commit with a patch, whatever the head is made of, so that no test, helper or
 * snapshot of one side is left in a cell of the other. Files that configure a runner, and a runner's own part of a package.json,
 * are in all four as the commit of the environment has them.
 */
export async function layCells(deps: HarnessDeps, sides: Sides): Promise<CellTrees> {
  const { base, head, environmentFrom, ...place } = sides;
  await using workspace = await openWorkspace(deps.host, {
    ...place,
    ...head,
    referenceCommits: [base],
    environmentFrom,
    setup: { ...sides.setup, install: false },
    signal: deps.signal,
  });
  const given = await differingPaths(workspace, base, workspace.start.commit);
  const headCommit = await configure(workspace, environmentFrom, base);
  await workspace.adopt(base, given);
  const baseCommit = await configure(workspace, environmentFrom, base);
  const differing = await differingPaths(workspace, baseCommit, headCommit);
  const [tests, sources] = [differing.filter(isTestFile), differing.filter((path) => !isTestFile(path))];
  await workspace.adopt(headCommit, sources);
  const crossedB = (await workspace.freeze(base)).commit;
  await workspace.adopt(baseCommit, sources);
  await workspace.adopt(headCommit, tests);
  const crossedD = (await workspace.freeze(base)).commit;

  const treeOf = async (cell: CommitSha): Promise<Tree> => ({
    ...place,
    environmentFrom,
    commit: base,
    patch: await workspace.diff(base, cell),
  });
  const [before, after] = [await workspace.readTree(baseCommit), await workspace.readTree(headCommit)];
  const texts = await changedTexts(before, after, isTestFile);
  const compared = await askTestChanges(texts.files, deps.signal);
  return {
    A: await treeOf(baseCommit),
    B: await treeOf(crossedB),
    C: await treeOf(headCommit),
    D: await treeOf(crossedD),
    files: { base: new Set(before.files.keys()), head: new Set(after.files.keys()) },
    addedSuites: tests.filter((path) => !before.files.has(path) && fileKind(path) === 'test'),
    changedFiles: tests,
    // Without a reading a test that got another title counts as gone and as new, and nothing is lost but the pair.
    changes: compared.status === 'answered' ? compared.answer : { moved: [], edited: [], gone: [] },
    isolation: workspace.isolation,
    node: workspace.environment.node,
  };
}

async function differingPaths(workspace: Workspace, from: CommitSha, to: CommitSha): Promise<string[]> {
  const [before, after] = [await workspace.readTree(from), await workspace.readTree(to)];
  const paths = [...new Set([...before.files.keys(), ...after.files.keys()])];
  return paths.filter((path) => !isSame(before, after, path)).sort();
}

function isSame(one: FrozenTree, other: FrozenTree, path: string): boolean {
  const [before, after] = [one.files.get(path), other.files.get(path)];
  return before?.oid === after?.oid && before?.mode === after?.mode;
}

/** @returns the tree as it lies there, with the runner's configuration of the human commit. */
async function configure(workspace: Workspace, human: CommitSha, parent: CommitSha): Promise<CommitSha> {
  const [own, theirs] = [await workspace.readTree((await workspace.freeze(parent)).commit), await workspace.readTree(human)];
  const paths = [...new Set([...own.files.keys(), ...theirs.files.keys()])].filter((path) => !isSame(own, theirs, path));
  await workspace.adopt(human, paths.filter(isRunnerConfig));
  const manifests = paths.filter((path) => basename(path) === 'package.json' && own.files.has(path));
  const linked = manifests.filter((path) => !own.files.get(path)?.mode.startsWith('100'));
  await workspace.adopt(human, linked);
  const [ownTexts, theirTexts] = [await own.read(manifests), await theirs.read(manifests)];
  for (const path of manifests.filter((each) => !linked.includes(each))) {
    const settled = withRunnerOf(parse(ownTexts.get(path)), parse(theirTexts.get(path)) ?? {});
    if (settled !== null) await workspace.writeFile(path, `${JSON.stringify(settled, null, 2)}\n`);
  }
  return (await workspace.freeze(parent)).commit;
}

type Manifest = Record<string, unknown>;

/** jest, mocha and ava read their configuration under their own name. @returns null where nothing differs. */
function withRunnerOf(own: Manifest | null, theirs: Manifest): Manifest | null {
  if (own === null) return null;
  const differing = TestRunner.options.filter((name) => JSON.stringify(own[name]) !== JSON.stringify(theirs[name]));
  if (differing.length === 0) return null;
  const rest = Object.entries(own).filter(([name]) => !(differing as string[]).includes(name));
  return Object.fromEntries([...rest, ...differing.flatMap((name) => (name in theirs ? [[name, theirs[name]]] : []))]);
}

function parse(bytes: Uint8Array | undefined): Manifest | null {
  try {
    return z.record(z.string(), z.unknown()).safeParse(JSON.parse(new TextDecoder().decode(bytes))).data ?? null;
  } catch {
    return null;
  }
}
