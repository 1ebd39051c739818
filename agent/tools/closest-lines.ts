/** Finds the real lines a model may have meant when the passage it quoted does not exist. */
import { linesOf, numberedLine } from './text-lines.ts';

const MAX_SHOWN_LINES = 12;
const MAX_LINE_CHARS = 200;
/** Of a long passage the beginning is enough to find its place. */
const MAX_COMPARED_LINES = 30;

/**
 * The run of lines that shares the most words with the passage, numbered; null when no line shares any.
 * Only ever shown, never edited: a similar passage is not the passage.
 */
export function closestLines(content: string, passage: string): string | null {
  const lines = linesOf(content);
  const words = lines.map(wordsOf);
  const wanted = linesOf(passage).slice(0, MAX_COMPARED_LINES).map(wordsOf);
  let best = { start: 0, score: 0 };
  for (let start = 0; start < lines.length; start++) {
    const score = wanted.reduce((sum, line, index) => sum + similarity(line, words[start + index]), 0);
    if (score > best.score) best = { start, score };
  }
  if (best.score === 0) return null;
  const length = Math.min(wanted.length, MAX_SHOWN_LINES);
  return lines
    .slice(best.start, best.start + length)
    .map((line, index) => numberedLine(best.start + index + 1, line, MAX_LINE_CHARS))
    .join('\n');
}

function wordsOf(line: string): Set<string> {
  return new Set(line.match(/[\p{L}\p{N}_$]+/gu));
}

/** Shared words over all words of both lines, 0 to 1. */
function similarity(a: Set<string>, b: Set<string> | undefined): number {
  if (b === undefined || a.size === 0 || b.size === 0) return 0;
  return a.intersection(b).size / a.union(b).size;
}
