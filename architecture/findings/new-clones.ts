/** Copies of code that the base did not have. */
import type { Finding } from '#contracts';
import { type ClonedStretch, type Clones, tokensUnder } from '../drift/clones.ts';

/** In normalised tokens. Of 720 human commits 4 % trip the warning and 11 % the record. */
const WARN_TOKENS = 100;
const RECORD_TOKENS = 50;
/** Of more copies than this of one piece of code, not every pair is compared. */
const MAX_COMPARED = 50;

/**
 * A clone is new where this change raised how often code stands in the tree, to two or more. Code that was moved, renamed (names inside
 * it too) or deleted stands as often as before; copies that were edited alike are the old clone in new words.
 *
 * The identity is the smallest fingerprint of the copy: it stays when lines move, files are renamed, or code before and after is edited.
 * @param isOld whether the base had a file of this path; the place shown is then one that it did not have
 */
export function findNewClones(base: Clones, head: Clones, isOld: (path: string) => boolean = () => true): Finding[] {
  const before = occurrences(base);
  const after = occurrences(head);
  const copies = head.stretches
    .flatMap((stretch) => raisedRuns(stretch, before, after))
    .flatMap((run) => longestCopy(run, after))
    .filter((copy) => tokensUnder(copy.stretch, copy.from, copy.to) >= RECORD_TOKENS);
  const byIdentity = Map.groupBy(copies, identityOf);
  return [...byIdentity].flatMap(([id, same]) => {
    const places = Map.groupBy(same, placeOf);
    const distinct = [...places.values()].flatMap(([first]) => first ?? []);
    return isOldInNewWords(distinct, before, after) ? [] : [describe(id, distinct, isOld)];
  });
}

/** Where a fingerprint stands. */
interface Occurrence {
  stretch: ClonedStretch;
  index: number;
}

/** Fingerprints `from` to `to` of a stretch, inclusive. */
interface Run {
  stretch: ClonedStretch;
  from: number;
  to: number;
}

function occurrences({ stretches }: Clones): Map<number, Occurrence[]> {
  const found = new Map<number, Occurrence[]>();
  for (const stretch of stretches) {
    for (const [index, value] of stretch.fingerprints.entries()) {
      const known = found.get(value);
      if (known) known.push({ stretch, index });
      else found.set(value, [{ stretch, index }]);
    }
  }
  return found;
}

type Occurrences = ReadonlyMap<number, readonly Occurrence[]>;

/** What stands in the tree once is no clone, and so is not in the list. */
function countOf(value: number, tree: Occurrences): number {
  return tree.get(value)?.length ?? 1;
}

function raisedRuns(stretch: ClonedStretch, before: Occurrences, after: Occurrences): Run[] {
  const runs: Run[] = [];
  for (const [index, value] of stretch.fingerprints.entries()) {
    if (countOf(value, after) <= countOf(value, before)) continue;
    const last = runs.at(-1);
    if (last?.to === index - 1) last.to = index;
    else runs.push({ stretch, from: index, to: index });
  }
  return runs;
}

/** A run may be two copies of two different places side by side: this is the longest part of it that stands in one other place as a whole. */
function longestCopy({ stretch, from, to }: Run, after: Occurrences): Run[] {
  let best: Run | undefined;
  let lengths = new Map<ClonedStretch, Map<number, number>>();
  for (let index = from; index <= to; index++) {
    const longer = new Map<ClonedStretch, Map<number, number>>();
    for (const other of (after.get(stretch.fingerprints[index] as number) ?? []).slice(0, MAX_COMPARED)) {
      if (other.stretch === stretch && other.index === index) continue;
      const length = (lengths.get(other.stretch)?.get(other.index - 1) ?? 0) + 1;
      const ofStretch = longer.get(other.stretch) ?? new Map<number, number>();
      longer.set(other.stretch, ofStretch.set(other.index, length));
      if (!best || length > best.to - best.from + 1) best = { stretch, from: index - length + 1, to: index };
    }
    lengths = longer;
  }
  return best ? [best] : [];
}

function identityOf({ stretch, from, to }: Run): string {
  const smallest = Math.min(...stretch.fingerprints.slice(from, to + 1));
  return `new-clone:${(smallest >>> 0).toString(16).padStart(8, '0')}`;
}

function placeOf({ stretch, from, to }: Run): string {
  return `${stretch.path}:${stretch.lines[from]}-${stretch.lastLines[to]}`;
}

/** Whether the same files lost about as much common code as they won. */
function isOldInNewWords(copies: readonly Run[], before: Occurrences, after: Occurrences): boolean {
  const paths = new Set(copies.map(({ stretch }) => stretch.path));
  const won = Math.max(...copies.map(({ from, to }) => to - from + 1));
  const lost = [...before].filter(([value, places]) => {
    if ((after.get(value)?.length ?? 0) >= places.length) return false;
    return places.filter(({ stretch }) => paths.has(stretch.path)).length >= copies.length;
  });
  return lost.length * 2 >= won;
}

function describe(id: string, copies: readonly Run[], isOld: (path: string) => boolean): Finding {
  const sorted = copies.toSorted((a, b) => Number(isOld(a.stretch.path)) - Number(isOld(b.stretch.path)));
  const [place, ...others] = sorted as [Run, ...Run[]];
  const tokens = Math.max(...copies.map(({ stretch, from, to }) => tokensUnder(stretch, from, to)));
  const [first, second] = others.map(placeOf);
  const where =
    second === undefined
      ? (first ?? 'another place')
      : others.length === 2
        ? `${first} and ${second}`
        : `${first} and ${others.length - 1} more places`;
  return {
    id,
    rule: 'new-clone',
    severity: tokens >= WARN_TOKENS ? 'warn' : 'record',
    message: `${placeOf(place)} repeats ${where}: at least ${tokens} tokens in a row differ in names and literals only.`,
    place: { path: place.stretch.path, line: place.stretch.lines[place.from] as number },
    witness: sorted.map(placeOf),
  };
}
