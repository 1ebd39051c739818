/** All sources and imports of a tree as a snapshot holds them: numbers for names, so that a large tree stays small. */
import { z } from 'zod';
import { Role } from '../tree/source-files.ts';
import type { LinkedFile, SourceGraph } from './source-graph.ts';
import { IMPORT_KIND } from '../facts/file-facts.ts';

/** One import that stands for others. `line` is where it is written, counted from 1. */
export const ImportWitness = z.strictObject({ from: z.string(), to: z.string(), line: z.int().positive() });
export type ImportWitness = z.infer<typeof ImportWitness>;

/** Sorted by path. The number is the index of its module; -1 for all but production files. */
export const SourceEntry = z.tuple([z.string(), Role, z.int().min(-1)]);
export type SourceEntry = z.infer<typeof SourceEntry>;

/**
 * Everything that one file takes from another under one specifier: index of the importing source, index of the imported one or one of `NO_FILE`,
 * bits of `IMPORT_KIND` by effect, line of the first import (of the first value import where there is one), index of the specifier.
 * Sorted by importer, line, specifier.
 */
export const ImportEntry = z.tuple([z.int().nonnegative(), z.int(), z.int().positive(), z.int().positive(), z.int().nonnegative()]);
export type ImportEntry = z.infer<typeof ImportEntry>;

export interface ImportList {
  /** In the order of the snapshot's sources. */
  files: LinkedFile[];
  specifiers: string[];
  imports: ImportEntry[];
}

export function listImports(graph: SourceGraph): ImportList {
  const files = graph.files.filter((file) => file !== undefined).sort((a, b) => compareText(a.path, b.path));
  const position = new Int32Array(graph.files.length);
  for (const [index, { id }] of files.entries()) position[id] = index;
  const specifiers = [...new Set(files.flatMap(({ links }) => links.imports.map(({ specifier }) => specifier)))].sort(compareText);
  const number = new Map(specifiers.map((specifier, index) => [specifier, index]));
  const imports = files.flatMap((file, from) => {
    const entries = new Map<number, ImportEntry>();
    for (const [index, { specifier, line }] of file.links.imports.entries()) {
      const [target, kinds] = [file.targets[index] as number, file.kinds[index] as number];
      const word = number.get(specifier) as number;
      const known = entries.get(word);
      if (!known) entries.set(word, [from, target < 0 ? target : (position[target] as number), kinds, line, word]);
      else {
        if (isValue(kinds) && !isValue(known[2])) known[3] = line;
        known[2] |= kinds;
      }
    }
    return [...entries.values()].sort((a, b) => a[3] - b[3] || a[4] - b[4]);
  });
  return { files, specifiers, imports };
}

function isValue(kinds: number): boolean {
  return (kinds & IMPORT_KIND.VALUE) !== 0;
}

/** By code units: the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A pair of different files, by index, of which the first imports the second. */
export interface FileEdge {
  from: number;
  to: number;
  isValue: boolean;
  line: number;
}

/** One per pair, sorted by importer and imported; a value import speaks for the pair where there is one. */
export function edgesBetween(imports: readonly ImportEntry[], includes: (from: number, to: number) => boolean): FileEdge[] {
  const edges: FileEdge[] = [];
  const ofFile = new Map<number, FileEdge>();
  let current = -1;
  const flush = () => {
    edges.push(...[...ofFile.values()].sort((a, b) => a.to - b.to));
    ofFile.clear();
  };
  for (const [from, to, kinds, line] of imports) {
    if (from !== current) flush();
    current = from;
    if (to < 0 || to === from || !includes(from, to)) continue;
    const known = ofFile.get(to);
    if (!known || (isValue(kinds) && !known.isValue)) ofFile.set(to, { from, to, isValue: isValue(kinds), line });
  }
  flush();
  return edges;
}
