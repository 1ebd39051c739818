/** Keeps what became of every test at one tree, in five bytes a test. */
import { CellState } from '#contracts';
import type { SteadyOutcome } from './steady-outcomes.ts';

export type CellOutcome = SteadyOutcome | 'not-run';

const STATES = CellState.options;
const OUTCOMES: readonly CellOutcome[] = ['passed', 'failed', 'skipped', 'flaky', 'not-run'];
/** State in the low four bits, outcome above them. */
const STATE_BITS = 4;
const NO_BREAKAGE = -1;

export interface CellColumn {
  readonly cells: Uint8Array;
  /** Number of the breakage of a broken or healed cell. */
  readonly breakages: Int32Array;
}

export function newColumn(rows: number): CellColumn {
  return { cells: new Uint8Array(rows), breakages: new Int32Array(rows).fill(NO_BREAKAGE) };
}

export function writeCell(column: CellColumn, row: number, state: CellState, outcome: CellOutcome, breakage: number | null): void {
  column.cells[row] = STATES.indexOf(state) | (OUTCOMES.indexOf(outcome) << STATE_BITS);
  if (breakage !== null) column.breakages[row] = breakage;
}

/** A row that came later than the column is a test that was absent then. */
export function readCell(column: CellColumn, row: number): { state: CellState; outcome: CellOutcome; breakage: number | null } {
  const packed = column.cells[row];
  const breakage = column.breakages[row] ?? NO_BREAKAGE;
  if (packed === undefined) return { state: 'absent', outcome: 'not-run', breakage: null };
  return {
    state: STATES[packed & ((1 << STATE_BITS) - 1)] as CellState,
    outcome: OUTCOMES[packed >> STATE_BITS] as CellOutcome,
    breakage: breakage === NO_BREAKAGE ? null : breakage,
  };
}
