/** What a change did to the public surface, and what version number that asks for. */
import type { SemverClass } from '#contracts';
import { compareShapes } from './declaration-shape.ts';
import type { PublicSurface } from './public-surface.ts';

export interface SurfaceChange {
  package: string;
  /** As a consumer reaches it: `Parcel`, or `shapes.Parcel` through a namespace. Nothing when a whole entry is meant. */
  name?: string;
  /** The entries it is reached by, and was changed at. */
  entries: string[];
  /** `major`: it is gone, or a mere type now; `minor`: it was added, or takes something optional more. */
  class: SemverClass;
  /** It is still there as a type, and was a value. */
  asValue?: true;
  place: { path: string; line: number };
}

export interface SurfaceDifference {
  /** By package name, packages of both sides. */
  classes: Map<string, SemverClass>;
  /** The highest of them. */
  class: SemverClass;
  /** A name, or with no name a whole entry. */
  removed: SurfaceChange[];
  changed: SurfaceChange[];
  added: SurfaceChange[];
  /** Names and entries that are missing at the head because it could not be read there. */
  unreadable: SurfaceChange[];
}

const ORDER: readonly SemverClass[] = ['patch', 'minor', 'unclear', 'major'];
/** Namespaces inside of namespaces are followed so far; who writes more means a circle. */
const MAX_NAMESPACES = 4;

/** Pure. Packages are matched by name, so that a moved folder changes nothing; a package that is new or gone is one whose entries all are. */
export function compareSurfaces(base: PublicSurface, head: PublicSurface): SurfaceDifference {
  const difference: SurfaceDifference = { classes: new Map(), class: 'patch', removed: [], changed: [], added: [], unreadable: [] };
  const before = packagesOf(base);
  const after = packagesOf(head);
  for (const name of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const changes = comparePackages(name, before.get(name), after.get(name), difference);
    const highest = ORDER[Math.max(0, ...changes.map((change) => ORDER.indexOf(change.class)))] as SemverClass;
    difference.classes.set(name, highest);
    if (ORDER.indexOf(highest) > ORDER.indexOf(difference.class)) difference.class = highest;
  }
  return difference;
}

type PublicModule = PublicSurface['modules'][number];

interface Entry {
  name: string;
  path: string;
  complete: boolean;
  names: Map<string, { kind: 'value' | 'type' | 'namespace'; shape: string; path: string; line: number }>;
}

interface Published {
  manifest: string;
  entries: Map<string, Entry>;
  unmapped: Set<string>;
}

function packagesOf({ packages, modules, declaredIn }: PublicSurface): Map<string, Published> {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  return new Map(
    packages.map(({ name, folder, entries, unmapped }) => [
      name,
      {
        manifest: folder === '.' ? 'package.json' : `${folder}/package.json`,
        entries: new Map(entries.map(([entry, path]) => [entry, readEntry(entry, path, byPath, declaredIn)])),
        unmapped: new Set(unmapped),
      },
    ]),
  );
}

function readEntry(name: string, path: string, modules: ReadonlyMap<string, PublicModule>, declaredIn: readonly string[]): Entry {
  const entry: Entry = { name, path, complete: true, names: new Map() };
  const walk = (module: PublicModule | undefined, prefix: string, depth: number): void => {
    if (!module) return;
    entry.complete &&= module.complete;
    for (const [own, kind, shape, file, line] of module.names) {
      const full = prefix + own;
      entry.names.set(full, { kind, shape: kind === 'namespace' ? '' : shape, path: declaredIn[file] ?? path, line });
      if (kind === 'namespace' && depth < MAX_NAMESPACES) walk(modules.get(shape), `${full}.`, depth + 1);
    }
  };
  if (!name.startsWith('bin ')) walk(modules.get(path), '', 0);
  return entry;
}

function comparePackages(
  name: string,
  base: Published | undefined,
  head: Published | undefined,
  difference: SurfaceDifference,
): SurfaceChange[] {
  const removed = new Changes(name, 'major');
  const narrowed = new Changes(name, 'major');
  const unreadable = new Changes(name, 'unclear');
  const changed = { unclear: new Changes(name, 'unclear'), additive: new Changes(name, 'minor') };
  const added = new Changes(name, 'minor');
  const inManifest = { path: (head ?? base)?.manifest ?? '', line: 1 };
  for (const key of [...new Set([...(base?.entries.keys() ?? []), ...(head?.entries.keys() ?? [])])].sort()) {
    const before = base?.entries.get(key);
    const after = head?.entries.get(key);
    if (before && after) compareEntries(before, after);
    else if (before) (head?.unmapped.has(key) ? unreadable : removed).add(key, undefined, inManifest);
    else if (after && !base?.unmapped.has(key)) added.add(key, undefined, inManifest);
  }

  function compareEntries(before: Entry, after: Entry): void {
    for (const [each, was] of before.names) {
      const is = after.names.get(each);
      if (!is) {
        if (!goesWithItsNamespace(each, before, after))
          (after.complete ? removed : unreadable).add(before.name, each, { path: after.path, line: 1 });
      } else if (was.kind === 'value' && is.kind === 'type') narrowed.add(before.name, each, is);
      else if (was.kind !== is.kind) changed.unclear.add(before.name, each, is);
      else {
        const change = compareShapes(was.shape, is.shape);
        if (change !== 'same') changed[change].add(before.name, each, is);
      }
    }
    if (!before.complete) return;
    for (const [each, is] of after.names) {
      if (!before.names.has(each) && !goesWithItsNamespace(each, after, before)) added.add(after.name, each, is);
    }
  }

  const asValue = narrowed.list().map((change): SurfaceChange => ({ ...change, asValue: true }));
  const all = [removed.list(), asValue, changed.unclear.list(), changed.additive.list(), added.list(), unreadable.list()] as const;
  difference.removed.push(...all[0], ...all[1]);
  difference.changed.push(...all[2], ...all[3]);
  difference.added.push(...all[4]);
  difference.unreadable.push(...all[5]);
  return all.flat();
}

/** Where a whole namespace comes or goes, its names are not news of their own. */
function goesWithItsNamespace(name: string, here: Entry, there: Entry): boolean {
  const namespace = name.slice(0, Math.max(0, name.lastIndexOf('.')));
  return here.names.has(namespace) && !there.names.has(namespace);
}

/** Changes of one sort, each name once with all entries it happened at. */
class Changes {
  readonly #byName = new Map<string, SurfaceChange>();
  readonly #package: string;
  readonly #class: SemverClass;

  constructor(owner: string, semver: SemverClass) {
    this.#package = owner;
    this.#class = semver;
  }

  add(entry: string, name: string | undefined, { path, line }: { path: string; line: number }): void {
    const key = name ?? `\0${entry}`;
    const known = this.#byName.get(key);
    if (known) known.entries.push(entry);
    else {
      const change: SurfaceChange = { package: this.#package, entries: [entry], class: this.#class, place: { path, line } };
      this.#byName.set(key, name === undefined ? change : { ...change, name });
    }
  }

  list(): SurfaceChange[] {
    return [...this.#byName.values()];
  }
}
