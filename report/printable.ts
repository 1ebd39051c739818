/** Foreign text made safe to print. */
import { stripVTControlCharacters } from 'node:util';

/** One line, without characters that command the terminal or turn its text around: test titles and messages come from repositories. */
export function printable(text: string): string {
  return printableUpTo(300, text);
}

/** The same, for texts that are worth more than a line. */
export function printableUpTo(maxChars: number, text: string): string {
  const line = stripVTControlCharacters(text)
    .replace(/[\p{Cc}\p{Bidi_Control}]+/gu, ' ')
    .trim();
  return line.length > maxChars ? `${line.slice(0, maxChars)}...` : line;
}
