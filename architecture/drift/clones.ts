/** Code that stands in more than one place. */
import { z } from 'zod';
import { GRAM_TOKENS } from '../facts/fingerprints.ts';

/**
 * One stretch of a file that, names and literals aside, stands somewhere else too: in another file or in this one.
 * The lists are of equal length and in the order of the text.
 */
export const ClonedStretch = z.strictObject({
  path: z.string(),
  fingerprints: z.array(z.int()).min(1),
  /** Index of the first token under each fingerprint, counted over the whole file. */
  tokens: z.array(z.int().nonnegative()),
  /** First and last line under each fingerprint, from 1. */
  lines: z.array(z.int().positive()),
  lastLines: z.array(z.int().positive()),
});
export type ClonedStretch = z.infer<typeof ClonedStretch>;

/**
 * Clones of type 1 and 2 (Roy and Cordy, "A survey on software clone detection research", 2007) in production files: equal tokens, whatever
 * the names, literals, comments and layout. Found for certain from 59 tokens on, by chance from 40; imports and mostly repetitive code
 * (tables) are no clones. `facts/fingerprints.ts` holds the method.
 */
export const Clones = z.strictObject({
  /** Every fingerprint that is held more than once in the tree, and only those; sorted by path and place. */
  stretches: z.array(ClonedStretch),
  /** Tokens and lines of code under such fingerprints, each counted once. */
  tokens: z.int().nonnegative(),
  linesOfCode: z.int().nonnegative(),
});
export type Clones = z.infer<typeof Clones>;

/** How many tokens fingerprints `from` to `to` (inclusive) of a stretch cover: what was copied is at least as long. */
export function tokensUnder({ tokens }: Pick<ClonedStretch, 'tokens'>, from = 0, to = tokens.length - 1): number {
  return (tokens[to] as number) + GRAM_TOKENS - (tokens[from] as number);
}
