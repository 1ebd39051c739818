/** Copies of code that the base did not have. */
import type { Finding } from '#contracts';
import { type ClonedStretch, type Clones, tokensUnder } from '../drift/clones.ts';

/** In normalised tokens. Of the last 200 commits of hono (up to August 2026) none trips the warning, and 2.5 % trip the record. */
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
  const lost = lostByPath(before, after);
  const copies = head.stretches
    .flatMap((stretch) => raisedRuns(stretch, before, after))
    .flatMap((run) => longestCopy(run, after))
    .filter((copy) => tokensIn(copy) >= RECORD_TOKENS && !isOldInNewWords(copy, lost));
  return [...Map.groupBy(copies, identityOf)].map(([id, same]) => describe(id, same, isOld));
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

/** A run that stands in another place as a whole. */
interface Copy extends Run {
  other: Run;
}

/** A run may be two copies of two different places side by side: this is the longest part of it that is one. */
function longestCopy({ stretch, from, to }: Run, after: Occurrences): Copy[] {
  let best: Copy | undefined;
  let lengths = new Map<ClonedStretch, Map<number, number>>();
  for (let index = from; index <= to; index++) {
    const longer = new Map<ClonedStretch, Map<number, number>>();
    for (const other of (after.get(stretch.fingerprints[index] as number) ?? []).slice(0, MAX_COMPARED)) {
      if (other.stretch === stretch && other.index === index) continue;
      const length = (lengths.get(other.stretch)?.get(other.index - 1) ?? 0) + 1;
      const ofStretch = longer.get(other.stretch) ?? new Map<number, number>();
      longer.set(other.stretch, ofStretch.set(other.index, length));
      if (best && length <= best.to - best.from + 1) continue;
      const twin = { stretch: other.stretch, from: other.index - length + 1, to: other.index };
      best = { stretch, from: index - length + 1, to: index, other: twin };
    }
    lengths = longer;
  }
  return best ? [best] : [];
}

function tokensIn({ stretch, from, to }: Run): number {
  return tokensUnder(stretch, from, to);
}

function identityOf({ stretch, from, to }: Run): string {
  const smallest = Math.min(...stretch.fingerprints.slice(from, to + 1));
  return `new-clone:${(smallest >>> 0).toString(16).padStart(8, '0')}`;
}

function placeOf({ stretch, from, to }: Run): string {
  return `${stretch.path}:${stretch.lines[from]}-${stretch.lastLines[to]}`;
}

/** For each path the fingerprints that stand in the tree less often than before, and how often they stood in that file. */
type Lost = ReadonlyMap<string, ReadonlyMap<number, number>>;

function lostByPath(before: Occurrences, after: Occurrences): Lost {
  const lost = new Map<string, Map<number, number>>();
  for (const [value, places] of before) {
    if ((after.get(value)?.length ?? 0) >= places.length) continue;
    for (const { stretch } of places) {
      const ofPath = lost.get(stretch.path) ?? new Map<number, number>();
      lost.set(stretch.path, ofPath.set(value, (ofPath.get(value) ?? 0) + 1));
    }
  }
  return lost;
}

/** Whether the two files lost at least half as much common code as they won. */
function isOldInNewWords({ stretch, from, to, other }: Copy, lost: Lost): boolean {
  const own = lost.get(stretch.path);
  const theirs = lost.get(other.stretch.path);
  if (!own || !theirs) return false;
  // Within one file only what stood there twice was a copy.
  const common = [...own].filter(([value, count]) => (own === theirs ? count > 1 : theirs.has(value)));
  return common.length * 2 >= to - from + 1;
}

/** The longest copy speaks for all, one in a new file before any other. */
function describe(id: string, copies: readonly Copy[], isOld: (path: string) => boolean): Finding {
  const [copy, ...others] = copies.toSorted(
    (a, b) => Number(isOld(a.stretch.path)) - Number(isOld(b.stretch.path)) || tokensIn(b) - tokensIn(a),
  ) as [Copy, ...Copy[]];
  const [place, twin] = [placeOf(copy), placeOf(copy.other)];
  const rest = others.map(placeOf).filter((each) => each !== twin);
  const more = rest.length === 0 ? '' : ` and ${rest.length === 1 ? 'another place' : `${rest.length} other places`}`;
  return {
    id,
    rule: 'new-clone',
    severity: tokensIn(copy) >= WARN_TOKENS ? 'warn' : 'record',
    message: `${place} repeats ${twin}${more}: at least ${tokensIn(copy)} tokens in a row differ in names and literals only.`,
    place: { path: copy.stretch.path, line: copy.stretch.lines[copy.from] as number },
    witness: [place, twin, ...rest],
  };
}
