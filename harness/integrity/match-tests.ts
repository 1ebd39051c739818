/** Pairs the tests before a change with those after it. */
import type { TestFact } from './test-facts.ts';

export interface TestMatch {
  kept: readonly { before: TestFact; after: TestFact }[];
  gone: readonly TestFact[];
  added: readonly TestFact[];
}

/** Share of words in common above which a test under another title is the same test. Half of the words of any two tests of a file are often equal. */
const ALIKE = 0.6;
const MAX_COMPARISONS = 200_000;

/** By title and file, then by title, then by body, then by likeness: a test that was moved, renamed or edited a little is kept. */
export function matchTests(before: readonly TestFact[], after: readonly TestFact[]): TestMatch {
  const kept: { before: TestFact; after: TestFact }[] = [];
  const keys: ((test: TestFact) => string)[] = [
    ({ path, title, body }) => JSON.stringify([path, title, body]),
    ({ path, title }) => JSON.stringify([path, title]),
    ({ title, body }) => JSON.stringify([title, body]),
    ({ title }) => title,
    ({ body }) => body,
  ];
  let gone = before;
  let added = after;
  for (const key of keys) {
    const waiting = Map.groupBy(added, key);
    gone = gone.filter((test) => {
      const partner = key(test) === '' ? undefined : waiting.get(key(test))?.shift();
      if (partner !== undefined) kept.push({ before: test, after: partner });
      return partner === undefined;
    });
    const taken = new Set(kept.map(({ after: test }) => test));
    added = added.filter((test) => !taken.has(test));
  }
  if (gone.length * added.length <= MAX_COMPARISONS) {
    const free = new Set(added);
    gone = gone.filter((test) => {
      const best = [...free].map((other) => ({ other, likeness: likeness(test, other) })).sort((a, b) => b.likeness - a.likeness)[0];
      if (best === undefined || best.likeness < ALIKE) return true;
      free.delete(best.other);
      kept.push({ before: test, after: best.other });
      return false;
    });
    added = [...free];
  }
  return { kept, gone, added };
}

function likeness(a: TestFact, b: TestFact): number {
  const either = a.words.union(b.words).size;
  return either === 0 ? 0 : a.words.intersection(b.words).size / either;
}
