/** Follows one test from tree to tree, by the rule of what a regression is. */
import type { CellState } from '#contracts';
import type { SteadyOutcome } from './steady-outcomes.ts';

/** Number of a tree in its chain; START is the tree the chain begins with. */
export type TreeIndex = number;
export const START: TreeIndex = -1;
const NEVER = -2;

/** Number of a content, from 1; two equal numbers are the same test. */
export type ContentNumber = number;
const ABSENT: ContentNumber = -1;
/** Nobody can say what the test asks for, so nobody can say that it still asks the same. */
export const UNKNOWN: ContentNumber = 0;

/** As in Breakage, with numbers for trees. */
export interface BreakageRecord {
  /** Its place among the breakages of the chain. */
  number: number;
  test: string;
  brokenAt: TreeIndex;
  lastPassedAt: TreeIndex;
  outcome: 'failed' | 'not-run';
  again: boolean;
  ended: { how: 'healed' | 'superseded'; at: TreeIndex } | null;
}

/** What is remembered of a test between two trees. */
export interface TestTrack {
  content: ContentNumber;
  /** With the content it has now. */
  lastPassed: TreeIndex;
  /** The breakage that is not over, or null. */
  open: BreakageRecord | null;
  everBroken: boolean;
}

export interface Sighting {
  test: string;
  tree: TreeIndex;
  /** The human tree has this test here. */
  exists: boolean;
  content: ContentNumber;
  /** In FAIL_TO_PASS or PASS_TO_PASS of this milestone. */
  own: boolean;
  /** Undefined: no run reported it. */
  trial: SteadyOutcome | undefined;
  human: SteadyOutcome | undefined;
  /** The trial's suite ran here, so that a missing test is missing. */
  evidence: boolean;
}

export function newTrack(): TestTrack {
  return { content: ABSENT, lastPassed: NEVER, open: null, everBroken: false };
}

export function beginTrack(track: TestTrack, content: ContentNumber, passed: boolean): void {
  track.content = content;
  if (passed) track.lastPassed = START;
}

/**
 * A regression: its content is unchanged since it last passed in this chain, it fails k of k in the trial's tree, and it passes
 * k of k in the human tree. Missing from k of k reports counts as failing, as in SWE-bench and EvoClaw. A test in this
 * milestone's own sets is judged by those alone. Flaky and skipped tests leave everything as it was.
 *
 * Writes what is remembered into `track`, and adds a new breakage to `breakages`.
 * @returns the cell, and the breakage a broken or healed one belongs to.
 */
export function followTest(
  track: TestTrack,
  seen: Sighting,
  breakages: BreakageRecord[],
): { state: CellState; breakage: BreakageRecord | null } {
  const before = track.content;
  const same = before === seen.content && seen.content !== UNKNOWN && !seen.own;
  if (!seen.exists || !same) forget(track, seen.tree);
  track.content = seen.exists ? seen.content : ABSENT;

  if (!seen.exists) return cell('absent');
  if (seen.trial === 'flaky' || seen.human === 'flaky') return cell('flaky');
  if (seen.trial === 'skipped') return cell('skipped');

  const news = whatIsNew(before, seen);
  if (seen.trial === 'passed') {
    track.lastPassed = seen.tree;
    return track.open ? cell('healed', end(track, 'healed', seen.tree)) : cell(news ?? 'green');
  }
  if (seen.evidence && seen.human === 'passed') {
    if (track.open) return cell('broken', track.open);
    if (track.lastPassed !== NEVER) return cell('broken', begin(track, seen, breakages));
  }
  return cell(seen.trial === 'failed' ? (news ?? 'failing') : 'not-run');
}

function cell(state: CellState, breakage: BreakageRecord | null = null) {
  return { state, breakage };
}

function whatIsNew(before: ContentNumber, { content, own }: Sighting): 'introduced' | 'changed' | null {
  if (before === ABSENT) return 'introduced';
  const differs = before !== content && before !== UNKNOWN && content !== UNKNOWN;
  return own || differs ? 'changed' : null;
}

function begin(track: TestTrack, { test, tree, trial }: Sighting, breakages: BreakageRecord[]): BreakageRecord {
  const breakage: BreakageRecord = {
    number: breakages.length,
    test,
    brokenAt: tree,
    lastPassedAt: track.lastPassed,
    outcome: trial === 'failed' ? 'failed' : 'not-run',
    again: track.everBroken,
    ended: null,
  };
  breakages.push(breakage);
  track.open = breakage;
  track.everBroken = true;
  return breakage;
}

/** From here on it is another test. */
function forget(track: TestTrack, at: TreeIndex): void {
  track.lastPassed = NEVER;
  end(track, 'superseded', at);
}

function end(track: TestTrack, how: 'healed' | 'superseded', at: TreeIndex): BreakageRecord | null {
  const ended = track.open;
  if (ended) ended.ended = { how, at };
  track.open = null;
  return ended;
}
