/** What the program's exit code means. Never a count: 256 wraps round to 0. */

/** Done, and nothing to complain about. */
export const PASSED = 0;
/** Ran to its end and found problems. */
export const PROBLEMS = 1;
/** Could not run: bad input, or a broken world. */
export const COULD_NOT_RUN = 2;
/** Interrupted by Ctrl-C. */
export const INTERRUPTED = 130;
