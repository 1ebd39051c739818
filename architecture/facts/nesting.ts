/** Guards the native parser against texts that would overflow its stack. */

/**
 * The native parser recurses and takes the whole process down with it, at some thousand levels; no human nests this deep.
 * Only brackets are counted: a chain of ten thousand `else if`, `?:` or `=>` still gets through, so a caller that reads
 * hostile trees does it in a process it can lose.
 */
const MAX_BRACKET_DEPTH = 500;

/**
 * Counts brackets in strings and comments too, which only errs towards caution.
 * @returns whether a native parser may die of the text, as far as brackets tell
 */
export function isNestedTooDeeply(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 40 || code === 91 || code === 123) {
      if (++depth > MAX_BRACKET_DEPTH) return true;
    } else if ((code === 41 || code === 93 || code === 125) && depth > 0) depth--;
  }
  return false;
}
