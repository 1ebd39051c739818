/** Knows at any time which code of a tree stands in more than one place. */
import type { TextFacts } from '../facts/file-facts.ts';
import { GRAM_TOKENS } from '../facts/fingerprints.ts';
import type { LinkedFile } from '../graph/source-graph.ts';
import { type ClonedStretch, type Clones, tokensUnder } from './clones.ts';

interface Entry {
  facts: TextFacts;
  /** Of this file, as long as nothing changes it. */
  cloned: Clones | undefined;
}

/**
 * Follows a tree file by file; only production files count. Texts are read when `read` is called, not before, and a file's
 * stretches are told anew only when another file took or lost the last copy of something in it.
 */
export class CloneIndex {
  readonly #entries = new Map<string, Entry>();
  /** Paths of the files that hold a fingerprint, one for each time; a path by itself is the only one. */
  readonly #holders = new Map<number, string | string[]>();
  readonly #unread = new Map<string, LinkedFile>();

  /** A file of the same path must have been removed before. */
  add(file: LinkedFile): void {
    if (file.role === 'production') this.#unread.set(file.path, file);
  }

  remove({ path }: LinkedFile): void {
    this.#unread.delete(path);
    const entry = this.#entries.get(path);
    if (!entry) return;
    this.#entries.delete(path);
    for (const value of entry.facts.fingerprints.values) this.#release(value, path);
  }

  read(): Clones {
    for (const [path, file] of this.#unread) {
      const facts = file.text();
      this.#entries.set(path, { facts, cloned: undefined });
      for (const value of facts.fingerprints.values) this.#hold(value, path);
    }
    this.#unread.clear();
    const all: Clones = { stretches: [], tokens: 0, linesOfCode: 0 };
    for (const path of [...this.#entries.keys()].sort()) {
      const entry = this.#entries.get(path) as Entry;
      entry.cloned ??= this.#clonedIn(path, entry.facts);
      all.stretches.push(...entry.cloned.stretches);
      all.tokens += entry.cloned.tokens;
      all.linesOfCode += entry.cloned.linesOfCode;
    }
    return all;
  }

  #hold(value: number, path: string): void {
    const holders = this.#holders.get(value);
    if (holders === undefined) this.#holders.set(value, path);
    else if (typeof holders !== 'string') holders.push(path);
    else {
      this.#holders.set(value, [holders, path]);
      this.#tellAnew(holders);
    }
  }

  #release(value: number, path: string): void {
    const holders = this.#holders.get(value);
    if (holders === undefined || typeof holders === 'string') {
      this.#holders.delete(value);
      return;
    }
    holders.splice(holders.indexOf(path), 1);
    const [last] = holders;
    if (holders.length > 1 || last === undefined) return;
    this.#holders.set(value, last);
    this.#tellAnew(last);
  }

  #tellAnew(path: string): void {
    const entry = this.#entries.get(path);
    if (entry) entry.cloned = undefined;
  }

  #clonedIn(path: string, { fingerprints, silentLines }: TextFacts): Clones {
    const { values, tokens, lines, lastLines } = fingerprints;
    const stretches: ClonedStretch[] = [];
    let end = Number.NEGATIVE_INFINITY;
    for (const [index, value] of values.entries()) {
      if (typeof this.#holders.get(value) === 'string') continue;
      const token = tokens[index] as number;
      const known = stretches.at(-1);
      // What lies between two that do not touch was not compared.
      const stretch = known && token <= end ? known : { path, fingerprints: [], tokens: [], lines: [], lastLines: [] };
      if (stretch !== known) stretches.push(stretch);
      stretch.fingerprints.push(value);
      stretch.tokens.push(token);
      stretch.lines.push(lines[index] as number);
      stretch.lastLines.push(lastLines[index] as number);
      end = token + GRAM_TOKENS;
    }
    return {
      stretches,
      tokens: stretches.reduce((sum, stretch) => sum + tokensUnder(stretch), 0),
      linesOfCode: countLines(stretches, silentLines),
    };
  }
}

/** Two stretches may share a line. */
function countLines(stretches: readonly ClonedStretch[], silentLines: readonly number[]): number {
  let count = 0;
  let counted = 0;
  let silent = 0;
  for (const { lines, lastLines } of stretches) {
    const first = Math.max(counted + 1, lines[0] as number);
    const last = lastLines.at(-1) as number;
    for (let line = first; line <= last; line++) {
      while (silent < silentLines.length && (silentLines[silent] as number) < line) silent++;
      if (silentLines[silent] !== line) count++;
    }
    counted = Math.max(counted, last);
  }
  return count;
}
