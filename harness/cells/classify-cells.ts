/** What the four cells say about each test. */
import type { TestChanges } from '../integrity/compare-tests.ts';
import { fileOf } from '../test-content.ts';
import { type Cell, type CellReading, readCell } from './cell.ts';

/**
 * The matrix. Configuration, dependencies and runner are the same in all four, and not the head's.
 * `A` base source, base tests: the control. Only what passes in every run of it, the stable tests, can be lost.
 * `B` head source, base tests: whether the change keeps what was promised.
 * `C` head source, head tests: what the author's own CI shows.
 * `D` base source, head tests: whether a new test needs the change at all.
 */
export interface Cells {
  A: Cell;
  B: Cell;
  C: Cell;
  D: Cell;
}

/**
 * Of a stable test:
 * `broken`: fails k of k in B and in C. The change breaks it, and says so.
 * `bent`: fails k of k in B and passes in C. The test was changed to fit the code. `snapshotOnly`: all that differs for it is a stored
 *   snapshot, so a new rendering and a lost one look the same here.
 * `gone`: absent from C, also under another name. `holds`: it would pass if it were still there (passes in B); else it fails there.
 * `disarmed`: skipped in C.
 * `unmet`: passes in B and fails in C. The change does not do what its own version of the test asks for.
 *
 * Of another test:
 * `fixed`: fails k of k in A and passes in B. The change repairs what was known to be broken.
 * `new`: not in A, passes in C. `fixes`: true where it fails in D, so that it proves the change; false where it passes there: vacuous,
 *   or a safeguard for a refactoring; null where D says nothing, as when a test file needs what only the change exports.
 *
 * Of any: `flaky`, not the same in every run of a cell that it is judged by; `unknown`, a cell says nothing about it: its file does not
 * load in B (the change is one of the API), or the suite was cut short.
 */
export type CellVerdict = { test: string; reason: string } & (
  | { kind: 'bent'; snapshotOnly: boolean }
  | { kind: 'gone'; holds: boolean }
  | { kind: 'new'; fixes: boolean | null }
  | { kind: 'broken' | 'disarmed' | 'unmet' | 'fixed' | 'flaky' | 'unknown' }
);

/**
 * `compared`: a stable test without a verdict is as it was. `stable` 0: nothing could be lost, so that no verdict is no proof.
 * `unknown`: the control gives no evidence, so that nothing can be said about any test.
 */
export type CellComparison = { status: 'compared'; stable: number; verdicts: CellVerdict[] } | { status: 'unknown'; reason: string };

export interface TestReading {
  changes: Pick<TestChanges, 'moved'>;
  /** Every test file, helper and snapshot that differs between base and head. */
  changedFiles: readonly string[];
}

const NOTHING_READ: TestReading = { changes: { moved: [] }, changedFiles: [] };

/** Pure. A test that moved to another file is found by its title, one under another title by `reading`. In the order of A, then of C. */
export function classifyCells({ A, B, C, D }: Cells, reading: TestReading = NOTHING_READ): CellComparison {
  const [a, b, c, d] = [readCell(A), readCell(B), readCell(C), readCell(D)];
  if (a.silent !== null) return { status: 'unknown', reason: `the base does not run its own tests: ${a.silent}` };
  const now = namesInHead(a, c, reading);
  const isSnapshotOnly = (id: string) => onlySnapshotsOf(fileOf(id), reading.changedFiles);
  const before = a.ids.flatMap((test) => verdictOf({ test, now: now.get(test) ?? test, isSnapshotOnly }, a, b, c));
  const known = new Set([...a.ids, ...now.values()]);
  const added = c.ids.filter((id) => !known.has(id)).flatMap((test) => verdictOfNew(test, c, d));
  const stable = a.ids.filter((id) => a.outcomeOf(id) === 'passed').length;
  return { status: 'compared', stable, verdicts: [...before, ...added] };
}

interface Subject {
  test: string;
  /** Its id in the head. */
  now: string;
  isSnapshotOnly: (id: string) => boolean;
}

function verdictOf({ test, now, isSnapshotOnly }: Subject, a: CellReading, b: CellReading, c: CellReading): CellVerdict[] {
  const [inA, inB, inC] = [a.outcomeOf(test), b.outcomeOf(test), c.outcomeOf(now)];
  if (inA === 'failed' && inB === 'passed') return [{ test, kind: 'fixed', reason: 'fails on the base and passes with the change' }];
  if (inA === 'flaky') return [flaky(test, 'on the base')];
  if (inA !== 'passed') return [];
  if (inC === 'skipped') return [{ test, kind: 'disarmed', reason: 'passes on the base and is skipped with the change' }];
  if (inB === 'flaky') return [flaky(test, 'with the change')];
  if (inC === 'flaky') return [flaky(now, 'in its new version')];
  if (inC === 'unseen') return [unknown(test, c, 'the new tests')];
  if (inB !== 'passed' && inB !== 'failed') return [unknown(test, b, 'the tests as they were')];
  if (inC === 'absent') {
    const holds = inB === 'passed';
    const reason = holds ? 'is gone, and would pass' : failing('is gone, and fails with the change', b.messageOf(test));
    return [{ test, kind: 'gone', holds, reason }];
  }
  if (inB === 'failed' && inC === 'passed') {
    const reason = failing('as it was, it fails with the change', b.messageOf(test));
    return [{ test, kind: 'bent', snapshotOnly: isSnapshotOnly(test), reason }];
  }
  if (inB === 'failed')
    return [{ test, kind: 'broken', reason: failing('passes on the base and fails with the change', b.messageOf(test)) }];
  return inC === 'failed' ? [{ test, kind: 'unmet', reason: failing('passes as it was, and fails as it is now', c.messageOf(now)) }] : [];
}

function verdictOfNew(test: string, c: CellReading, d: CellReading): CellVerdict[] {
  const inC = c.outcomeOf(test);
  if (inC === 'flaky') return [flaky(test, 'with the change')];
  if (inC === 'failed') return [{ test, kind: 'unmet', reason: failing('is new, and fails with the change', c.messageOf(test)) }];
  if (inC !== 'passed') return [];
  switch (d.outcomeOf(test)) {
    case 'failed':
      return [{ test, kind: 'new', fixes: true, reason: 'fails without the change' }];
    case 'passed':
      return [{ test, kind: 'new', fixes: false, reason: 'passes without the change too' }];
    default:
      return [{ test, kind: 'new', fixes: null, reason: 'says nothing without the change' }];
  }
}

/** Tests of A that are called otherwise in C. A title that is new in several files is taken by the tests in order. */
function namesInHead(a: CellReading, c: CellReading, { changes }: TestReading): Map<string, string> {
  const before = new Set(a.ids);
  const added = Map.groupBy(
    c.ids.filter((id) => !before.has(id)),
    titleOf,
  );
  const read = new Map(changes.moved.map(({ from, to }) => [`${from.path} > ${from.title}`, `${to.path} > ${to.title}`]));
  const present = new Set(c.ids);
  return new Map(
    a.ids.flatMap((id): [string, string][] => {
      if (present.has(id)) return [];
      const partner = read.get(id);
      if (partner !== undefined && present.has(partner) && !before.has(partner)) return [[id, partner]];
      const sameTitle = added.get(titleOf(id))?.shift();
      return sameTitle === undefined ? [] : [[id, sameTitle]];
    }),
  );
}

function titleOf(id: string): string {
  return id.slice(fileOf(id).length);
}

/** The test file is as it was, and no helper differs that could have changed what it asks for. */
function onlySnapshotsOf(file: string, changedFiles: readonly string[]): boolean {
  const isOther = (path: string) => path.endsWith('.snap') || (/\.(test|spec)\.[cm]?[jt]sx?$/.test(path) && path !== file);
  return changedFiles.length > 0 && changedFiles.every(isOther);
}

function flaky(test: string, where: string): CellVerdict {
  return { test, kind: 'flaky', reason: `is not the same in every run ${where}` };
}

function unknown(test: string, { silent }: CellReading, what: string): CellVerdict {
  return { test, kind: 'unknown', reason: `${what} say nothing about it with the change${silent === null ? '' : `: ${silent}`}` };
}

function failing(what: string, message: string | undefined): string {
  return message === undefined ? what : `${what}: ${message}`;
}
