/** Names of tests that are the same on every run and every machine. */
import { createHash } from 'node:crypto';
import { isAbsolute, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** Longer titles, such as dumps of objects, are cut here and told apart by a hash. */
const TITLE_CHARS = 300;

/** What titles of this run may hold that those of another do not. */
export interface RunPlace {
  /** The repository, as the tests saw it. */
  root: string;
  /** Their home and temporary folders, as they saw them. */
  folders: readonly string[];
}

/** The file relative to the repository; a path that is not in it stays as it is. */
export function testFile(file: string, { root }: RunPlace): string {
  const path = isAbsolute(file) ? relative(root, file) : file.replace(/^\.\//, '');
  return escapeControls(path.startsWith('..') ? file : path);
}

/**
 * A title without what differs from run to run: the repository's place, temporary folders, ports that the system hands out,
 * process ids, random values, dates and times. By form alone, never by the clock: a title cannot say whether a UUID is random or
 * a date that of today, and its id must be the same tomorrow. Titles that become equal by this must be told apart by their order.
 */
export function stableTitle(title: string, { root, folders }: RunPlace): string {
  let text = stripVTControlCharacters(title).replaceAll(`${root}/`, '').replaceAll(root, '.');
  for (const folder of folders)
    text = text.replace(new RegExp(`(?<![\\w./-])${folder.replace(/[^\w/]/g, '\\$&')}(?![\\w.-])(/[^\\s'"\`()<>,:]+)?`, 'g'), '<tmp>');
  text = text
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>')
    .replace(/\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{12,}\b/gi, '<hex>')
    .replace(/((?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\]):)(\d{5})\b/g, (all, host: string, port: string) =>
      // Linux hands out 32768 and up; below, a test has chosen it.
      Number(port) >= 32_768 ? `${host}<port>` : all,
    )
    .replace(/\b(pid[ =:#]+)\d+/gi, '$1<pid>')
    .replace(/\b\d+\.\d{3,} ?(ms|s)\b/g, '<time>')
    // Milliseconds since 1970, from 2001 to 2033; what begins otherwise is rather the number of a book.
    .replace(/\b1\d{12}\b/g, '<time>')
    .replace(
      /\b\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?!\d)([T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?( ?(Z|[+-]\d{2}:?\d{2})(?!\d))?)?/g,
      '<time>',
    );
  return cut(escapeControls(text));
}

function escapeControls(text: string): string {
  return text.toWellFormed().replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (char) => JSON.stringify(char).slice(1, -1));
}

function cut(title: string): string {
  if (title.length <= TITLE_CHARS) return title;
  return `${title.slice(0, TITLE_CHARS).toWellFormed()}… ${createHash('sha256').update(title).digest('hex').slice(0, 12)}`;
}
