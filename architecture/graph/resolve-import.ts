/** Answers which file of the tree an import means. */
import { join, posix, relative, sep } from 'node:path';
import { type NapiResolveOptions, ResolverFactory } from 'oxc-resolver';
import { type Package, readPackage, sourceOfEntry, sourceOfPackageImport } from '../tree/package-sources.ts';
import { isIgnoredFolder, type SourceTree } from '../tree/source-files.ts';
import { type AliasCandidates, ownTsconfigPaths } from '../tree/tsconfig-paths.ts';

/**
 * - `file`: a source file of the tree.
 * - `elsewhere`: something the graph does not hold: a dependency, a declaration, an asset, build output.
 * - `unresolved`: an import that can only mean this repository, and there is nothing.
 */
export type Resolution = { kind: 'file'; path: string } | { kind: 'elsewhere' } | { kind: 'unresolved' };

export type ResolveImport = (importer: string, specifier: string) => Resolution;

const ELSEWHERE: Resolution = { kind: 'elsewhere' };
const UNRESOLVED: Resolution = { kind: 'unresolved' };

const OPTIONS: NapiResolveOptions = {
  extensions: ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.d.ts', '.d.mts', '.d.cts', '.json', '.node'],
  // TypeScript is written with the extension of what it becomes.
  extensionAlias: {
    '.js': ['.ts', '.tsx', '.js', '.jsx', '.d.ts'],
    '.jsx': ['.tsx', '.jsx', '.d.ts'],
    '.mjs': ['.mts', '.mjs', '.d.mts'],
    '.cjs': ['.cts', '.cjs', '.d.cts'],
  },
  conditionNames: ['source', 'import', 'require', 'node', 'default'],
  mainFields: ['source', 'module', 'main'],
  nodePath: false,
};

/** Files that frameworks generate next to a route, in memory or at build time: SvelteKit's `./$types`, React Router's `./+types/...`. */
const GENERATED = /^\.{1,2}\/(.*\/)?(\$types|\+types\/)/;
/** A path into somebody else's package, written out: SDKs probe for optional types with a chain of `../../node_modules/...`. */
const INSTALLED = /\/node_modules\//;
const RELATIVE = /^\.{1,2}(\/|$)/;
/** Cannot be the name of an npm package. */
const LOCAL_ALIAS = /^[@~]\//;

/** Whether a specifier can only mean this repository, so that finding nothing is an error and not a missing dependency. */
export function isLocal(specifier: string): boolean {
  if (GENERATED.test(specifier) || INSTALLED.test(specifier)) return false;
  return RELATIVE.test(specifier) || LOCAL_ALIAS.test(specifier) || /^#[^/]/.test(specifier);
}

/**
 * One resolver per nearest tsconfig, and one without for when a tsconfig is broken. Packages of the tree resolve to their sources
 * by their manifests, installed or not. A relative import never leads out of the tree: such a target differs from machine to machine.
 */
export async function createImportResolver(tree: SourceTree, isFile: (path: string) => boolean): Promise<ResolveImport> {
  const packages = await Promise.all(tree.packageFolders.map((folder) => readPackage(tree.root, folder)));
  const byName = new Map(packages.flatMap((each) => (each.name === undefined ? [] : [[each.name, each] as const])));
  const packageOf = nearest(new Map(packages.map((each) => [each.folder, each])));
  const plain = new ResolverFactory(OPTIONS);
  const tsconfigs = tree.tsconfigs.map((path): [string, Tsconfig] => [posix.dirname(path), openTsconfig(plain, join(tree.root, path))]);
  const tsconfigOf = nearest(new Map(tsconfigs));

  /** What the resolvers find on disk: a path of the tree, or `outside`, or nothing. */
  function find(importer: string, specifier: string): string | 'outside' | undefined {
    const folder = join(tree.root, posix.dirname(importer));
    const tsconfig = tsconfigOf(importer);
    let found = tsconfig?.resolver.sync(folder, specifier).path ?? plain.sync(folder, specifier).path;
    if (found === undefined && tsconfig && !RELATIVE.test(specifier)) {
      for (const target of tsconfig.aliases(specifier)) found ??= plain.sync(folder, target).path;
    }
    if (found === undefined) return undefined;
    const path = relative(tree.root, found).split(sep).join('/');
    return path.startsWith('../') || path.startsWith('/') ? 'outside' : path;
  }

  function resolveRelative(importer: string, specifier: string): Resolution {
    const target = posix.join(posix.dirname(importer), specifier);
    if (!isLocal(specifier) || leadsIntoIgnored(target, tree.outputFolders)) return ELSEWHERE;
    if (target === '..' || target.startsWith('../')) return UNRESOLVED;
    const found = find(importer, specifier);
    if (found === undefined || found === 'outside') return UNRESOLVED;
    return isFile(found) ? { kind: 'file', path: found } : ELSEWHERE;
  }

  function resolveName(importer: string, specifier: string): Resolution {
    const found = find(importer, specifier);
    if (found !== undefined && isFile(found)) return { kind: 'file', path: found };
    const source = specifier.startsWith('#') ? packageImport(packageOf(importer), specifier) : packageEntry(specifier);
    if (source === 'foreign') return ELSEWHERE;
    if (source !== undefined) return { kind: 'file', path: source };
    return found === undefined && isLocal(specifier) ? UNRESOLVED : ELSEWHERE;
  }

  function packageImport(owner: Package | undefined, specifier: string): string | undefined {
    return owner && sourceOfPackageImport(owner, specifier, isFile);
  }

  function packageEntry(specifier: string): string | undefined {
    const [name] = /^(@[^/]+\/)?[^/]+/.exec(specifier) ?? [''];
    const target = byName.get(name);
    return target && sourceOfEntry(target, `.${specifier.slice(name.length)}`, isFile);
  }

  const names = new Map<string, Resolution>();
  return (importer, written) => {
    const specifier = written.replace(/\?.*$/s, '');
    if (specifier === '' || specifier.includes('\0') || /^([a-z][a-z0-9+.-]*:|\/)/i.test(specifier)) return ELSEWHERE;
    if (RELATIVE.test(specifier)) return resolveRelative(importer, specifier);
    // The same name means the same thing to all files of a package under one tsconfig.
    const key = [packageOf(importer)?.folder, tsconfigOf(importer)?.path, specifier].join('\0');
    const known = names.get(key);
    if (known) return known;
    const resolution = resolveName(importer, specifier);
    names.set(key, resolution);
    return resolution;
  };
}

interface Tsconfig {
  path: string;
  resolver: ResolverFactory;
  aliases: AliasCandidates;
}

function openTsconfig(plain: ResolverFactory, path: string): Tsconfig {
  let own: AliasCandidates | undefined;
  return {
    path,
    resolver: plain.cloneWithOptions({ ...OPTIONS, tsconfig: { configFile: path, references: 'auto' } }),
    aliases(specifier) {
      own ??= ownTsconfigPaths(path);
      return own(specifier);
    },
  };
}

/** What the closest folder above a file holds. */
function nearest<Value>(byFolder: ReadonlyMap<string, Value>): (file: string) => Value | undefined {
  const known = new Map<string, Value | undefined>(byFolder);
  const ofFolder = (folder: string): Value | undefined => {
    if (known.has(folder)) return known.get(folder);
    const value = folder === '.' ? undefined : ofFolder(posix.dirname(folder));
    known.set(folder, value);
    return value;
  };
  return (file) => ofFolder(posix.dirname(file));
}

function leadsIntoIgnored(target: string, outputFolders: ReadonlySet<string>): boolean {
  const parts = target.split('/');
  // The last part may be a file such as `./build`: only folders above it count.
  return parts.slice(0, -1).some((_, index) => isIgnoredFolder(parts.slice(0, index + 1).join('/'), outputFolders));
}
