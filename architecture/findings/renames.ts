/** Follows files, modules and packages that a change moved, so that an old fact in a new place is no new fact. */
import { posix } from 'node:path';
import { cycleId } from '../graph/cycles.ts';
import { compareText } from '../graph/imports.ts';
import type { ArchitectureSnapshot } from '../snapshot.ts';

/** Old name -> new name, of what is gone under the old one and new under the new one. */
export interface Renames {
  files: ReadonlyMap<string, string>;
  modules: ReadonlyMap<string, string>;
  packages: ReadonlyMap<string, string>;
}

/**
 * Files of different names are one when three quarters of their neighbours are, files of the same name when a quarter is, and when their
 * folders have the same name too, any is enough.
 */
const MIN_SCORE = 0.75;
const SAME_NAME = 0.5;
const SAME_FOLDER_NAME = 0.25;
/** With fewer neighbours than this a likeness is chance, unless the name is the same. */
const MIN_NEIGHBOURS = 3;
/** Above this only files of the same name are compared: such a change moved folders. */
const MAX_PAIRS = 40_000;
/** Of more files of one name (`index.ts`), only those in folders of the same name are. */
const MAX_NAMESAKES = 50;

/**
 * A snapshot holds no content, so files are told by name and by neighbours: what they import and who imports them, each by its own file
 * name, which a move leaves alone. Every file is paired at most once, the most alike first. A module is renamed when at least half of its files moved
 * to one module that is new; a package when its manifest has the same name elsewhere.
 */
export function findRenames(base: ArchitectureSnapshot, head: ArchitectureSnapshot): Renames {
  const packages = renamedPackages(base, head);
  const files = renamedFiles(base, head);
  return { files, modules: renamedModules(base, head, files), packages };
}

/** The base under the names of the head: paths, modules and packages. What modules depend on stays as it was; the public surface knows no files. */
export function followRenames(base: ArchitectureSnapshot, { files, modules, packages }: Renames): ArchitectureSnapshot {
  if (files.size + modules.size + packages.size === 0) return base;
  const file = (path: string) => files.get(path) ?? path;
  const module = (name: string) => modules.get(name) ?? name;
  const owner = (folder: string) => packages.get(folder) ?? folder;
  const moved = <Placed extends { path: string }>(each: Placed) => ({ ...each, path: file(each.path) });
  const witness = <Witness extends { from: string; to: string }>(each: Witness) => ({ ...each, from: file(each.from), to: file(each.to) });
  const cycle = (each: ArchitectureSnapshot['cycles'][number]) => renameCycle(each, file);
  return {
    ...base,
    sources: base.sources.map(([path, role, index]) => [file(path), role, index]),
    unresolvedRelative: base.unresolvedRelative.map(moved),
    testImports: base.testImports.map(witness),
    packages: base.packages.map((each) => ({ ...each, folder: owner(each.folder) })),
    modules: base.modules.map((each) => ({ ...each, name: module(each.name), package: owner(each.package) })),
    moduleEdges: base.moduleEdges.map((each) => ({
      ...each,
      from: module(each.from),
      to: module(each.to),
      witness: witness(each.witness),
    })),
    cycles: base.cycles.map(cycle),
    allCycles: base.allCycles.map(cycle),
    functions: base.functions.map(moved),
    clones: { ...base.clones, stretches: base.clones.stretches.map(moved) },
    unusedExports: { exports: base.unusedExports.exports.map(moved), orphans: base.unusedExports.orphans.map(moved) },
    skipped: base.skipped.map(moved),
  };
}

/** Files are sorted anew, so the edges between them, and the identity, follow. */
function renameCycle(
  cycle: ArchitectureSnapshot['cycles'][number],
  file: (path: string) => string,
): ArchitectureSnapshot['cycles'][number] {
  const order = cycle.files.map((path, index) => ({ path: file(path), index })).sort((a, b) => compareText(a.path, b.path));
  const position = new Map(order.map(({ index }, place) => [index, place]));
  const files = order.map(({ path }) => path);
  const place = (index: number) => position.get(index) as number;
  const edges = cycle.edges.map(([from, to, line]): [number, number, number] => [place(from), place(to), line]);
  return { id: cycleId(files), files, edges: edges.sort((a, b) => a[0] - b[0] || a[1] - b[1]) };
}

function renamedFiles(base: ArchitectureSnapshot, head: ArchitectureSnapshot): Map<string, string> {
  const [before, after] = [new Set(base.sources.map(([path]) => path)), new Set(head.sources.map(([path]) => path))];
  const gone = base.sources.flatMap(([path], index) => (after.has(path) ? [] : [{ path, index }]));
  const added = head.sources.flatMap(([path], index) => (before.has(path) ? [] : [{ path, index }]));
  if (gone.length === 0 || added.length === 0) return new Map();

  const [old, young] = [neighboursOf(base), neighboursOf(head)];
  const candidates = gone.length * added.length <= MAX_PAIRS ? () => added : namesakes(added);
  const pairs = gone.flatMap((from) =>
    candidates(from.path).flatMap((to) => {
      const score = likeness(from.path, to.path, old[from.index] ?? new Set(), young[to.index] ?? new Set());
      return score >= MIN_SCORE ? [{ from: from.path, to: to.path, score }] : [];
    }),
  );
  pairs.sort((a, b) => b.score - a.score || compareText(a.from, b.from) || compareText(a.to, b.to));
  const renames = new Map<string, string>();
  const taken = new Set<string>();
  for (const { from, to } of pairs) {
    if (renames.has(from) || taken.has(to)) continue;
    renames.set(from, to);
    taken.add(to);
  }
  return renames;
}

interface Source {
  path: string;
  index: number;
}

function namesakes(added: readonly Source[]): (path: string) => readonly Source[] {
  const nameOf = (path: string) => posix.basename(path);
  const nameInFolder = (path: string) => path.split('/').slice(-2).join('/');
  const [byName, byFolder] = [Map.groupBy(added, ({ path }) => nameOf(path)), Map.groupBy(added, ({ path }) => nameInFolder(path))];
  return (path) => {
    const all = byName.get(nameOf(path)) ?? [];
    return all.length <= MAX_NAMESAKES ? all : (byFolder.get(nameInFolder(path)) ?? []).slice(0, MAX_NAMESAKES);
  };
}

/**
 * From 0 to 1.75; the likeness of neighbours is Jaccard's, shared ones over all. Names alone are no evidence: every package has its own
 * `src/index.ts`. Only two files that have no neighbours at all are told by them: such a file has no edge that a wrong pair would hide.
 */
function likeness(from: string, to: string, before: ReadonlySet<string>, after: ReadonlySet<string>): number {
  const shared = before.intersection(after).size;
  if (shared === 0 && before.size + after.size > 0) return 0;
  const neighbours = shared === 0 ? 0 : shared / before.union(after).size;
  if (posix.basename(from) !== posix.basename(to)) return shared >= MIN_NEIGHBOURS ? neighbours : 0;
  const inSameFolder = posix.basename(posix.dirname(from)) === posix.basename(posix.dirname(to));
  return neighbours + SAME_NAME + (inSameFolder ? SAME_FOLDER_NAME : 0);
}

/** For each source the names of what it imports, and of its importers behind a `<`. */
function neighboursOf({ sources, imports, specifiers }: ArchitectureSnapshot): ReadonlySet<string>[] {
  const neighbours = sources.map(() => new Set<string>());
  const names = sources.map(([path]) => posix.basename(path));
  for (const [from, to, , , specifier] of imports) {
    neighbours[from]?.add(to >= 0 ? (names[to] as string) : (specifiers[specifier] as string));
    if (to >= 0) neighbours[to]?.add(`<${names[from]}`);
  }
  return neighbours;
}

function renamedModules(base: ArchitectureSnapshot, head: ArchitectureSnapshot, files: ReadonlyMap<string, string>): Map<string, string> {
  const [before, after] = [new Set(base.modules.map(({ name }) => name)), new Set(head.modules.map(({ name }) => name))];
  const moduleOf = new Map(head.sources.map(([path, , module]) => [path, head.modules[module]?.name]));
  const destinations = new Map<string, Map<string, number>>();
  for (const [path, , index] of base.sources) {
    const name = base.modules[index]?.name;
    const moved = files.get(path);
    const destination = moved === undefined ? undefined : moduleOf.get(moved);
    // A module whose files stayed was split or merged, not renamed.
    if (name === undefined || after.has(name) || destination === undefined || before.has(destination)) continue;
    const counts = destinations.get(name) ?? new Map<string, number>();
    destinations.set(name, counts.set(destination, (counts.get(destination) ?? 0) + 1));
  }
  const sizes = new Map(base.modules.map((module) => [module.name, module.files]));
  const renames = new Map<string, string>();
  for (const [name, counts] of destinations) {
    const [best, count] = [...counts].sort((a, b) => b[1] - a[1] || compareText(a[0], b[0]))[0] as [string, number];
    if (count * 2 >= (sizes.get(name) ?? 0)) renames.set(name, best);
  }
  return renames;
}

function renamedPackages(base: ArchitectureSnapshot, head: ArchitectureSnapshot): Map<string, string> {
  const [before, after] = [new Set(base.packages.map(({ folder }) => folder)), new Set(head.packages.map(({ folder }) => folder))];
  const added = new Map(head.packages.flatMap(({ folder, name }) => (name === null || before.has(folder) ? [] : [[name, folder]])));
  return new Map(
    base.packages.flatMap(({ folder, name }) => {
      const to = name === null || after.has(folder) ? undefined : added.get(name);
      return to === undefined ? [] : [[folder, to]];
    }),
  );
}
