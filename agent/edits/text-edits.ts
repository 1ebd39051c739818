/** Replacements in texts that are applied together. */

/** A span of a file, and what stands there afterwards. */
export interface TextEdit {
  file: string;
  start: number;
  length: number;
  text: string;
  /** Where the new name begins within `text`. */
  nameAt: number;
}

/** The edits by file, each list sorted by position. */
export function byFile(edits: readonly TextEdit[]): Map<string, TextEdit[]> {
  return Map.groupBy(
    edits.toSorted((a, b) => a.start - b.start),
    (edit) => edit.file,
  );
}

/** The text after all edits of one file, given in order. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let end = 0;
  for (const edit of edits) {
    result += text.slice(end, edit.start) + edit.text;
    end = edit.start + edit.length;
  }
  return result + text.slice(end);
}

/** Where the new name of each edit of one file, given in order, begins in the text after all of them. */
export function newPositions(edits: readonly TextEdit[]): number[] {
  let shift = 0;
  return edits.map((edit) => {
    const position = edit.start + shift + edit.nameAt;
    shift += edit.text.length - edit.length;
    return position;
  });
}
