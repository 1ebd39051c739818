/** The version of the rules by which this program grades. */

/**
 * Raise it whenever an equal submission would be examined or judged differently for reasons that its inputs do not show.
 * It is part of the key of everything the grader remembers, and stands on every grade. 1 was the first.
 */
export const GRADER_VERSION = 7;
