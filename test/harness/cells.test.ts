/** What the four cells of a change say about a test: a table worked out by hand, and what holds whatever ran. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TestRun, TestStatus } from '#contracts';
import { type CellVerdict, type Cells, classifyCells, type TestReading } from '#harness';

/** `p` passed, `f` failed, `s` skipped, `.` not reported: one letter a run. */
const STATUS: Record<string, TestStatus> = { p: 'passed', f: 'failed', s: 'skipped' };
const BESIDE = 'test/bill.test.ts > is there';
const BILL = 'test/bill.test.ts > charges every night';

function runOf(outcomes: readonly (readonly [id: string, status: TestStatus])[], gaps: string[] = []): TestRun {
  return {
    status: 'ran',
    runner: 'vitest',
    scope: 'all',
    outcomes: outcomes.map(([id, status]) => ({
      ...{ id, file: id.split(' > ')[0] ?? '', status, durationMs: 1 },
      ...(status === 'failed' && { message: 'expected 1 to be 2' }),
    })),
    gaps,
    canaries: {},
    processes: 'apart',
    exitCode: 0,
    wallMs: 1,
  };
}

const silent: TestRun = { status: 'did-not-run', reason: 'vitest ended (1) without a report', fault: 'agent', output: '', wallMs: 1 };

/** A cell in which one test comes out as the letters say, beside one that passes. */
function cell(letters: string, id = BILL): Cells['A'] {
  const runs = [...letters].map((letter) => runOf([[BESIDE, 'passed'], ...(STATUS[letter] ? [[id, STATUS[letter]] as const] : [])]));
  return { runs, without: [] };
}

function said(cells: Cells, reading?: TestReading): string[] {
  const comparison = classifyCells(cells, reading);
  return comparison.status === 'unknown' ? [comparison.reason] : comparison.verdicts.map(outline);
}

function outline(verdict: CellVerdict): string {
  const { test: id, kind } = verdict;
  const more = 'holds' in verdict ? ` holds ${verdict.holds}` : 'fixes' in verdict ? ` fixes ${verdict.fixes}` : '';
  return `${id}: ${kind}${more}${'snapshotOnly' in verdict && verdict.snapshotOnly ? ' in a snapshot' : ''}`;
}

test.each([
  ['nothing happened', 'ppp ppp ppp ppp', null],
  ['the change breaks it', 'ppp fff fff ppp', 'broken'],
  ['the test was changed to fit', 'ppp fff ppp fff', 'bent'],
  ['deleted while it fails', 'ppp fff ... ...', 'gone holds false'],
  ['deleted while it passes', 'ppp ppp ... ...', 'gone holds true'],
  ['skipped', 'ppp fff sss sss', 'disarmed'],
  ['skipped although it passes', 'ppp ppp sss sss', 'disarmed'],
  ['its new version is not met', 'ppp ppp fff fff', 'unmet'],
  ['repaired', 'fff ppp ppp fff', 'fixed'],
  ['red all the time', 'fff fff fff fff', null],
  ['red, and deleted', 'fff fff ... ...', null],
  ['skipped all the time', 'sss sss sss sss', null],
  ['flaky on the base', 'pfp fff ppp ppp', 'flaky'],
  ['flaky with the change', 'ppp fpf ppp ppp', 'flaky'],
  ['flaky in its new version', 'ppp fff pfp ppp', 'flaky'],
  ['missing from the middle', 'ppp ... ppp ppp', 'unknown'],
  ['new, and proves the change', '... ... ppp fff', 'new fixes true'],
  ['new, and passes anyway', '... ... ppp ppp', 'new fixes false'],
  ['new, and cannot be tried without the change', '... ... ppp ...', 'new fixes null'],
  ['new, and flaky', '... ... pfp fff', 'flaky'],
  ['new, and red', '... ... fff fff', 'unmet'],
  ['new, and skipped', '... ... sss sss', null],
])('%s: %s', (_name, letters, verdict) => {
  const [A = '', B = '', C = '', D = ''] = letters.split(' ');
  expect(said({ A: cell(A), B: cell(B), C: cell(C), D: cell(D) })).toEqual(verdict === null ? [] : [`${BILL}: ${verdict}`]);
});

const kept = { A: cell('pp'), D: cell('pp') };

test('a file that does not load with the change says nothing about its tests', () => {
  const broken = { runs: [runOf([['test/bill.test.ts > (file does not load)', 'failed']])], without: [] };
  expect(said({ ...kept, B: broken, C: cell('pp') })).toEqual([`${BESIDE}: unknown`, `${BILL}: unknown`]);
  expect(said({ ...kept, B: cell('pp'), C: broken })).toEqual([`${BESIDE}: unknown`, `${BILL}: unknown`]);
});

test('a test that is skipped because something fails around it was not switched off', () => {
  const failing = runOf([
    ['test/bill.test.ts > (outside of any test)', 'failed'],
    [BESIDE, 'skipped'],
    [BILL, 'skipped'],
  ]);
  expect(said({ ...kept, B: cell('pp'), C: { runs: [failing], without: [] } })).toEqual([`${BESIDE}: unknown`, `${BILL}: unknown`]);
});

test('what is missing from a report that was cut short is not gone', () => {
  const cut = { runs: [runOf([[BESIDE, 'passed']], ['the report ends before the suite does'])], without: [] };
  expect(said({ ...kept, B: cell('pp'), C: cut })).toEqual([`${BILL}: unknown`]);
  const other = { runs: [runOf([[BESIDE, 'passed']], ['test/data.ts was asked for and reported no test'])], without: [] };
  expect(said({ ...kept, B: cell('pp'), C: other })).toEqual([`${BILL}: gone holds true`]);
});

test('a file that was deleted needs no run to be gone', () => {
  const nothing = { runs: [], without: ['test/bill.test.ts'] };
  expect(said({ ...kept, B: cell('ff'), C: nothing })).toEqual([`${BESIDE}: gone holds true`, `${BILL}: gone holds false`]);
});

test('a test that moved is the same test, and one that was bent on the way is bent', () => {
  const elsewhere = 'test/nights.test.ts > charges every night';
  expect(said({ ...kept, B: cell('pp'), C: cell('pp', elsewhere) })).toEqual([]);
  expect(said({ ...kept, B: cell('ff'), C: cell('pp', elsewhere) })).toEqual([`${BILL}: bent`]);
});

test('a test under another title is found by what was read', () => {
  const renamed = 'test/bill.test.ts > charges each night';
  const cells = { ...kept, B: cell('ff'), C: cell('pp', renamed) };
  const [from, to] = [BILL, renamed].map((id) => ({ path: 'test/bill.test.ts', title: id.split(' > ')[1] ?? '' }));
  if (!from || !to) throw new Error('two titles');
  expect(said(cells)).toEqual([`${BILL}: gone holds false`, `${renamed}: new fixes null`]);
  expect(said(cells, { changes: { moved: [{ from, to }] }, changedFiles: [] })).toEqual([`${BILL}: bent`]);
});

test.each([
  ['only its snapshot', ['test/__snapshots__/bill.test.ts.snap', 'test/stay.test.ts'], 'bent in a snapshot'],
  ['the test itself', ['test/__snapshots__/bill.test.ts.snap', 'test/bill.test.ts'], 'bent'],
  ['a helper', ['test/__snapshots__/bill.test.ts.snap', 'test/support/bills.ts'], 'bent'],
])('what differs for a bent test: %s', (_name, changedFiles, verdict) => {
  expect(said({ ...kept, B: cell('ff'), C: cell('pp') }, { changes: { moved: [] }, changedFiles })).toEqual([`${BILL}: ${verdict}`]);
});

test('a silent cell is never clean', () => {
  const none = { runs: [silent], without: [] };
  expect(said({ A: none, B: cell('pp'), C: cell('pp'), D: cell('pp') })).toEqual([
    'the base does not run its own tests: vitest ended (1) without a report',
  ]);
  expect(said({ A: { runs: [], without: [] }, B: cell('pp'), C: cell('pp'), D: cell('pp') })).toEqual([
    'the base does not run its own tests: nothing was run',
  ]);
  expect(said({ ...kept, B: none, C: cell('pp') })).toEqual([`${BESIDE}: unknown`, `${BILL}: unknown`]);
  expect(said({ ...kept, B: cell('pp'), C: none })).toEqual([`${BESIDE}: unknown`, `${BILL}: unknown`]);
});

const ids = ['a.test.ts > 1', 'a.test.ts > 2', 'b.test.ts > 1', 'b.test.ts > 3', 'b.test.ts > (file does not load)'];
const run = fc.oneof(
  { weight: 1, arbitrary: fc.constant(silent) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        fc.dictionary(fc.constantFrom(...ids), fc.constantFrom<TestStatus>('passed', 'failed', 'skipped'), { minKeys: 1 }),
        fc.boolean(),
      )
      .map(([outcomes, isCut]) => runOf(Object.entries(outcomes), isCut ? ['cut'] : [])),
  },
);
const anyCell = fc.record({ runs: fc.array(run, { maxLength: 3 }), without: fc.constantFrom<string[]>([], ['b.test.ts']) });
const anyCells = fc.record({ A: anyCell, B: anyCell, C: anyCell, D: anyCell });

test('only what passes in every run of the base can be lost', () => {
  fc.assert(
    fc.property(anyCells, (cells) => {
      const comparison = classifyCells(cells);
      if (comparison.status === 'unknown') return;
      const accused = comparison.verdicts.filter(({ kind }) => ['broken', 'bent', 'gone', 'disarmed'].includes(kind));
      for (const { test: id } of accused) {
        const seen = cells.A.runs.map((each) => (each.status === 'ran' ? each.outcomes.find((one) => one.id === id)?.status : 'silent'));
        expect(new Set(seen)).toEqual(new Set(['passed']));
      }
    }),
  );
});

test('equal cells lose nothing and prove nothing', () => {
  fc.assert(
    fc.property(run, fc.integer({ min: 1, max: 3 }), (one, k) => {
      const same = { runs: Array.from({ length: k }, () => one), without: [] };
      const comparison = classifyCells({ A: same, B: same, C: same, D: same });
      if (one.status === 'did-not-run') expect(comparison.status).toBe('unknown');
      else if (comparison.status === 'compared') expect(comparison.verdicts.filter(({ kind }) => kind !== 'unknown')).toEqual([]);
    }),
  );
});

test('every test of the base has one verdict at most', () => {
  fc.assert(
    fc.property(anyCells, (cells) => {
      const comparison = classifyCells(cells);
      const named = comparison.status === 'compared' ? comparison.verdicts.map(({ test: id }) => id) : [];
      expect(named).toEqual([...new Set(named)]);
    }),
  );
});

test('without evidence from a cell nothing is accused by it', () => {
  fc.assert(
    fc.property(anyCells, fc.constantFrom('A', 'B', 'C'), (cells, name) => {
      const comparison = classifyCells({ ...cells, [name]: { runs: [silent], without: [] } });
      const kinds = comparison.status === 'compared' ? comparison.verdicts.map(({ kind }) => kind) : [];
      const provable = { A: [], B: ['disarmed', 'flaky', 'new', 'unknown', 'unmet'], C: ['fixed', 'flaky', 'unknown'] }[name];
      expect(kinds.filter((kind) => !(provable as string[]).includes(kind))).toEqual([]);
    }),
  );
});
