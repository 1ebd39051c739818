/** Says how a state that was kept up to date differs from one that was made anew. */
import { isDeepStrictEqual } from 'node:util';
import type { ArchitectureReading } from './rebuild.ts';
import type { ArchitectureSnapshot } from './snapshot.ts';

export interface SelfCheck {
  /** In words, at most some for each part of the snapshot; none: both are the same in everything. */
  differences: string[];
}

const MAX_PER_PART = 3;

export function compareWithRebuilt(followed: ArchitectureSnapshot, reading: ArchitectureReading): SelfCheck {
  if (reading.status === 'unreadable') return { differences: [`The tree could not be read anew: ${reading.reason}.`] };
  const rebuilt = reading.snapshot;
  const parts = Object.keys(rebuilt) as (keyof ArchitectureSnapshot)[];
  return {
    differences: parts.flatMap((part) => {
      if (isDeepStrictEqual(followed[part], rebuilt[part])) return [];
      const [before, after] = [itemsOf(followed, part), itemsOf(rebuilt, part)];
      const told = [
        ...[...before.difference(after)].map((item) => `${part}: only in the tree that was followed: ${item}`),
        ...[...after.difference(before)].map((item) => `${part}: only in the tree read anew: ${item}`),
      ];
      const left = told.length - MAX_PER_PART;
      return told.length === 0
        ? [`${part}: in another order`]
        : left > 0
          ? [...told.slice(0, MAX_PER_PART), `${part}: ${left} more`]
          : told;
    }),
  };
}

/** Items that can be compared one by one: an import by the names of its files, for their numbers shift when one comes or goes. */
function itemsOf(snapshot: ArchitectureSnapshot, part: keyof ArchitectureSnapshot): Set<string> {
  if (part === 'imports') {
    const { sources, specifiers } = snapshot;
    const nameOf = (file: number) => sources[file]?.[0] ?? String(file);
    return new Set(
      snapshot.imports.map(([from, to, kinds, line, word]) => `${nameOf(from)}:${line} '${specifiers[word]}' -> ${nameOf(to)} (${kinds})`),
    );
  }
  const value: unknown = snapshot[part];
  if (Array.isArray(value)) return new Set(value.map((item) => JSON.stringify(item)));
  return new Set(
    Object.entries(typeof value === 'object' && value !== null ? value : { value }).map((entry) =>
      entry.map((each) => JSON.stringify(each)).join(' = '),
    ),
  );
}
