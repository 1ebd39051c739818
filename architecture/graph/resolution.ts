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
const RELATIVE = /^\.{1,2}(\/|$)/;
/** Cannot be the name of an npm package. */
const LOCAL_ALIAS = /^[@~]\//;
const SCHEME_OR_ROOT = /^([a-z][a-z0-9+.-]*:|\/)/i;

/** Whether a specifier can only mean this repository, so that finding nothing is an error and not a missing dependency. */
export function isLocal(specifier: string): boolean {
  if (GENERATED.test(specifier) || INSTALLED.test(specifier)) return false;
  return RELATIVE.test(specifier) || LOCAL_ALIAS.test(specifier) || /^#[^/]/.test(specifier);
}

/** What all files share that have the same nearest package.json and the same nearest tsconfig: the same name means the same to them. */
interface Scope {
  package: Package | undefined;
  tsconfig: Tsconfig | undefined;
  names: Map<string, Resolution>;
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
  readonly #byName: ReadonlyMap<string, Package>;
  readonly #byFolder: ReadonlyMap<string, Package>;
  readonly #tsconfigs: ReadonlyMap<string, Tsconfig>;
  readonly #scopes = new Map<string, Scope>();
  readonly #scopeOfFolder = new Map<string, Scope>();
  readonly #has: (path: string) => boolean;

  constructor(tree: SourceTree) {
    this.#tree = tree;
    this.#reader = new TsconfigReader(tree.root);
    this.#has = (path) => tree.sources.has(path);
    this.packages = [...tree.packageFolders].sort().map((folder) => readPackage(tree.root, folder));
    this.#byFolder = new Map(this.packages.map((each) => [each.folder, each]));
    this.#byName = new Map(this.packages.flatMap((each) => (each.name === undefined ? [] : [[each.name, each] as const])));
    this.#tsconfigs = new Map([...tree.tsconfigs].map(([folder, path]) => [folder, this.#reader.read(path)]));
    this.notes = this.#reader.notes;
  }

  /** All that decides where names lead. Equal keys resolve alike. */
  get key(): string {
    const packages = this.packages.map(({ dependencies, ...rest }) => [rest, [...dependencies.keys()]]);
    return JSON.stringify([packages, [...this.#tsconfigs.keys()], [...this.#reader.written]]);
  }

  /** Whether what a file says, or that it is not there, was taken into account. */
  reads(path: string): boolean {
    return /(^|\/)(package|[tj]sconfig)\.json$/.test(path) || this.#reader.written.has(path);
  }

  packageOf(file: string): Package | undefined {
    return this.#scopeOf(file).package;
  }

  /** A file of the tree has come or gone: names may lead elsewhere. */
  forget(): void {
    for (const { names } of this.#scopes.values()) names.clear();
  }

  resolve(importer: string, specifier: string): Resolution {
    if (RELATIVE.test(specifier)) return this.#relative(importer, specifier);
    const scope = this.#scopeOf(importer);
    let resolution = scope.names.get(specifier);
    if (resolution === undefined) {
      resolution = this.#name(scope, importer, withoutQuery(specifier));
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
    const target = posix.join(posix.dirname(importer), specifier);
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
    const rootDirs = this.#scopeOf(importer).tsconfig?.rootDirs ?? [];
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

  #name(scope: Scope, importer: string, specifier: string): Resolution {
    if (specifier === '' || specifier.includes('\0')) return NO_FILE.ELSEWHERE;
    const aliased = this.#aliased(scope.tsconfig, importer, specifier);
    if (aliased !== undefined) return aliased;
    if (specifier.startsWith('#')) return this.#packageImport(scope.package, specifier);
    if (isBuiltin(specifier)) return NO_FILE.BUILTIN;
    if (SCHEME_OR_ROOT.test(specifier)) return NO_FILE.ELSEWHERE;
    const [name] = /^(@[^/]+\/)?[^/]+/.exec(specifier) ?? [''];
    const target = this.#byName.get(name);
    if (target) return sourceOfEntry(target, `.${specifier.slice(name.length)}`, this.#has) ?? NO_FILE.ELSEWHERE;
    if (isLocal(specifier)) return NO_FILE.UNRESOLVED;
    return this.#isDeclared(scope.package, name) ? NO_FILE.EXTERNAL : NO_FILE.MISSING;
  }

  /** By the nearest tsconfig, else by one that it refers to and that claims the file. */
  #aliased(tsconfig: Tsconfig | undefined, importer: string, specifier: string): Resolution | undefined {
    if (!tsconfig) return undefined;
    const targets = aliasTargets(tsconfig, specifier);
    if (tsconfig.baseUrl !== undefined) targets.push(posix.join(tsconfig.baseUrl, specifier));
    for (const target of targets) {
      const found = this.#at(target);
      if (found !== undefined) return found;
    }
    for (const reference of tsconfig.references) {
      const found = reference.claims(importer) ? this.#aliased(reference, importer, specifier) : undefined;
      if (found !== undefined) return found;
    }
    // Claimed by an alias that leads into what is never read: build output, a dependency.
    return targets.some((target) => isIgnored(target, this.#tree)) && isLocal(specifier) ? NO_FILE.ELSEWHERE : undefined;
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
    return this.#scopeOfPath(posix.dirname(file));
  }

  #scopeOfPath(folder: string): Scope {
    const known = this.#scopeOfFolder.get(folder);
    if (known) return known;
    const above = folder === '.' ? undefined : this.#scopeOfPath(posix.dirname(folder));
    const owner = this.#byFolder.get(folder) ?? above?.package;
    const tsconfig = this.#tsconfigs.get(folder) ?? above?.tsconfig;
    const key = `${owner?.folder}\0${tsconfig?.path}`;
    const scope = this.#scopes.get(key) ?? { package: owner, tsconfig, names: new Map() };
    this.#scopes.set(key, scope);
    this.#scopeOfFolder.set(folder, scope);
    return scope;
  }
}

/** Bundlers take orders behind a question mark. */
function withoutQuery(specifier: string): string {
  const mark = specifier.indexOf('?');
  return mark === -1 ? specifier : specifier.slice(0, mark);
}
