/** Answers which file of the tree an import means, from memory alone. */
import { lstatSync, realpathSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix, relative, sep } from 'node:path';
import { firstSource, type Package, readPackage, sourceOfEntry, sourceOfPackageImport } from '../tree/package-sources.ts';
import { fileAt, indexOf } from '../tree/source-at.ts';
import { isIgnored, type SourceTree } from '../tree/source-files.ts';
import { aliasTargets, type Tsconfig, TsconfigReader } from '../tree/tsconfigs.ts';
import { NO_FILE } from './source-graph.ts';

/** A source file of the tree, or one of `NO_FILE`. */
export type Resolution = string | number;

/** Files that frameworks generate next to a route, in memory or at build time: SvelteKit's `./$types`, React Router's `./+types/...`. */
const GENERATED = /^\.{1,2}\/(.*\/)?(\$types|\+types\/)/;
/** A path into somebody else's package, written out: SDKs probe for optional types with a chain of `../../node_modules/...`. */
const INSTALLED = /\/node_modules\//;
/** Cannot be the name of an npm package. */
const LOCAL_ALIAS = /^[@~]\//;
const SCHEME_OR_ROOT = /^([a-z][a-z0-9+.-]*:|\/)/i;

const DOT = 46;
const SLASH = 47;

/** Whether a specifier can only mean this repository, so that finding nothing is an error and not a missing dependency. */
export function isLocal(specifier: string): boolean {
  if (GENERATED.test(specifier) || INSTALLED.test(specifier)) return false;
  return isRelative(specifier) || LOCAL_ALIAS.test(specifier) || /^#[^/]/.test(specifier);
}

/** What all files share that have the same nearest package.json and obey the same tsconfigs: the same name means the same to them. */
interface Scope {
  package: Package | undefined;
  /** The nearest, then those that it refers to and that claim the file. */
  tsconfigs: readonly Tsconfig[];
  names: Map<string, Resolution>;
}

/** What is nearest above the files of one folder. */
interface Surroundings {
  package: Package | undefined;
  tsconfig: Tsconfig | undefined;
}

/**
 * The configuration of one tree, and what names mean under it. Nothing but configuration is read from disk, except that a relative
 * import which leads nowhere is asked for there once more: it may go through a symbolic link inside the tree.
 *
 * Packages of the tree resolve to their sources by their manifests, installed or not. A relative import never leads out of the tree.
 * Answers are the same with and without installed dependencies, so that two trees can be compared of which only one has them.
 */
export class Resolver {
  readonly packages: readonly Package[];
  /** What was worked around, sorted. */
  readonly notes: readonly string[];
  readonly #tree: SourceTree;
  readonly #reader: TsconfigReader;
  readonly #byName: ReadonlyMap<string | undefined, Package[]>;
  readonly #byFolder: ReadonlyMap<string, Package>;
  readonly #tsconfigs: ReadonlyMap<string, Tsconfig>;
  readonly #scopes: Map<string, Scope>;
  readonly #surroundings = new Map<string, Surroundings>();
  readonly #has: (path: string) => boolean;

  /** @param previous of the same tree before: what it knows of names is taken over when the configuration still says the same */
  constructor(tree: SourceTree, previous?: Resolver) {
    this.#tree = tree;
    this.#has = (path) => tree.sources.has(path);
    this.packages = [...tree.packageFolders].sort().map((folder) => readPackage(tree.root, folder));
    this.#byFolder = new Map(this.packages.map((each) => [each.folder, each]));
    this.#byName = Map.groupBy(this.packages, ({ name }) => name);
    this.#reader = new TsconfigReader(tree.root, (specifier, folder) => this.#inPackage(specifier, folder));
    this.#tsconfigs = new Map([...tree.tsconfigs].sort().map(([folder, path]) => [folder, this.#reader.read(path)]));
    const torn = this.packages.filter(({ isReadable }) => !isReadable).map(({ folder }) => posix.join(folder, 'package.json'));
    this.notes = [
      ...this.#reader.notes,
      ...torn.map((path) => `${path} is not readable as JSON: what it publishes and depends on is unknown`),
    ];
    this.#scopes = previous?.key === this.key ? previous.#scopes : new Map();
  }

  /** All that decides where names lead. Equal keys resolve alike. */
  get key(): string {
    const packages = this.packages.map(({ folder, name, exports, imports, mains, dependencies }) => {
      return [folder, name, exports, imports, mains, [...dependencies.keys()]];
    });
    return JSON.stringify([packages, [...this.#tsconfigs.keys()], [...this.#reader.written]]);
  }

  /** Whether what a file says, or that it is not there, was taken into account. */
  reads(path: string): boolean {
    return /(^|\/)(package|[tj]sconfig)\.json$/.test(path) || this.#reader.written.has(path);
  }

  packageOf(file: string): Package | undefined {
    return this.#surroundingsOf(folderOf(file)).package;
  }

  /**
   * Looks up anew the names that these paths may have to do with, because they came or went.
   * @returns those that now mean something else to somebody
   */
  refresh(moved: Iterable<string>): Set<string> {
    // An entry may lead into the folder of a package inside: whatever lies below a package may be one of its own.
    const packages = new Set(Array.from(moved).flatMap((path) => this.#around(path)));
    const changed = new Set<string>();
    for (const scope of this.#scopes.values()) {
      for (const [specifier, before] of scope.names) {
        const owner = specifier.startsWith('#') ? scope.package : this.#named(packageName(specifier), scope.package?.folder);
        const concerned = (owner && packages.has(owner.folder)) || scope.tsconfigs.some((tsconfig) => claimsName(tsconfig, specifier));
        if (!concerned) continue;
        const after = this.#name(scope, withoutQuery(specifier));
        if (after === before) continue;
        scope.names.set(specifier, after);
        changed.add(specifier);
      }
    }
    return changed;
  }

  /** Folders of the packages that a path lies in, the nearest and those around it. */
  #around(path: string): string[] {
    const folders: string[] = [];
    for (let folder = folderOf(path); ; folder = posix.dirname(folder)) {
      if (this.#byFolder.has(folder)) folders.push(folder);
      if (folder === '.') return folders;
    }
  }

  resolve(importer: string, specifier: string): Resolution {
    if (isRelative(specifier)) return this.#relative(importer, specifier);
    const scope = this.#scopeOf(importer);
    let resolution = scope.names.get(specifier);
    if (resolution === undefined) {
      resolution = this.#name(scope, withoutQuery(specifier));
      scope.names.set(specifier, resolution);
    }
    return resolution;
  }

  #relative(importer: string, written: string): Resolution {
    const found = this.#relativePath(importer, written);
    if (found !== NO_FILE.UNRESOLVED) return found;
    const specifier = withoutQuery(written);
    return specifier === written ? found : this.#relativePath(importer, specifier);
  }

  #relativePath(importer: string, specifier: string): Resolution {
    const target = joinRelative(folderOf(importer), specifier);
    if (target.startsWith('../') || target === '..') return isLocal(specifier) ? NO_FILE.UNRESOLVED : NO_FILE.ELSEWHERE;
    const found = this.#at(target, /(^|\/)\.{0,2}$/.test(specifier)) ?? this.#throughRootDirs(importer, target);
    if (found !== undefined) return found;
    if (!isLocal(specifier) || isIgnored(target, this.#tree)) return NO_FILE.ELSEWHERE;
    return this.#onDisk(target);
  }

  #at(target: string, isFolder = false): Resolution | undefined {
    const path = target.endsWith('/') ? target.slice(0, -1) : target;
    const file = isFolder ? undefined : fileAt(path, this.#has);
    if (file !== undefined) return file;
    const { assets } = this.#tree;
    if (assets.has(path) || assets.has(`${path}.json`)) return NO_FILE.ELSEWHERE;
    const inner = this.#byFolder.get(path);
    // Without stated entries a package leads to its index, as any folder does.
    const entry = inner && firstSource(path, inner.mains, this.#has);
    return entry ?? indexOf(path, this.#has);
  }

  #throughRootDirs(importer: string, target: string): Resolution | undefined {
    const rootDirs = this.#surroundingsOf(folderOf(importer)).tsconfig?.rootDirs ?? [];
    const own = rootDirs.find((dir) => target.startsWith(`${dir}/`));
    if (own === undefined) return undefined;
    for (const dir of rootDirs) {
      const found = this.#at(posix.join(dir, target.slice(own.length + 1)));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Through a link inside the tree, or at a file that the caller's list does not name. */
  #onDisk(target: string): Resolution {
    const { root } = this.#tree;
    try {
      const folder = relative(root, realpathSync.native(join(root, posix.dirname(target))))
        .split(sep)
        .join('/');
      if (folder.startsWith('..') || folder.startsWith('/')) return NO_FILE.UNRESOLVED;
      const path = posix.join(folder, posix.basename(target));
      if (path !== target) return this.#at(path) ?? NO_FILE.UNRESOLVED;
      return lstatSync(join(root, path)).isFile() ? NO_FILE.ELSEWHERE : NO_FILE.UNRESOLVED;
    } catch {
      return NO_FILE.UNRESOLVED;
    }
  }

  #name(scope: Scope, specifier: string): Resolution {
    if (specifier === '' || specifier.includes('\0')) return NO_FILE.ELSEWHERE;
    for (const tsconfig of scope.tsconfigs) {
      const aliased = this.#aliased(tsconfig, specifier);
      if (aliased !== undefined) return aliased;
    }
    if (specifier.startsWith('#')) return this.#packageImport(scope.package, specifier);
    if (isBuiltin(specifier)) return NO_FILE.BUILTIN;
    if (SCHEME_OR_ROOT.test(specifier)) return NO_FILE.ELSEWHERE;
    const name = packageName(specifier);
    const target = this.#named(name, scope.package?.folder);
    if (target) return sourceOfEntry(target, `.${specifier.slice(name.length)}`, this.#has) ?? NO_FILE.ELSEWHERE;
    if (isLocal(specifier)) return NO_FILE.UNRESOLVED;
    return this.#isDeclared(scope.package, name) ? NO_FILE.EXTERNAL : NO_FILE.MISSING;
  }

  #aliased(tsconfig: Tsconfig, specifier: string): Resolution | undefined {
    const targets = aliasTargets(tsconfig, specifier);
    if (tsconfig.baseUrl !== undefined) targets.push(posix.join(tsconfig.baseUrl, specifier));
    for (const target of targets) {
      const found = this.#at(target);
      if (found !== undefined) return found;
    }
    // Claimed by an alias that leads into what is never read: build output, a dependency.
    return targets.some((target) => isIgnored(target, this.#tree)) && isLocal(specifier) ? NO_FILE.ELSEWHERE : undefined;
  }

  /** Examples often share a name: of several the one that lies nearest is meant. */
  #named(name: string, from: string | undefined): Package | undefined {
    const packages = this.#byName.get(name);
    if (!packages || packages.length === 1) return packages?.[0];
    const own = from?.split('/') ?? [];
    const shared = ({ folder }: Package) => {
      const parts = folder.split('/');
      const parting = parts.findIndex((part, index) => part !== own[index]);
      return parting === -1 ? parts.length : parting;
    };
    return packages.toSorted((a, b) => shared(b) - shared(a))[0];
  }

  #inPackage(specifier: string, from: string): string | undefined {
    const name = packageName(specifier);
    const owner = this.#named(name, from);
    return owner && posix.join(owner.folder, `.${specifier.slice(name.length)}`);
  }

  #packageImport(owner: Package | undefined, specifier: string): Resolution {
    const source = owner && sourceOfPackageImport(owner, specifier, this.#has);
    if (source === 'foreign') return NO_FILE.EXTERNAL;
    return source ?? (isLocal(specifier) ? NO_FILE.UNRESOLVED : NO_FILE.ELSEWHERE);
  }

  /** By the nearest manifest or one above it, which is how a workspace installs. The types of a package stand for it. */
  #isDeclared(owner: Package | undefined, name: string): boolean {
    const types = `@types/${name.replace(/^@/, '').replace('/', '__')}`;
    for (let folder = owner?.folder; folder !== undefined; folder = folder === '.' ? undefined : posix.dirname(folder)) {
      const declared = this.#byFolder.get(folder)?.dependencies;
      if (declared?.has(name) || declared?.has(types)) return true;
    }
    return false;
  }

  #scopeOf(file: string): Scope {
    const { package: owner, tsconfig } = this.#surroundingsOf(folderOf(file));
    const tsconfigs = tsconfig ? [tsconfig, ...claimants(tsconfig, file)] : [];
    const key = `${owner?.folder}\0${tsconfigs.map(({ path }) => path).join('\0')}`;
    const scope = this.#scopes.get(key) ?? { package: owner, tsconfigs, names: new Map() };
    this.#scopes.set(key, scope);
    return scope;
  }

  #surroundingsOf(folder: string): Surroundings {
    const known = this.#surroundings.get(folder);
    if (known) return known;
    const above = folder === '.' ? undefined : this.#surroundingsOf(posix.dirname(folder));
    const found = {
      package: this.#byFolder.get(folder) ?? above?.package,
      tsconfig: this.#tsconfigs.get(folder) ?? above?.tsconfig,
    };
    this.#surroundings.set(folder, found);
    return found;
  }
}

/** Tsconfigs that one refers to, directly or not, and that claim a file. */
function claimants(start: Tsconfig, file: string): Tsconfig[] {
  const found = new Set([start]);
  const left = start.references.toReversed();
  for (let next = left.pop(); next; next = left.pop()) {
    if (found.has(next) || !next.claims(file)) continue;
    found.add(next);
    left.push(...next.references.toReversed());
  }
  return [...found].slice(1);
}

/** `.`, `..` and what begins with one of them. */
export function isRelative(specifier: string): boolean {
  if (specifier.charCodeAt(0) !== DOT) return false;
  const next = specifier.charCodeAt(1);
  const after = next === DOT ? specifier.charCodeAt(2) : next;
  return Number.isNaN(after) || after === SLASH;
}

/** `@scope/name` or `name`, without the path inside. */
export function packageName(specifier: string): string {
  const slash = specifier.indexOf('/');
  const end = specifier.startsWith('@') && slash !== -1 ? specifier.indexOf('/', slash + 1) : slash;
  return end === -1 ? specifier : specifier.slice(0, end);
}

function claimsName(tsconfig: Tsconfig, specifier: string): boolean {
  return tsconfig.baseUrl !== undefined || aliasTargets(tsconfig, specifier).length > 0;
}

function folderOf(file: string): string {
  const slash = file.lastIndexOf('/');
  return slash === -1 ? '.' : file.slice(0, slash);
}

/** As `posix.join`, which costs more than all else about an import. */
function joinRelative(folder: string, specifier: string): string {
  let at = 0;
  let end = folder === '.' ? 0 : folder.length;
  while (specifier.charCodeAt(at) === DOT) {
    if (specifier.startsWith('./', at)) at += 2;
    else if (specifier.startsWith('../', at) && end > 0) {
      at += 3;
      end = Math.max(folder.lastIndexOf('/', end - 1), 0);
    } else break;
  }
  if (at === specifier.length || specifier.charCodeAt(at) === DOT || /\/[./]/.test(specifier.slice(at)))
    return posix.join(folder, specifier);
  return end === 0 ? specifier.slice(at) : `${folder.slice(0, end)}/${specifier.slice(at)}`;
}

/** Bundlers take orders behind a question mark. */
function withoutQuery(specifier: string): string {
  const mark = specifier.indexOf('?');
  return mark === -1 ? specifier : specifier.slice(0, mark);
}
