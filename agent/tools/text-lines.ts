/** Text as a reader counts it: in lines, from 1. */

/** Lines without their ends. A final line end begins no further line; an empty text has no line. */
export function linesOf(text: string): string[] {
  if (text === '') return [];
  return text.replace(/\r?\n$/, '').split(/\r?\n/);
}

/** The line on which the character at `offset` stands. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

/** `   12  text`, the text cut to `maxChars`. */
export function numberedLine(number: number, text: string, maxChars: number): string {
  const shown = text.length <= maxChars ? text : `${text.slice(0, maxChars).toWellFormed()} [... ${text.length} characters in this line]`;
  return `${String(number).padStart(5)}  ${shown}`;
}
