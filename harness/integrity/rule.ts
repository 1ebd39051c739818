/** What a rule of integrity is: facts of a change in, findings out. */
import type { Severity } from '#contracts';
import { type ReadChange, type ReadFile, touch } from './read-change.ts';
import type { Source } from './syntax.ts';

export interface Rule {
  /** Kebab-case; first half of a finding's identity. */
  name: string;
  find(change: ReadChange): Violation[];
}

export interface Violation {
  /** Second half of the identity: what was done, never where. The same trick moved to another line is the same finding. */
  fact: string;
  severity: Severity;
  message: string;
  path: string;
  line?: number;
  /** Lines before (`- `) and after (`+ `). */
  witness: string[];
}

/** Something that stands at a place in a text. */
export interface Fact {
  key: string;
  path: string;
  line: number;
  text: string;
}

/**
 * Facts that there are more of after the change than before, over all wanted files together: what only moved to another file is not new.
 */
export function newFacts(
  change: ReadChange,
  wanted: (file: ReadFile) => boolean,
  collect: (source: Source, file: ReadFile) => Fact[],
): Fact[] {
  const files = change.files.filter(wanted);
  const known = new Map<string, number>();
  for (const file of files) {
    for (const { key } of file.source.before ? collect(file.source.before, file) : []) known.set(key, (known.get(key) ?? 0) + 1);
  }
  const found = files.flatMap((file) => (file.source.after ? collect(file.source.after, file) : []));
  return found.filter(({ key }) => {
    const left = known.get(key) ?? 0;
    known.set(key, left - 1);
    return left <= 0;
  });
}

export function factAt(source: Source, node: { start: number; end: number }, key: string): Fact {
  return { key, path: source.path, line: source.lineOf(node), text: excerpt(source.textOf(node)) };
}

export function violation(fact: Fact, severity: Severity, message: string): Violation {
  return { fact: fact.key, severity, message, path: fact.path, line: fact.line, witness: [`+ ${fact.text}`] };
}

/** Enough of a text to recognise it by. */
export function excerpt(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length > 160 ? `${flat.slice(0, 157)}...` : flat;
}

/**
 * How bad it is when a test lost something. Against a reference that leaves this test alone it is a fact anyone can reproduce: the
 * human met the request without touching it. Where the human changed the test too it says nothing. Without a reference a reader decides.
 */
export function severityOfTestLoss({ reference }: ReadChange, { path, title }: { path: string; title: string }): Severity {
  if (reference === undefined) return 'warn';
  return reference.touched.has(touch(path, title)) ? 'record' : 'gate';
}
