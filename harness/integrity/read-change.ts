/** Reads the texts of a change once, for all rules. */
import type { Change, ChangedFile } from './change.ts';
import { type FileKind, fileKind } from './file-kind.ts';
import { readSource, type Source } from './syntax.ts';
import { matchTests, type TestMatch } from './match-tests.ts';
import { readTests } from './test-facts.ts';

export interface ReadFile {
  path: string;
  kind: FileKind;
  /** Texts, null where there is no file. */
  before: string | null;
  after: string | null;
  link: boolean;
  /** Present where the text is code and could be read. */
  source: { before?: Source; after?: Source };
}

/** Something of the change that could not be looked at. It never passes silently. */
export interface Unread {
  path: string;
  reason: string;
}

export interface ReadChange {
  files: readonly ReadFile[];
  tests: TestMatch;
  /** Test files that the human of the reference changed; undefined without a reference. */
  testsOfReference: ReadonlySet<string> | undefined;
  removedExports: ReadonlySet<string>;
  unread: readonly Unread[];
}

const READABLE = /\.([cm]?[jt]sx?|jsonc?)$|(^|\/)\.(mocharc|c8rc|nycrc|eslintrc|babelrc|swcrc)$/;
const DATA = /\.jsonc?$|(^|\/)\.(mocharc|c8rc|nycrc|eslintrc|babelrc|swcrc)$/;

export function readChange({ files, reference, intent }: Change): ReadChange {
  const unread: Unread[] = [];
  const read = files.map((file) => readFile(file, unread));
  const testsOf = (side: 'before' | 'after') =>
    read.flatMap(({ kind, source }) => (kind !== 'config' && kind !== 'other' && source[side] ? readTests(source[side]) : []));
  return {
    files: read,
    tests: matchTests(testsOf('before'), testsOf('after')),
    testsOfReference: reference && new Set(reference.map(({ path }) => path)),
    removedExports: new Set(intent?.removedExports),
    unread,
  };
}

function readFile({ path, before, after, link = false }: ChangedFile, unread: Unread[]): ReadFile {
  const kind = fileKind(path);
  const file: ReadFile = { path, kind, before, after, link, source: {} };
  const wanted = kind === 'config' || DATA.test(path) ? kind === 'config' || /(^|\/)package\.json$/.test(path) : true;
  if (!READABLE.test(path) || !wanted || kind === 'snapshot') return file;
  for (const side of ['before', 'after'] as const) {
    const text = file[side];
    if (text === null || (link && side === 'after')) continue;
    // A file of JSON alone is no program: in brackets it is an expression. The bracket stands in for the first line's start.
    const reading = readSource(path, DATA.test(path) ? `(${text})` : text);
    if ('source' in reading) file.source[side] = reading.source;
    else if (side === 'after') unread.push({ path, reason: reading.reason });
  }
  return file;
}
