/** Runs the tests of two sides against the source of both, and says what became of each test. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type CommitSha, TestRun } from '#contracts';
import { rerunTests, type Tree } from '../examine-tree.ts';
import type { HarnessDeps } from '../harness-deps.ts';
import { TestChanges } from '../integrity/compare-tests.ts';
import { steadyOutcomes } from '../score/steady-outcomes.ts';
import { testsThat, toSuiteOutcomes } from '../score/suite-outcomes.ts';
import { conditions, readSurroundings, type Surroundings } from '../surroundings.ts';
import { fileOf } from '../test-content.ts';
import { type CellTrees, layCells, type Sides } from './cell-trees.ts';
import { type CellComparison, type CellVerdict, classifyCells } from './classify-cells.ts';

export interface CrossOptions extends Omit<Sides, 'environmentFrom'> {
  /** Whose dependencies, runner and runner configuration all four cells have: never the head's. The base commit without it. */
  environmentFrom?: CommitSha;
  /** Only these test files of the base, and those that the head adds. Without it, or with more than 200, the whole suite. */
  files?: readonly string[];
  /** The k of "k of k", from 1; 3 without it. With 1 no test can be seen to be flaky. */
  runs?: number;
  /** As of the environment, where they are known: what is remembered is then found without opening a tree. */
  surroundings?: Surroundings;
}

export interface CrossedTests {
  comparison: CellComparison;
  /** What the change did to the tests as they are written. */
  changes: TestChanges;
}

/** Arguments of a command have a limit. */
const MAX_FILES = 200;
const RUNS = 3;

const HeadCells = z.strictObject({
  B: z.array(TestRun),
  C: z.array(TestRun),
  D: z.array(TestRun),
  /** Test files of the base that the head lacks. */
  without: z.array(z.string()),
  changedFiles: z.array(z.string()),
  changes: TestChanges,
});
type HeadCells = z.infer<typeof HeadCells>;

/**
 * The four-cell matrix of a change: see `Cells` for what is run, `CellVerdict` for what can be said of a test.
 * For a pull request: `base` the commit it is to be merged into, `head` its last commit, and nothing else.
 *
 * Foreign code runs only in the sandbox, without network, as in every test run; the trees are read outside of it, in a process of their own.
 * Costs at most 4 k runs of the files, each cell in a fresh workspace, one after the other. A cell ends when no further run can
 * change a verdict: of a change that loses nothing and adds no test, A is run k times, B and C once, D never. A is
 * remembered for all heads with the same base, files and conditions, the rest by content.
 *
 * A verdict is a fact that anyone can reproduce; whether it is right to bend a test, the request has to say. Without evidence from the
 * base everything is `unknown`.
 *
 * @throws what `openWorkspace` throws, and E_PATCH_REFUSED where a patch does not apply.
 */
export async function crossTests(deps: HarnessDeps, options: CrossOptions): Promise<CrossedTests> {
  const { base, head, environmentFrom = base, runs = RUNS, setup, limits } = options;
  const files = options.files && options.files.length <= MAX_FILES ? [...new Set(options.files)].sort() : null;
  let laid: Promise<CellTrees> | null = null;
  const lay = () => (laid ??= layCells(deps, { ...options, environmentFrom }));

  const surroundings = options.surroundings ?? (await readSurroundings(deps, { ...options, environmentFrom }));
  const shared = [base, environmentFrom, files, runs, conditions({ task: { setup }, limits, ...surroundings })];
  const patch = createHash('sha256')
    .update(head.patch ?? '')
    .digest('hex');
  const ranAll = (made: readonly TestRun[]) => made.every(({ status }) => status === 'ran');
  const A = await deps.remember(
    `cells-base:${hash(shared)}`,
    z.array(TestRun),
    async () => runControl(deps, await lay(), { files, runs }),
    ranAll,
  );
  const rest = await deps.remember(
    `cells-head:${hash([...shared, head.commit, patch, passing(A)])}`,
    HeadCells,
    async () => runHead(deps, await lay(), { A, files, runs }),
    ({ B, C, D }) => ranAll(A) && ![...B, ...C, ...D].some(isOfTheMoment),
  );
  return { comparison: compare({ ...rest, A }), changes: rest.changes };
}

interface Selection {
  /** Null: all. */
  files: readonly string[] | null;
  runs: number;
}

function runControl(deps: HarnessDeps, trees: CellTrees, { files, runs }: Selection): Promise<TestRun[]> {
  const chosen = files?.filter((file) => trees.files.base.has(file)) ?? null;
  return runCell(deps, trees.A, { files: chosen, runs }, (done) => passing(done).length === 0);
}

async function runHead(deps: HarnessDeps, trees: CellTrees, { A, files, runs }: Selection & { A: TestRun[] }): Promise<HeadCells> {
  const { changedFiles, changes } = trees;
  const without = changedFiles.filter((file) => trees.files.base.has(file) && !trees.files.head.has(file));
  const found: HeadCells = { B: [], C: [], D: [], without, changedFiles, changes };
  const verdictsWith = (more: Partial<HeadCells>) => verdictsOf(compare({ ...found, ...more, A }));
  // No verdict but unknown without a control.
  if (steadyOutcomes(A).status === 'did-not-run') return found;

  const stable = new Set(passing(A));
  const keptFiles = files?.filter((file) => trees.files.base.has(file)) ?? null;
  if (stable.size > 0)
    found.B = await runCell(deps, trees.B, { files: keptFiles, runs }, (done) => !failing(done).some((id) => stable.has(id)));
  const newFiles = files && [...new Set([...files.filter((file) => trees.files.head.has(file)), ...trees.addedSuites])];
  found.C = await runCell(deps, trees.C, { files: newFiles, runs }, (done) => verdictsWith({ C: done }).every(isSettled));
  const unproven = verdictsWith({}).flatMap((verdict) => (verdict.kind === 'new' ? [fileOf(verdict.test)] : []));
  found.D = await runCell(deps, trees.D, { files: [...new Set(unproven)], runs }, (done) =>
    verdictsWith({ D: done }).every((verdict) => verdict.kind !== 'new' || verdict.fixes !== true),
  );
  return found;
}

/** @param settled whether more runs could say anything else than these. */
async function runCell(
  deps: HarnessDeps,
  tree: Tree,
  { files, runs }: Selection,
  settled: (done: TestRun[]) => boolean,
): Promise<TestRun[]> {
  // No file is another question than all files.
  if (files?.length === 0) return [];
  const asked = files === null || files.length > MAX_FILES ? [] : files;
  return rerunTests(deps, tree, { files: asked, times: runs, enough: (done) => done.length > 0 && settled([...done]) });
}

/** Further runs turn what was seen into flaky, and flaky or unknown into nothing else. */
function isSettled({ kind }: CellVerdict): boolean {
  return kind === 'flaky' || kind === 'unknown';
}

function compare({ A, B, C, D, without, changedFiles, changes }: HeadCells & { A: TestRun[] }): CellComparison {
  const cell = (runs: TestRun[], lacking: string[] = []) => ({ runs, without: lacking });
  return classifyCells({ A: cell(A), B: cell(B), C: cell(C, without), D: cell(D) }, { changedFiles, changes });
}

function verdictsOf(comparison: CellComparison): readonly CellVerdict[] {
  return comparison.status === 'compared' ? comparison.verdicts : [];
}

function passing(runs: readonly TestRun[]): readonly string[] {
  return testsThat('passed', toSuiteOutcomes(steadyOutcomes(runs)));
}

function failing(runs: readonly TestRun[]): readonly string[] {
  return testsThat('failed', toSuiteOutcomes(steadyOutcomes(runs)));
}

function isOfTheMoment(run: TestRun): boolean {
  return run.status === 'did-not-run' && run.fault !== 'agent';
}

function hash(inputs: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex');
}
