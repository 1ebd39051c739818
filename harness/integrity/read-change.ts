/** Reads the texts of a change once, for all rules. */
import type { Change, ChangedFile } from './change.ts';
import { type FileKind, fileKind } from './file-kind.ts';
import { matchTests, type TestMatch } from './match-tests.ts';
import { readSource, type Source } from './syntax.ts';
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

export interface ReadReference {
  files: readonly ReadFile[];
  /** The tests that the human deleted or edited, by `touch`. */
  touched: ReadonlySet<string>;
}

/** A test by where it was before the change. */
export function touch(path: string, title: string): string {
  return JSON.stringify([path, title]);
}

/** Something of the change that could not be looked at. It never passes silently. */
export interface Unread {
  path: string;
  reason: string;
  /** It could be read before the change, or was not there. */
  isNew: boolean;
}

export interface ReadChange {
  files: readonly ReadFile[];
  tests: TestMatch;
  /** What the human did for the same request; undefined without a reference. */
  reference: ReadReference | undefined;
  removedExports: ReadonlySet<string>;
  unread: readonly Unread[];
}

const READABLE = /\.([cm]?[jt]sx?|jsonc?)$|(^|\/)\.(mocharc|c8rc|nycrc|eslintrc|babelrc|swcrc)$/;
const DATA = /\.jsonc?$|(^|\/)\.(mocharc|c8rc|nycrc|eslintrc|babelrc|swcrc)$/;

export function readChange({ files, reference, intent }: Change): ReadChange {
  const unread: Unread[] = [];
  const read = files.map((file) => readFile(file, unread));
  return {
    files: read,
    tests: testsOf(read),
    reference: reference && readReference(reference),
    removedExports: new Set(intent?.removedExports),
    unread,
  };
}

/** What could not be read of the human's work excuses nobody. */
function readReference(reference: readonly ChangedFile[]): ReadReference {
  const files = reference.map((file) => readFile(file, []));
  const { kept, gone } = testsOf(files);
  const edited = kept.filter(({ before, after }) => before.body !== after.body || before.disabled.length !== after.disabled.length);
  return { files, touched: new Set([...gone, ...edited.map(({ before }) => before)].map(({ path, title }) => touch(path, title))) };
}

function testsOf(files: readonly ReadFile[]): TestMatch {
  const [before = [], after = []] = (['before', 'after'] as const).map((side) =>
    files.flatMap(({ kind, source }) => (kind !== 'config' && kind !== 'other' && source[side] ? readTests(source[side]) : [])),
  );
  return matchTests(before, after);
}

function readFile({ path, before, after, link = false }: ChangedFile, unread: Unread[]): ReadFile {
  const kind = fileKind(path);
  const file: ReadFile = { path, kind, before, after, link, source: {} };
  const wanted = kind === 'config' || DATA.test(path) ? kind === 'config' || /(^|\/)package\.json$/.test(path) : true;
  if (!READABLE.test(path) || !wanted || kind === 'snapshot' || /\.d\.[cm]?ts$/.test(path)) return file;
  for (const side of ['before', 'after'] as const) {
    const text = file[side];
    if (text === null || (link && side === 'after')) continue;
    // A file of JSON alone is no program: in brackets it is an expression. The bracket stands in for the first line's start.
    const reading = readSource(path, DATA.test(path) ? `(${text})` : text);
    if ('source' in reading) file.source[side] = reading.source;
    else if (side === 'after' && kind !== 'support')
      unread.push({ path, reason: reading.reason, isNew: before === null || file.source.before !== undefined });
  }
  return file;
}
