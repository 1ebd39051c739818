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
export async function layCells(deps: HarnessDeps, { base, head, environmentFrom, ...place }: Sides): Promise<CellTrees> {
  await using workspace = await openWorkspace(deps.host, {
    ...{ ...place, ...head, referenceCommits: [base], environmentFrom },
    setup: { ...place.setup, install: false },
    signal: deps.signal,
  });
  const headTree = await configured(workspace, workspace.start.tree, environmentFrom);
  const baseTree = await configured(workspace, base, environmentFrom);
  const [before, after] = [await workspace.readTree(baseTree), await workspace.readTree(headTree)];
  const differing = differingPaths(before, after);
  const tests = differing.filter(isTestFile);
  const crossedB = await workspace.overlay(
    baseTree,
    headTree,
    differing.filter((path) => !isTestFile(path)),
  );
  const crossedD = await workspace.overlay(baseTree, headTree, tests);
  const { files } = await changedTexts(before, after, isTestFile);
  const compared = await askTestChanges(files, deps.signal);
  const treeOf = async (cell: CommitSha) => ({ ...place, environmentFrom, commit: base, patch: await workspace.diff(base, cell) });
  return {
    ...{ A: await treeOf(baseTree), B: await treeOf(crossedB), C: await treeOf(headTree), D: await treeOf(crossedD) },
    files: { base: new Set(before.files.keys()), head: new Set(after.files.keys()) },
    addedSuites: tests.filter((path) => !before.files.has(path) && fileKind(path) === 'test'),
    changedFiles: tests,
    // Without a reading a test that got another title counts as gone and as new, and nothing is lost but the pair.
    changes: compared.status === 'answered' ? compared.answer : { moved: [], edited: [], gone: [] },
    isolation: workspace.isolation,
    node: workspace.environment.node,
  };
}

function differingPaths(one: FrozenTree, other: FrozenTree): string[] {
  const paths = new Set([...one.files.keys(), ...other.files.keys()]);
  const entry = ({ files }: FrozenTree, path: string) => `${files.get(path)?.mode} ${files.get(path)?.oid}`;
  return [...paths].filter((path) => entry(one, path) !== entry(other, path)).sort();
}

/** @returns the tree with the runner's configuration of the human commit. */
async function configured(workspace: Workspace, tree: CommitSha, human: CommitSha): Promise<CommitSha> {
  if (tree === human) return tree;
  const [own, theirs] = [await workspace.readTree(tree), await workspace.readTree(human)];
  const paths = differingPaths(own, theirs);
  const manifests = paths.filter((path) => basename(path) === 'package.json' && own.files.has(path));
  const isLink = (path: string) => !own.files.get(path)?.mode.startsWith('100');
  const adopted = paths.filter((path) => isRunnerConfig(path) || (manifests.includes(path) && isLink(path)));
  const settled = adopted.length > 0 ? await workspace.overlay(tree, human, adopted) : tree;
  const plain = manifests.filter((path) => !isLink(path));
  const written = await writeManifests(workspace, tree, { paths: plain, own: await own.read(plain), theirs: await theirs.read(plain) });
  return written === null ? settled : await workspace.overlay(settled, written.tree, written.paths);
}

/** By way of the folder, which is nobody's but ours: nothing else puts a text into the repository. */
async function writeManifests(
  workspace: Workspace,
  tree: CommitSha,
  { paths, own, theirs }: { paths: readonly string[]; own: ReadonlyMap<string, Uint8Array>; theirs: ReadonlyMap<string, Uint8Array> },
) {
  const settled = paths.flatMap((path) => {
    const manifest = withRunnerOf(parse(own.get(path)), parse(theirs.get(path)) ?? {});
    return manifest === null ? [] : [{ path, text: `${JSON.stringify(manifest, null, 2)}\n` }];
  });
  if (settled.length === 0) return null;
  const changed = settled.map(({ path }) => path);
  // So that no link or file of the other side lies in the way.
  await workspace.adopt(tree, changed);
  for (const { path, text } of settled) await workspace.writeFile(path, text);
  return { tree: (await workspace.freeze(workspace.start.commit)).tree, paths: changed };
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
