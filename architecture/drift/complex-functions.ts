/** The functions of a tree that are hard to read. */
import { z } from 'zod';
import type { LinkedFile } from '../graph/source-graph.ts';

/** Where SonarQube's rule S3776 begins to complain. */
export const COMPLEX_FROM = 16;

/** Of production files, with a cognitive complexity of 16 and up. Sorted by path and line. */
export const ComplexFunction = z.strictObject({
  path: z.string(),
  name: z.string(),
  /** From 1. */
  line: z.int().positive(),
  cognitive: z.int().min(COMPLEX_FROM),
});
export type ComplexFunction = z.infer<typeof ComplexFunction>;

/** Reads the text of every production file. */
export function complexFunctions(files: readonly (LinkedFile | undefined)[]): ComplexFunction[] {
  return files
    .flatMap((file) => {
      if (file?.role !== 'production') return [];
      const complex = file.text().functions.filter(({ cognitive }) => cognitive >= COMPLEX_FROM);
      return complex.map(({ name, line, cognitive }) => ({ path: file.path, name, line, cognitive }));
    })
    .sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1));
}
