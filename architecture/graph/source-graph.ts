/** The linked tree, as everything downstream of the graph reads it. */
import type { LinkFacts, TextFacts } from '../facts/file-facts.ts';
import type { Package } from '../tree/package-sources.ts';
import type { Role } from '../tree/source-files.ts';

/**
 * Where an import that is no edge leads, as a negative target.
 * `EXTERNAL` is declared by the nearest package.json or one above it, `MISSING` names a package that none of them declares.
 * `UNRESOLVED` can only mean this repository and finds nothing. `ELSEWHERE` is what the graph does not hold: an asset, build output, a URL.
 * All are decided without looking at what is installed, so they are the same on every machine.
 */
export const NO_FILE = { BUILTIN: -1, EXTERNAL: -2, MISSING: -3, UNRESOLVED: -4, ELSEWHERE: -5 } as const;

/** Never changed: when a file or what its imports lead to changes, another object takes its place. */
export interface LinkedFile {
  /** Stable for the life of an architecture; a file that was deleted and comes back may get another. */
  id: number;
  /** Relative to the opened folder, forward slashes. */
  path: string;
  role: Role;
  /** Folder of the nearest package.json, `.` for the root. */
  package: string;
  links: LinkFacts;
  /** One for each of `links.imports`: the id of a file, or one of `NO_FILE`. */
  targets: readonly number[];
  /** One for each of `links.imports`: its bits by effect. An import of nothing but types is a type import, written so or not. */
  kinds: readonly number[];
  /** Read on first use; the same object for equal content. */
  text(): TextFacts;
}

/** Deleted files leave a hole: ids are not handed out again within one architecture. */
export interface SourceGraph {
  files: readonly (LinkedFile | undefined)[];
  idOf(path: string): number | undefined;
  /** Sorted by folder. */
  packages: readonly Package[];
}

/** A part of the picture that follows changes: `remove` gets the very object that `add` got. A rebuild is `add` for all files. */
export interface SourceIndex {
  add(file: LinkedFile): void;
  remove(file: LinkedFile): void;
}

/** Compressed sparse rows: the successors of node n are `targets[offsets[n]]` up to `targets[offsets[n + 1]]`, sorted, each once, never n itself. */
export interface Adjacency {
  count: number;
  offsets: Int32Array;
  targets: Int32Array;
}
