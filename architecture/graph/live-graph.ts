/** The linked files of one tree, kept true while the tree changes. */
import { posix } from 'node:path';
import { type ExportFact, IMPORT_KIND, type ImportFact } from '../facts/file-facts.ts';
import { type ReadOptions, readFacts, type SourceFacts } from '../facts/read-facts.ts';
import { inTurns } from '../in-turns.ts';
import type { Package } from '../tree/package-sources.ts';
import type { SkipReason } from '../tree/skipped.ts';
import {
  exists,
  filesBelow,
  findSourceFiles,
  isBehindLink,
  isIgnored,
  isSource,
  roleOf,
  type SourceTree,
  takeConfiguration,
} from '../tree/source-files.ts';
import { isRelative, Resolver } from './resolution.ts';
import { type LinkedFile, NO_FILE, type SourceGraph, type SourceIndex } from './source-graph.ts';
import { PendingChange, type TreeChange } from './tree-change.ts';

const { VALUE, TYPE } = IMPORT_KIND;

/** More files coming or going at once, and looking everything up anew is cheaper than finding out what is concerned. */
const MAX_NAMES_TO_SEARCH = 200;

/** What is known of a file beside where its imports lead. */
interface Source {
  path: string;
  facts: SourceFacts;
  /** Exported names that are types only. */
  types: ReadonlySet<string>;
  importers: Set<number>;
}

interface OpenGraphOptions extends ReadOptions {
  signal?: AbortSignal | undefined;
}

export class LiveGraph implements SourceGraph {
  readonly files: (LinkedFile | undefined)[] = [];
  readonly tree: SourceTree;
  readonly #ids = new Map<string, number>();
  readonly #sources: (Source | undefined)[] = [];
  readonly #indexes: readonly SourceIndex[];
  #resolver: Resolver;
  /** What was read, and not yet linked, when an update was aborted is linked by the next. */
  #change = new PendingChange();

  private constructor(tree: SourceTree, indexes: readonly SourceIndex[]) {
    this.tree = tree;
    this.#indexes = indexes;
    this.#resolver = new Resolver(tree);
  }

  /** Reads and links every source, in turns. */
  static async open(tree: SourceTree, indexes: readonly SourceIndex[], { signal, ...options }: OpenGraphOptions): Promise<LiveGraph> {
    const graph = new LiveGraph(tree, indexes);
    await inTurns([...tree.sources.keys()].sort(), (path) => graph.#read(path, options), signal);
    await inTurns(graph.#ids.values(), (id) => graph.#link(id), signal);
    return graph;
  }

  idOf(path: string): number | undefined {
    return this.#ids.get(path);
  }

  get packages(): readonly Package[] {
    return this.#resolver.packages;
  }

  /** What was worked around in the configuration, sorted. */
  get notes(): readonly string[] {
    return this.#resolver.notes;
  }

  skipReasonOf(id: number): SkipReason | undefined {
    return this.#sources[id]?.facts.skipped;
  }

  importersOf(id: number): ReadonlySet<number> {
    return this.#sources[id]?.importers ?? new Set();
  }

  /** @param paths relative to the root: files that may have come, gone or changed, in any order; a folder stands for all below it */
  async update(paths: Iterable<string>, signal?: AbortSignal): Promise<TreeChange> {
    const change = this.#change;
    await inTurns(this.#expand(paths), (path) => this.#reread(path, change), signal);
    const everything = change.configuration && (await this.#reconfigure(change, signal));
    for (const id of everything ? this.#ids.values() : this.#concerned(change)) change.relink.add(id);
    await inTurns(change.relink, (id) => this.#link(id), signal);
    this.#change = new PendingChange();
    return change.finish(change.relink.size);
  }

  *#expand(paths: Iterable<string>): Iterable<string> {
    const seen = new Set<string>();
    for (const written of paths) {
      const path = posix.normalize(written).replace(/\/$/, '');
      if (path.startsWith('../') || path.startsWith('/') || seen.has(path)) continue;
      seen.add(path);
      if (path !== '.') yield path;
      // Nothing was known by this name: a new file, or a folder that came or went.
      if (!this.#ids.has(path) && !this.tree.assets.has(path)) yield* filesBelow(this.tree, path);
    }
  }

  #reread(path: string, change: PendingChange): void {
    change.told.add(path);
    const ignored = isIgnored(path, this.tree);
    if (isSource(path)) this.#rereadSource(path, ignored, change);
    else {
      if (this.#resolver.reads(path)) change.configuration = true;
      const had = this.tree.assets.delete(path);
      const has = !ignored && exists(this.tree, path);
      if (has) this.tree.assets.add(path);
      if (had !== has) change.moved.add(path);
    }
  }

  #rereadSource(path: string, ignored: boolean, change: PendingChange): void {
    const known = this.#ids.get(path);
    const before = known === undefined ? undefined : this.#sources[known];
    const id = ignored || isBehindLink(this.tree.root, path) ? undefined : this.#read(path, { keepText: true });
    const after = id === undefined ? undefined : this.#sources[id];
    if (after === before) return;
    if (id !== undefined) change.relink.add(id);
    if (before && after) {
      change.changed.add(path);
      // What importers take may now be a type, or no longer be one.
      if (before.types.symmetricDifference(after.types).size > 0) for (const importer of after.importers) change.relink.add(importer);
      return;
    }
    change.moved.add(path);
    if (after) change.added.add(path);
    else {
      change.removed.add(path);
      for (const importer of this.#remove(known as number)) change.relink.add(importer);
    }
  }

  /**
   * Configuration is small and says what everything means: it is read anew as a whole.
   * @returns whether it now says something else about links
   */
  async #reconfigure(change: PendingChange, signal: AbortSignal | undefined): Promise<boolean> {
    const before = this.#resolver.key;
    if (takeConfiguration(this.tree)) change.output = true;
    if (change.output) {
      // The tree is another one.
      const fresh = this.tree.isListed ? this.tree : await findSourceFiles(this.tree.root, { signal });
      const paths = [change.told, this.tree.sources.keys(), this.tree.assets, fresh.sources.keys(), fresh.assets].flatMap((each) => [
        ...each,
      ]);
      await inTurns(new Set(paths), (path) => this.#reread(path, change), signal);
    }
    for (const path of this.tree.sources.keys()) this.tree.sources.set(path, roleOf(path, this.tree));
    this.#resolver = new Resolver(this.tree, this.#resolver);
    return this.#resolver.key !== before;
  }

  /** Files with an import that now means something else, because other files came or went. */
  *#concerned({ moved }: PendingChange): Iterable<number> {
    if (moved.size === 0) return;
    const names = this.#resolver.refresh(moved);
    if (moved.size > MAX_NAMES_TO_SEARCH) return yield* this.#ids.values();
    const mentions = [...moved].flatMap((path) => mentionsOf(path, this.#resolver.packageOf(path)?.folder));
    for (const file of this.files) {
      if (!file) continue;
      const { path, links, targets } = file;
      const changed = links.imports.some((fact, index) => {
        const { specifier } = fact;
        const mayChange = isRelative(specifier) ? mayMean(specifier, mentions) : names.has(specifier);
        return mayChange && this.#targetOf(path, fact) !== targets[index];
      });
      if (changed) yield file.id;
    }
  }

  /** @returns the id of a source that is there; its content may be what it was */
  #read(path: string, options?: ReadOptions): number | undefined {
    const known = this.#ids.get(path);
    const source = known === undefined ? undefined : this.#sources[known];
    const facts = readFacts(this.tree.root, path, source?.facts, options);
    if (facts?.skipped === 'symbolic-link') this.tree.links.add(path);
    else this.tree.links.delete(path);
    if (!facts || facts.skipped === 'symbolic-link') {
      this.tree.sources.delete(path);
      return undefined;
    }
    const id = known ?? this.files.push(undefined) - 1;
    if (known === undefined) {
      this.#ids.set(path, id);
      this.tree.sources.set(path, roleOf(path, this.tree));
    }
    if (facts !== source?.facts)
      this.#sources[id] = { path, facts, types: typesAmong(facts.links.exports), importers: source?.importers ?? new Set() };
    return id;
  }

  /** Files are exchanged only when something about them has changed, so that indexes see no more than that. */
  #link(id: number): void {
    const source = this.#sources[id];
    if (!source) return;
    const { path, facts } = source;
    const targets = facts.links.imports.map((fact) => this.#targetOf(path, fact));
    const after: LinkedFile = {
      id,
      path,
      role: this.tree.sources.get(path) ?? 'production',
      package: this.#resolver.packageOf(path)?.folder ?? '.',
      links: facts.links,
      targets,
      kinds: facts.links.imports.map((fact, index) => this.#effectOf(fact, targets[index] as number)),
      text: () => facts.text(),
    };
    const before = this.files[id];
    if (before && isAlike(before, after)) return;
    if (before) this.#unlink(before);
    this.files[id] = after;
    for (const target of targets) this.#sources[target]?.importers.add(id);
    for (const index of this.#indexes) index.add(after);
  }

  #unlink(file: LinkedFile): void {
    for (const index of this.#indexes) index.remove(file);
    for (const target of file.targets) this.#sources[target]?.importers.delete(file.id);
    this.files[file.id] = undefined;
  }

  /** @returns who imports it */
  #remove(id: number): ReadonlySet<number> {
    const [file, source] = [this.files[id], this.#sources[id]];
    if (file) this.#unlink(file);
    if (source) {
      this.#ids.delete(source.path);
      this.tree.sources.delete(source.path);
    }
    this.#sources[id] = undefined;
    return source?.importers ?? new Set();
  }

  #targetOf(importer: string, { specifier, kinds }: ImportFact): number {
    const resolution = this.#resolver.resolve(importer, specifier);
    // A URL may mean a folder, or a file that is made later.
    if (resolution === NO_FILE.UNRESOLVED && kinds === IMPORT_KIND.URL) return NO_FILE.ELSEWHERE;
    return typeof resolution === 'number' ? resolution : (this.#ids.get(resolution) ?? NO_FILE.ELSEWHERE);
  }

  /** TypeScript drops an import of which only types are taken, so it cannot close a cycle at run time. Names passed on by a barrel count as values. */
  #effectOf({ kinds, names }: ImportFact, target: number): number {
    const source = this.#sources[target];
    if ((kinds & VALUE) === 0 || !source) return kinds;
    const isDeclaration = this.tree.sources.get(source.path) === 'declaration';
    return isDeclaration || names?.every((name) => source.types.has(name)) ? (kinds & ~VALUE) | TYPE : kinds;
  }
}

/** Whether a relative specifier may lead to one of the files that are called so, or to a folder that holds one. */
function mayMean(specifier: string, mentions: readonly string[]): boolean {
  return specifier.endsWith('.') || specifier.endsWith('/') || mentions.some((name) => specifier.includes(name));
}

/** Parts of specifiers by which an import may mean a path: its own name, its folder's for an index, its package's. */
function mentionsOf(path: string, owner: string | undefined): string[] {
  const name =
    posix
      .basename(path)
      .split('.')
      .find((part) => part !== '') ?? '';
  return [name, ...(name === 'index' ? [posix.basename(posix.dirname(path))] : []), posix.basename(owner ?? '')].filter(
    (each) => each !== '',
  );
}

function typesAmong(exports: readonly ExportFact[]): Set<string> {
  return new Set(exports.filter((each) => each.typeOnly).map((each) => each.name));
}

function isAlike(a: LinkedFile, b: LinkedFile): boolean {
  const same = (left: readonly number[], right: readonly number[]) => left.every((each, index) => each === right[index]);
  return a.links === b.links && a.role === b.role && a.package === b.package && same(a.targets, b.targets) && same(a.kinds, b.kinds);
}
