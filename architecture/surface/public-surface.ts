/** What the packages of a tree offer to others: the names behind each entry, with the shape of their declarations. */
import { z } from 'zod';
import { compareText } from '../graph/imports.ts';
import type { LinkedFile, SourceGraph } from '../graph/source-graph.ts';
import type { Package } from '../tree/package-sources.ts';
import { shapeOf } from './declaration-shape.ts';
import { ExportReader, type Origin } from './exported-names.ts';
import type { PackageEntries } from './package-entries.ts';

/**
 * `value` is there when the program runs, `type` is not; a class is a value. `namespace` is a whole module as one object, whose
 * names are those of the module at the shape's path.
 */
const PublicKind = z.enum(['value', 'type', 'namespace']);

const PublicName = z.tuple([
  /** As a consumer writes it; `default` for the default export, `* from module` for all that a module outside the tree exports. */
  z.string(),
  PublicKind,
  /** `declaration-shape.ts` says how to read it; of a namespace, the path of its module. */
  z.string(),
  /** Where it is declared, or passed on from outside: an index into `declaredIn`. */
  z.int().nonnegative(),
  /** Counted from 1. */
  z.int().positive(),
]);

export const PublicSurface = z.strictObject({
  packages: z.array(
    z.strictObject({
      name: z.string(),
      folder: z.string(),
      /** `.`, `./sub` or `bin name`, and the source behind it. */
      entries: z.array(z.tuple([z.string(), z.string()])),
      /** Published entries that no source was found for. */
      unmapped: z.array(z.string()),
    }),
  ),
  /** By path. `complete`: no file that has a say has a syntax error. */
  modules: z.array(z.strictObject({ path: z.string(), complete: z.boolean(), names: z.array(PublicName) })),
  declaredIn: z.array(z.string()),
});
export type PublicSurface = z.infer<typeof PublicSurface>;

export interface PublishedPackage {
  manifest: Package;
  entries: PackageEntries;
}

type Name = [name: string, kind: z.infer<typeof PublicKind>, shape: string, declaredIn: string, line: number];

interface ReadModule {
  names: Name[];
  complete: boolean;
  namespaces: LinkedFile[];
  visited: Set<LinkedFile>;
}

/**
 * A package has a surface when it has a name and others can have it: it is not private, or it is private and states `exports`, or
 * another package of the tree imports from it. Moving a declaration changes nothing as long as the entries keep its name.
 * Remembers what it read: a second `read` looks only at modules whose files have changed.
 */
export class SurfaceReader {
  readonly #modules = new Map<string, ReadModule>();
  readonly #shapes = new WeakMap<LinkedFile, FileShapes>();

  read(graph: SourceGraph, packages: readonly PublishedPackage[]): PublicSurface {
    this.#forgetChanged(graph);
    const reader = new ExportReader(graph);
    const published = publishedPackages(packages, graph);
    const wanted = new Set(
      published.flatMap(({ entries }) => entries.filter(([name]) => !name.startsWith('bin ')).map(([, path]) => path)),
    );
    for (const path of wanted) {
      const file = graph.files[graph.idOf(path) ?? -1];
      if (!file) continue;
      const module = this.#modules.get(path) ?? this.#readModule(file, reader);
      this.#modules.set(path, module);
      for (const namespace of module.namespaces) wanted.add(namespace.path);
    }
    for (const path of this.#modules.keys()) if (!wanted.has(path)) this.#modules.delete(path);
    return summarize(published, this.#modules);
  }

  /** A file that changed is another object, here or in what leads to it. */
  #forgetChanged(graph: SourceGraph): void {
    const asBefore = new Map<LinkedFile, boolean>();
    for (const [path, { visited }] of this.#modules) {
      for (const file of visited) {
        const same = asBefore.get(file) ?? graph.files[file.id] === file;
        asBefore.set(file, same);
        if (same) continue;
        this.#modules.delete(path);
        break;
      }
    }
  }

  #readModule(file: LinkedFile, reader: ExportReader): ReadModule {
    const { names, foreignStars, visited, incomplete } = reader.namesOf(file);
    const namespaces: LinkedFile[] = [];
    const read = [...names].map(([name, origin]): Name => {
      if (origin.kind === 'namespace') namespaces.push(origin.file);
      return [name, ...this.#describe(name, origin)];
    });
    const stars = foreignStars.map((specifier): Name => [`* from ${specifier}`, 'value', shapeOf(`from ${specifier}`), file.path, 1]);
    return { names: [...read, ...stars].sort((a, b) => compareText(a[0], b[0])), complete: !incomplete, namespaces, visited };
  }

  #describe(name: string, origin: Origin): [kind: Name[1], shape: string, declaredIn: string, line: number] {
    const { kind, file, fact, typeOnly } = origin;
    if (kind === 'namespace') return ['namespace', file.path, file.path, 1];
    if (kind === 'foreign') {
      return [typeOnly ? 'type' : 'value', shapeOf(`from ${origin.specifier} ${fact.imported ?? name}`), file.path, fact.line];
    }
    const shapes = this.#shapes.get(file) ?? readShapes(file);
    this.#shapes.set(file, shapes);
    const { shape, isType } = shapes.get(fact.name) ?? UNDECLARED;
    return [isType || typeOnly ? 'type' : 'value', shape, file.path, fact.line];
  }
}

/** By exported name. */
type FileShapes = Map<string, { shape: string; isType: boolean }>;

const UNDECLARED = { shape: shapeOf(''), isType: false };

function readShapes(file: LinkedFile): FileShapes {
  return new Map(
    Object.entries(file.text().declarations).map(([name, text]) => {
      return [name, { shape: shapeOf(text), isType: text !== '' && text.split('\n').every(isTypeText) }];
    }),
  );
}

/** A type, what one needs, or a namespace of nothing but types, which is not there when the program runs. */
function isTypeText(line: string): boolean {
  if (/^(interface|type) |^[^ ]+@[0-9a-f]{8}$/.test(line)) return true;
  return line.startsWith('namespace ') && !/[{;}] (export )?(const|let|var|function|(abstract )?class|enum|import) /.test(line);
}

function publishedPackages(packages: readonly PublishedPackage[], graph: SourceGraph): PublicSurface['packages'] {
  const isPublic = ({ manifest: { isPrivate, exports } }: PublishedPackage) => !isPrivate || exports !== undefined;
  const named = packages.filter(({ manifest }) => manifest.name !== undefined);
  const fromOutside = named.every(isPublic) ? new Set() : packagesImportedByOthers(graph);
  return named
    .filter((each) => isPublic(each) || fromOutside.has(each.manifest.folder))
    .map(({ manifest, entries }) => ({
      name: manifest.name ?? '',
      folder: manifest.folder,
      entries: entries.entries.map(({ name, paths }): [string, string] => [name, paths.find(isTyped) ?? paths[0] ?? '']),
      unmapped: entries.unmapped,
    }))
    .sort((a, b) => compareText(a.name, b.name) || compareText(a.folder, b.folder));
}

function packagesImportedByOthers(graph: SourceGraph): Set<string> {
  const imported = new Set<string>();
  for (const file of graph.files) {
    if (!file) continue;
    for (const target of file.targets) {
      const owner = target < 0 ? undefined : graph.files[target]?.package;
      if (owner !== undefined && owner !== file.package) imported.add(owner);
    }
  }
  return imported;
}

function summarize(packages: PublicSurface['packages'], modules: ReadonlyMap<string, ReadModule>): PublicSurface {
  const declaredIn = [...new Set([...modules.values()].flatMap(({ names }) => names.map(([, , , path]) => path)))].sort();
  const index = new Map(declaredIn.map((path, position) => [path, position]));
  return {
    packages,
    modules: [...modules]
      .map(([path, { names, complete }]) => ({
        path,
        complete,
        names: names.map(([name, kind, shape, file, line]): PublicSurface['modules'][number]['names'][number] => [
          name,
          kind,
          shape,
          index.get(file) ?? 0,
          line,
        ]),
      }))
      .sort((a, b) => compareText(a.path, b.path)),
    declaredIn,
  };
}

function isTyped(path: string): boolean {
  return /\.[cm]?tsx?$/.test(path);
}
