/** What a change did to the tests as they are written: moved, edited, gone. */
import { z } from 'zod';
import type { ChangedFile } from './change.ts';
import { readChange } from './read-change.ts';
import type { TestFact } from './test-facts.ts';

const TestPlace = z.strictObject({ path: z.string(), title: z.string() });

export const TestChanges = z.strictObject({
  /** Same test under another title or in another file: by title, by body, or by most of its words. */
  moved: z.array(z.strictObject({ from: TestPlace, to: TestPlace })),
  /** Named as before the change: another body, or switched off. */
  edited: z.array(TestPlace),
  /** Named as before the change. */
  gone: z.array(TestPlace),
});
export type TestChanges = z.infer<typeof TestChanges>;

/** Pure: texts in. Runs a native parser over them, so for texts that nobody vouches for call `askTestChanges`. A file that cannot be read has no tests. */
export function compareTests(files: readonly ChangedFile[]): TestChanges {
  const { kept, gone } = readChange({ files }).tests;
  return {
    moved: kept
      .filter(({ before, after }) => before.path !== after.path || before.title !== after.title)
      .map(({ before, after }) => ({ from: placeOf(before), to: placeOf(after) })),
    edited: kept
      .filter(({ before, after }) => before.body !== after.body || before.disabled.length !== after.disabled.length)
      .map(({ before }) => placeOf(before)),
    gone: gone.map(placeOf),
  };
}

function placeOf({ path, title }: TestFact) {
  return { path, title };
}
