/** What a file exports, followed through every re-export to where it is declared. */
import type { ExportFact } from '../facts/file-facts.ts';
import type { LinkedFile, SourceGraph } from '../graph/source-graph.ts';

/** Where an exported name comes from. `typeOnly`: on the way or at its end only a type is meant. */
export type Origin = { typeOnly: boolean; fact: ExportFact } & (
  | { kind: 'declared'; file: LinkedFile }
  /** A whole file as one object: `export * as shapes from './shapes.ts'`. */
  | { kind: 'namespace'; file: LinkedFile }
  /** Passed on from outside the tree, or from where nothing of that name was found; `file` passes it on. */
  | { kind: 'foreign'; file: LinkedFile; specifier: string }
);

export interface ExportedNames {
  names: Map<string, Origin>;
  /** Modules outside the tree that are passed on whole: their names are unknown here. */
  foreignStars: string[];
  /** Every file that had a say: while these stay as they are, so does the answer. */
  visited: Set<LinkedFile>;
  /** Not all names could be read: a file with a syntax error had a say, or there are too many. */
  incomplete: boolean;
}

/** Longer chains of re-exports are taken for a circle; humans write three. */
const MAX_CHAIN = 1_000;
/** Names brought together by `export *`, over all files asked: bounds a tree made to have no end of them. */
const MAX_STAR_NAMES = 2_000_000;

/** One place where a name enters, before it is followed further. */
interface Entrance {
  file: LinkedFile;
  fact: ExportFact;
  typeOnly: boolean;
}

/** What a file says itself. */
interface Outline {
  own: Map<string, ExportFact>;
  stars: { file: LinkedFile; typeOnly: boolean }[];
  foreignStars: string[];
  targetOf: Map<string, LinkedFile | undefined>;
}

/** A file and all that `export *` joins to it, in circles too. */
interface Joined {
  files: Set<LinkedFile>;
  /** Those reached without `export type *`. */
  asValue: Set<LinkedFile>;
  /** Who has an export of its own by a name. */
  owners: Map<string, LinkedFile[]>;
}

/**
 * Reads names as ECMAScript does: a file's own exports hide those of its `export *`, `export *` passes no `default` on, and a name
 * that two of them bring from different places is exported by neither. A reader reads one state of the graph.
 *
 * Source: ECMAScript 2025, 16.2.1.7.2, GetExportedNames and ResolveExport.
 */
export class ExportReader {
  readonly #graph: SourceGraph;
  readonly #outlines = new Map<LinkedFile, Outline>();
  readonly #joined = new Map<LinkedFile, Joined>();
  #starNamesLeft = MAX_STAR_NAMES;

  constructor(graph: SourceGraph) {
    this.#graph = graph;
  }

  namesOf(file: LinkedFile): ExportedNames {
    const { files, owners } = this.#joinedTo(file);
    const visited = new Set(files);
    const names = new Map<string, Origin>();
    for (const name of owners.keys()) {
      const origin = this.#originOf(this.#entrancesOf(file, name), visited, 0);
      if (origin) names.set(name, origin);
    }
    const foreignStars = new Set([...files].flatMap((each) => this.#outlineOf(each).foreignStars));
    const incomplete = this.#starNamesLeft <= 0 || [...visited].some((each) => each.links.syntaxError);
    return { names, foreignStars: [...foreignStars].sort(), visited, incomplete };
  }

  /** Nothing when the ways end at different places. */
  #originOf(ways: readonly Entrance[], visited: Set<LinkedFile>, chain: number): Origin | undefined {
    const [first, ...others] = ways.map((way) => this.#follow(way, visited, chain));
    return others.every((other) => other?.file === first?.file && other?.fact === first?.fact) ? first : undefined;
  }

  #follow(entrance: Entrance, visited: Set<LinkedFile>, chain: number): Origin | undefined {
    let { file, fact, typeOnly } = entrance;
    for (let steps = chain; steps < MAX_CHAIN; steps++) {
      visited.add(file);
      typeOnly ||= fact.typeOnly;
      if (fact.from === undefined) return { kind: 'declared', file, fact, typeOnly };
      const target = this.#outlineOf(file).targetOf.get(fact.from);
      const foreign: Origin = { kind: 'foreign', file, fact, typeOnly, specifier: fact.from };
      if (!target) return foreign;
      visited.add(target);
      if (fact.imported === '*') return { kind: 'namespace', file: target, fact, typeOnly };
      const ways = this.#entrancesOf(target, fact.imported ?? fact.name);
      if (ways[0]?.file !== target) for (const each of this.#joinedTo(target).files) visited.add(each);
      const [way] = ways;
      if (!way) return foreign;
      if (ways.length > 1) {
        const origin = this.#originOf(ways, visited, steps + MAX_CHAIN / 10);
        return origin && { ...origin, typeOnly: typeOnly || origin.typeOnly };
      }
      ({ file, fact } = way);
      typeOnly ||= way.typeOnly;
    }
    return undefined;
  }

  /** Where a name enters a file: by its own export, or by those of the files behind its `export *` that come first on their way. */
  #entrancesOf(start: LinkedFile, name: string): Entrance[] {
    const own = this.#outlineOf(start).own.get(name);
    if (own) return [{ file: start, fact: own, typeOnly: false }];
    if (this.#outlineOf(start).stars.length === 0) return [];
    const { owners, asValue } = this.#joinedTo(start);
    const candidates = owners.get(name) ?? [];
    const first = candidates.length > 1 ? this.#firstOnTheWay(start, new Set(candidates)) : candidates;
    return first.map((file) => ({ file, fact: this.#outlineOf(file).own.get(name) as ExportFact, typeOnly: !asValue.has(file) }));
  }

  #firstOnTheWay(start: LinkedFile, owners: ReadonlySet<LinkedFile>): LinkedFile[] {
    const way = new Set([start]);
    for (const file of way) {
      if (owners.has(file)) continue;
      for (const star of this.#outlineOf(file).stars) way.add(star.file);
    }
    return [...way].filter((file) => owners.has(file));
  }

  #joinedTo(start: LinkedFile): Joined {
    const known = this.#joined.get(start);
    if (known) return known;
    const files = new Set([start]);
    for (const file of files) for (const star of this.#outlineOf(file).stars) files.add(star.file);
    const asValue = new Set([start]);
    for (const file of asValue) for (const star of this.#outlineOf(file).stars) if (!star.typeOnly) asValue.add(star.file);
    const owners = new Map<string, LinkedFile[]>();
    for (const file of files) {
      for (const name of this.#outlineOf(file).own.keys()) {
        if ((name === 'default' && file !== start) || this.#starNamesLeft <= 0) continue;
        const others = owners.get(name);
        if (others) others.push(file);
        else owners.set(name, [file]);
        this.#starNamesLeft--;
      }
    }
    const joined = { files, asValue, owners };
    this.#joined.set(start, joined);
    return joined;
  }

  #outlineOf(file: LinkedFile): Outline {
    const known = this.#outlines.get(file);
    if (known) return known;
    const outline: Outline = { own: new Map(), stars: [], foreignStars: [], targetOf: new Map() };
    for (const [index, { specifier }] of file.links.imports.entries()) {
      outline.targetOf.set(specifier, this.#graph.files[file.targets[index] ?? -1]);
    }
    for (const fact of file.links.exports) {
      const target = fact.from === undefined ? undefined : outline.targetOf.get(fact.from);
      // A text that breaks off may leave an export without name.
      if (fact.name === '') continue;
      if (fact.name !== '*') outline.own.set(fact.name, fact);
      else if (target) outline.stars.push({ file: target, typeOnly: fact.typeOnly });
      else outline.foreignStars.push(fact.from ?? '');
    }
    this.#outlines.set(file, outline);
    return outline;
  }
}
