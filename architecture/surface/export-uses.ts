/** Counts who uses which export, change by change, and says which of them nobody uses. */
import { z } from 'zod';
import { type ExportFact, IMPORT_KIND } from '../facts/file-facts.ts';
import { compareText } from '../graph/imports.ts';
import type { LinkedFile, SourceIndex } from '../graph/source-graph.ts';

const UnusedExport = z.strictObject({
  path: z.string(),
  /** `default` for the default export. */
  name: z.string(),
  /** Counted from 1. */
  line: z.int().positive(),
  /** Tests use it, and no production file does. */
  onlyTests: z.boolean(),
});
export type UnusedExport = z.infer<typeof UnusedExport>;

const Orphan = z.strictObject({ path: z.string(), onlyTests: z.boolean() });

/** Sorted by path. */
export const UnusedExports = z.strictObject({
  /** Exports of files that are imported, by nobody who takes this name. */
  exports: z.array(UnusedExport),
  /** Production files that no file imports: their exports are not listed one by one. */
  orphans: z.array(Orphan),
});
export type UnusedExports = z.infer<typeof UnusedExports>;

/** By production files (configuration counts as such), and by tests. */
interface Uses {
  production: number;
  tests: number;
}

/** A name of another file that passes this one on. */
interface PassedOn {
  by: number;
  as: string;
}

interface Verdict {
  path: string;
  exports: UnusedExport[];
  orphan?: UnusedExports['orphans'][number];
}

interface Target {
  names: Map<string, Uses>;
  /** Taken whole: a namespace, `import()`, `require`, a worker, a JSDoc import. */
  whole: Uses;
  /** Any import at all. */
  importers: Uses;
  /** By name here, `*` for `export * as`; then by file and name there. */
  passedOn: Map<string, Map<string, PassedOn>>;
  /** Files that pass all names on: `export * from`. */
  starredBy: Set<number>;
}

const { RE_EXPORT, SIDE_EFFECT, TRIPLE_SLASH } = IMPORT_KIND;
/**
 * An export is unused when its file is a production file and no entry, no file takes it by name or takes the whole module, and no
 * file that passes it on is an entry or has a user of it. A use inside the own file is none. What a namespace import does with
 * its module is not followed: all of its names count as used.
 *
 * A file is an orphan when no file imports it and it is no entry. Files that only a framework's convention loads (pages, routes,
 * migrations) look like orphans too: nobody's text names them.
 *
 * `add` and `remove` cost what the one file imports and exports; `remove` needs the file as it was added. `unused` looks again at
 * files whose users changed, and at what these pass on.
 */
export class ExportUses implements SourceIndex {
  readonly #targets = new Map<number, Target>();
  readonly #files = new Map<number, LinkedFile>();
  readonly #unused = new Map<number, Verdict>();
  #list: UnusedExports | undefined;
  readonly #dirty = new Set<number>();
  #entries: ReadonlySet<string> = new Set();

  add(file: LinkedFile): void {
    this.#files.set(file.id, file);
    this.#count(file, 1);
  }

  remove(file: LinkedFile): void {
    this.#files.delete(file.id);
    this.#count(file, -1);
  }

  /** @param entries what the world outside the tree's imports takes: published, installed or run by a script */
  unused(entries: ReadonlySet<string>): UnusedExports {
    if (!sameSets(entries, this.#entries)) for (const id of this.#files.keys()) this.#dirty.add(id);
    this.#entries = entries;
    // A name is used when those it is passed on as are: the set grows while it is walked.
    for (const id of this.#dirty) for (const target of passedOnBy(this.#files.get(id))) this.#dirty.add(target);
    for (const id of this.#dirty) {
      const verdict = this.#judge(this.#files.get(id));
      // Most changes leave a file without anything unused as it was.
      if (verdict || this.#unused.has(id)) this.#list = undefined;
      if (verdict) this.#unused.set(id, verdict);
      else this.#unused.delete(id);
    }
    this.#dirty.clear();
    this.#list ??= listOf([...this.#unused.values()]);
    return this.#list;
  }

  #judge(file: LinkedFile | undefined): Verdict | undefined {
    if (file?.role !== 'production' || this.#entries.has(file.path)) return undefined;
    const { id, path } = file;
    const importers = this.#targets.get(id)?.importers ?? none();
    if (importers.production === 0) return { path, exports: [], orphan: { path, onlyTests: importers.tests > 0 } };
    const exports = file.links.exports.flatMap(({ name, line }) => {
      if (name === '*' || this.#isUsed({ by: id, as: name }, 'production')) return [];
      return [{ path, name, line, onlyTests: this.#isUsed({ by: id, as: name }, 'tests') }];
    });
    return exports.length === 0 ? undefined : { path, exports: exports.sort((a, b) => compareText(a.name, b.name)) };
  }

  #isUsed(start: PassedOn, user: keyof Uses): boolean {
    const target = this.#targets.get(start.by);
    if (!target) return false;
    if (this.#isTaken(start, target, user)) return true;
    return target.passedOn.size + target.starredBy.size > 0 && this.#isUsedFurtherOn(start, user);
  }

  /** Walks from a name to all names it is passed on as. */
  #isUsedFurtherOn(start: PassedOn, user: keyof Uses): boolean {
    const names = new Map([[keyOf(start), start]]);
    for (const { by, as } of names.values()) {
      if (by !== start.by && this.#entries.has(this.#files.get(by)?.path ?? '')) return true;
      const target = this.#targets.get(by);
      if (!target) continue;
      if (this.#isTaken({ by, as }, target, user)) return true;
      for (const wanted of [as, '*']) for (const [key, each] of target.passedOn.get(wanted) ?? []) names.set(key, each);
      if (as === 'default') continue;
      for (const file of target.starredBy) names.set(keyOf({ by: file, as }), { by: file, as });
    }
    return false;
  }

  /** The default import of a CommonJS module is the whole of it. */
  #isTaken({ by, as }: PassedOn, { whole, names }: Target, user: keyof Uses): boolean {
    if (whole[user] > 0 || (names.get(as)?.[user] ?? 0) > 0) return true;
    return this.#files.get(by)?.links.commonJs === true && (names.get('default')?.[user] ?? 0) > 0;
  }

  #count(file: LinkedFile, by: 1 | -1): void {
    this.#dirty.add(file.id);
    const user = file.role === 'test' ? 'tests' : 'production';
    const imported = new Set<number>();
    for (const [index, { kinds, names }] of file.links.imports.entries()) {
      const id = file.targets[index] ?? -1;
      if (id < 0 || id === file.id) continue;
      imported.add(id);
      // Names that are passed on are counted with the export that does it.
      if ((kinds & (RE_EXPORT | SIDE_EFFECT | TRIPLE_SLASH)) !== 0) continue;
      const target = this.#targetOf(id);
      if (names) for (const name of names) countName(target, name, user, by);
      else target.whole[user] += by;
    }
    for (const { id, fact } of passedOnExports(file)) countPassedOn(this.#targetOf(id), file.id, fact, by);
    for (const id of imported) {
      this.#dirty.add(id);
      const { importers } = this.#targetOf(id);
      importers[user] += by;
      if (isEmpty(importers)) this.#targets.delete(id);
    }
  }

  #targetOf(id: number): Target {
    const known = this.#targets.get(id);
    if (known) return known;
    const target: Target = { names: new Map(), whole: none(), importers: none(), passedOn: new Map(), starredBy: new Set() };
    this.#targets.set(id, target);
    return target;
  }
}

function passedOnExports(file: LinkedFile): { id: number; fact: ExportFact }[] {
  const passedOn = file.links.exports.filter(({ from }) => from !== undefined);
  if (passedOn.length === 0) return [];
  const targets = new Map(file.links.imports.map(({ specifier }, index) => [specifier, file.targets[index] ?? -1]));
  return passedOn.map((fact) => ({ id: targets.get(fact.from ?? '') ?? -1, fact })).filter(({ id }) => id >= 0 && id !== file.id);
}

function passedOnBy(file: LinkedFile | undefined): Set<number> {
  return new Set(file ? passedOnExports(file).map(({ id }) => id) : []);
}

function listOf(verdicts: Verdict[]): UnusedExports {
  verdicts.sort((a, b) => compareText(a.path, b.path));
  return { exports: verdicts.flatMap(({ exports }) => exports), orphans: verdicts.flatMap(({ orphan }) => orphan ?? []) };
}

function sameSets(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a === b || (a.size === b.size && a.isSubsetOf(b));
}

function countName({ names }: Target, name: string, user: keyof Uses, by: 1 | -1): void {
  const uses = names.get(name) ?? none();
  uses[user] += by;
  if (isEmpty(uses)) names.delete(name);
  else names.set(name, uses);
}

function countPassedOn({ passedOn, starredBy }: Target, file: number, fact: ExportFact, by: 1 | -1): void {
  if (fact.name === '*') {
    if (by > 0) starredBy.add(file);
    else starredBy.delete(file);
    return;
  }
  const name = fact.imported ?? fact.name;
  const each = { by: file, as: fact.name };
  const known = passedOn.get(name) ?? new Map<string, PassedOn>();
  if (by > 0) passedOn.set(name, known.set(keyOf(each), each));
  else if (known.delete(keyOf(each)) && known.size === 0) passedOn.delete(name);
}

function keyOf({ by, as }: PassedOn): string {
  return `${by} ${as}`;
}

function none(): Uses {
  return { production: 0, tests: 0 };
}

function isEmpty({ production, tests }: Uses): boolean {
  return production === 0 && tests === 0;
}
