/** Every test at every tree of a chain: what became of it, and who broke it. */
import { type Breakage, type CellCounts, type CellState, NO_CELLS, type TreeName } from '#contracts';
import { type CellColumn, type CellOutcome, newColumn, readCell, writeCell } from './cell-column.ts';
import {
  type BreakageRecord,
  beginTrack,
  type ContentNumber,
  followTest,
  newTrack,
  START,
  type TestTrack,
  type TreeIndex,
  UNKNOWN,
} from './follow-test.ts';
import type { Fault, SteadyOutcome, SteadyRuns } from './steady-outcomes.ts';

/** Id of what a test asks for: its file, helpers and snapshots. Undefined: nobody can say; such a test is never blamed on anybody. */
export type ContentOf = (test: string) => string | undefined;

/** The human tree a chain begins with, before any work of the agent, with its own tests. */
export interface ChainStart {
  human: SteadyRuns;
  contentOf: ContentOf;
}

/** One tree of the trial beside the human tree of the same point, both run in the same session. */
export interface ObservedTree {
  name: TreeName;
  trial: SteadyRuns;
  human: SteadyRuns;
  /** As the human tree has them, which is how they lie in the graded tree. */
  contentOf: ContentOf;
  /** The milestone's own sets; both empty after a fold. */
  failToPass: readonly string[];
  passToPass: readonly string[];
}

/** A tree worked on from its start to its end. A broken chain goes on as another one, and isolated milestones are one each. */
export interface Chain {
  start: ChainStart;
  /** In order. Read once, one at a time, so that a generator needs to hold one tree only. */
  trees: Iterable<ObservedTree>;
}

export interface MatrixTree {
  name: TreeName;
  trial: RunEvidence;
  human: RunEvidence;
  /** How many tests are in which state; absent ones are not counted. */
  cells: CellCounts;
  /** Counts as SWE-CI has them: tests that pass in the human tree here, those of them not in FAIL_TO_PASS, and those that pass in the trial's tree. */
  passing: { target: number; before: number; passed: number };
  /** Ids, in code unit order. */
  flaky: string[];
  /** Those of them that the human tree passes in every run: the trial's tree made them so. */
  unsteady: string[];
}

/** `runs` is k, `stopped` how many of them the tree brought to nothing; 0 and 0 with a fault when no run gave evidence. */
export interface RunEvidence {
  runs: number;
  stopped: number;
  fault: Fault | null;
}

export interface Cell {
  state: CellState;
  /** In the trial's tree. */
  outcome: CellOutcome;
  /** The tree that broke it, for `broken` and `healed`. */
  brokenAt: TreeName | null;
}

export interface RegressionMatrix {
  /** Tests that a human tree of the chain has, in code unit order. The agent's own tests are not among them. */
  tests: readonly string[];
  trees: readonly MatrixTree[];
  /** @param tree position in `trees`. A test of no human tree is absent. */
  cell(test: string, tree: number): Cell;
  /** By tree, then by test in code unit order. */
  breakages: readonly Breakage[];
}

/**
 * Needs five bytes a cell beside the ids, whatever is handed in one tree at a time. The order of tests within a tree changes nothing.
 * Ids are compared as they are: two spellings of one letter in Unicode are two tests, as they are to the runner.
 */
export function regressionMatrix({ start, trees }: Chain): RegressionMatrix {
  const rows = new Map<string, number>();
  const tracks: TestTrack[] = [];
  const contents = new Map<string, ContentNumber>();
  const matrixTrees: MatrixTree[] = [];
  const columns: CellColumn[] = [];
  const breakages: BreakageRecord[] = [];

  const trackOf = (test: string) => {
    const row = rows.get(test) ?? tracks.push(newTrack()) - 1;
    rows.set(test, row);
    return tracks[row] as TestTrack;
  };
  const numberOf = (content: string | undefined) => {
    if (content === undefined) return UNKNOWN;
    const number = contents.get(content) ?? contents.size + 1;
    contents.set(content, number);
    return number;
  };

  for (const [test, outcome] of outcomesOf(start.human)) {
    beginTrack(trackOf(test), numberOf(start.contentOf(test)), outcome === 'passed');
  }
  for (const tree of trees) {
    const own = new Set([...tree.failToPass, ...tree.passToPass]);
    const trial = outcomesOf(tree.trial);
    const human = outcomesOf(tree.human);
    for (const test of human.keys()) trackOf(test);
    for (const test of own) trackOf(test);

    const column = newColumn(rows.size);
    const matrixTree = newTree(tree, human);
    for (const [test, row] of rows) {
      const content = tree.contentOf(test);
      const outcome = trial.get(test);
      const expected = human.get(test);
      const seen = {
        test,
        tree: columns.length,
        // Where the human suite gave no evidence, its files still say which tests there are.
        exists: own.has(test) || expected !== undefined || (tree.human.status === 'did-not-run' && content !== undefined),
        content: numberOf(content),
        own: own.has(test),
        trial: outcome,
        human: expected,
        evidence: tree.trial.status === 'ran',
      };
      const { state, breakage } = followTest(tracks[row] as TestTrack, seen, breakages);
      writeCell(column, row, state, outcome ?? 'not-run', breakage?.number ?? null);
      if (state !== 'absent') matrixTree.cells[state] += 1;
      if (state === 'flaky') matrixTree.flaky.push(test);
      if (state === 'flaky' && expected === 'passed') matrixTree.unsteady.push(test);
      if (expected === 'passed' && outcome === 'passed') matrixTree.passing.passed += 1;
    }
    matrixTree.flaky.sort(byCodeUnit);
    matrixTree.unsteady.sort(byCodeUnit);
    matrixTrees.push(matrixTree);
    columns.push(column);
  }

  const nameAt = (tree: TreeIndex) => (tree === START ? null : (matrixTrees[tree]?.name ?? null));
  return {
    tests: [...rows.keys()].sort(byCodeUnit),
    trees: matrixTrees,
    cell(test, tree) {
      const column = columns[tree];
      if (!column) throw new RangeError(`the chain has no tree ${tree}`);
      const { state, outcome, breakage } = readCell(column, rows.get(test) ?? Number.POSITIVE_INFINITY);
      const record = breakage === null ? undefined : breakages[breakage];
      return { state, outcome, brokenAt: record ? nameAt(record.brokenAt) : null };
    },
    breakages: breakages
      .toSorted((a, b) => a.brokenAt - b.brokenAt || byCodeUnit(a.test, b.test))
      .map(({ test, brokenAt, lastPassedAt, outcome, again, ended }) => ({
        test,
        brokenAt: nameAt(brokenAt) as TreeName,
        lastPassedAt: nameAt(lastPassedAt),
        outcome,
        again,
        ended: ended && { how: ended.how, at: nameAt(ended.at) as TreeName },
      })),
  };
}

function newTree({ name, trial, human, failToPass }: ObservedTree, outcomes: ReadonlyMap<string, SteadyOutcome>): MatrixTree {
  let target = 0;
  for (const outcome of outcomes.values()) if (outcome === 'passed') target += 1;
  const before = target - failToPass.filter((test) => outcomes.get(test) === 'passed').length;
  return {
    name,
    trial: evidenceOf(trial),
    human: evidenceOf(human),
    cells: { ...NO_CELLS },
    passing: { target, before, passed: 0 },
    flaky: [],
    unsteady: [],
  };
}

function evidenceOf(runs: SteadyRuns): RunEvidence {
  return runs.status === 'ran' ? { runs: runs.runs, stopped: runs.stopped, fault: null } : { runs: 0, stopped: 0, fault: runs.fault };
}

const NONE: ReadonlyMap<string, SteadyOutcome> = new Map();

function outcomesOf(runs: SteadyRuns) {
  return runs.status === 'ran' ? runs.outcomes : NONE;
}

/** The same order on every machine, whatever its language. */
function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
