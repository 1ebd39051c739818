/** What one source file says, read from its text alone: the unit that is parsed once and remembered by content. */
import type { Fingerprints } from './fingerprints.ts';

/**
 * How a file takes another one in, as bits: one file may import another in several ways.
 * `VALUE` runs when the program runs; without it the import is gone after compilation.
 */
export const IMPORT_KIND = {
  VALUE: 1,
  /** `import type`, `export type`, an import of nothing but types. */
  TYPE: 2,
  /** `export ... from`. */
  RE_EXPORT: 4,
  /** `import('./a.ts')`. */
  DYNAMIC: 8,
  /** `require('./a')`, `import a = require('./a')`. */
  REQUIRE: 16,
  /** `import './a.ts'`: taken for what it does. */
  SIDE_EFFECT: 32,
  /** `import('./a').B` in a type. */
  IMPORT_TYPE: 64,
  /** `/// <reference path="./a.d.ts" />`. */
  TRIPLE_SLASH: 128,
  /** `@import { A } from './a'` and `import('./a').A` in a JSDoc comment. */
  JSDOC: 256,
  /** `new URL('./worker.ts', import.meta.url)`. */
  URL: 512,
} as const;

export interface ImportFact {
  specifier: string;
  /** Counted from 1. */
  line: number;
  /** Bits of `IMPORT_KIND`. */
  kinds: number;
  /** What is taken by name (`default` for the default export); nothing when the module is taken whole, passed on whole, or only run. */
  names?: string[];
}

export interface ExportFact {
  /** As importers write it, `default` for the default export; `*` for `export * from`. */
  name: string;
  /** Counted from 1. */
  line: number;
  /** Only types are meant: an interface, a type alias, `export type`. A name that is a value too is none. */
  typeOnly: boolean;
  /** The specifier of a re-export. */
  from?: string;
  /** The name in the other file where it differs (`export { a as b } from`); `*` for `export * as b from`. */
  imported?: string;
}

/** Links: all that the import graph needs. Costs a quarter of a full syntax tree. */
export interface LinkFacts {
  imports: ImportFact[];
  exports: ExportFact[];
  /** The exports are CommonJS: who imports the default takes them all. */
  commonJs?: true;
  /** The text does not follow the grammar; the lists hold what was understood before the error. */
  syntaxError: boolean;
}

export interface FunctionFact {
  /** `Class.method`, the variable or property it is assigned to, or `<anonymous>`. */
  name: string;
  /** Counted from 1. */
  line: number;
  /** Cognitive complexity, SonarSource version 1.5, nested functions scored by themselves. 0 and up. */
  cognitive: number;
  /** Cyclomatic complexity, McCabe 1976, counted as ESLint counts it. 1 and up. */
  cyclomatic: number;
  /** Statements inside, nested functions left out; 1 for the body of `(a) => a + 1`. */
  statements: number;
  /** Lines with at least one token on them, all but the first of a nested function left out. 1 and up. */
  linesOfCode: number;
}

/** Text: what is read from the whole syntax tree and the tokens. */
export interface TextFacts {
  functions: FunctionFact[];
  /** Lines with at least one token on them. */
  linesOfCode: number;
  /** Winnowed fingerprints of the tokens with names and literals normalised; imports and re-exports left out. */
  fingerprints: Fingerprints;
  /** Lines without any token, sorted: what `linesOfCode` leaves out. */
  silentLines: number[];
  /** How many tokens the fingerprints stand for. */
  tokens: number;
  /** Interfaces, type aliases and abstract classes among the exported declarations, and all exported declarations. */
  abstractions: { abstract: number; all: number };
  /** Published text of the exported declarations by name, comments and layout normalised: what a consumer compiles against. */
  declarations: Record<string, string>;
}
