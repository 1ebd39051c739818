/** What the tsconfigs of a tree say about where names lead. */
import { join, posix } from 'node:path';
import { z } from 'zod';
import { parseJsonWithComments } from './json-with-comments.ts';
import { readText } from './read-file.ts';
import { isBehindLink } from './source-files.ts';

/** All paths are relative to the tree's root and may lead out of it. */
export interface Tsconfig {
  path: string;
  /** Pattern and where it leads, in the order of the file. */
  aliases: { pattern: string; targets: string[] }[];
  baseUrl: string | undefined;
  /** Folders that the program sees as one. */
  rootDirs: string[];
  /** Whether a file is one of its own, as far as `files` and `include` tell. */
  claims: (file: string) => boolean;
  /** They may refer to each other in circles. */
  references: Tsconfig[];
}

const Extends = z.union([z.string(), z.array(z.unknown())]);
const Written = z.object({
  extends: Extends.optional().catch(undefined),
  compilerOptions: z
    .object({
      baseUrl: z.string().optional().catch(undefined),
      paths: z.record(z.string(), z.array(z.unknown()).catch([])).optional().catch(undefined),
      rootDirs: z.array(z.unknown()).optional().catch(undefined),
    })
    .catch({}),
  files: z.array(z.unknown()).optional().catch(undefined),
  include: z.array(z.unknown()).optional().catch(undefined),
  references: z.array(z.unknown()).catch([]),
});

/** Options with inherited ones below them; each knows the folder it is relative to. */
interface Options {
  baseUrl?: string;
  paths?: { written: Record<string, readonly unknown[]>; folder: string };
  rootDirs?: string[];
  files?: string[];
  include?: string[];
}

/** Longer chains are mistakes. */
const MAX_DEPTH = 20;

/**
 * One reader for a tree: files that many tsconfigs extend are read once.
 * A tsconfig whose `extends` is not installed makes compilers and resolvers answer with an error for every single import, and a graph of no
 * edges looks perfectly clean. Here what is written counts, what the missing parent states stays unknown, and `notes` says so.
 */
export class TsconfigReader {
  readonly #lost = new Map<string, string[]>();
  readonly #notes = new Set<string>();
  readonly #root: string;
  readonly #inPackage: (specifier: string, folder: string) => string | undefined;
  readonly #read = new Map<string, Tsconfig>();
  /** By the tsconfig that was asked for, and the file that speaks. */
  readonly #known = new Map<string, Options>();
  /** What each file that was asked for says; undefined where there is none. */
  readonly written = new Map<string, z.infer<typeof Written> | undefined>();

  /** @param inPackage the path that `name/sub` means to the files of a folder, when the tree has a package of that name */
  constructor(root: string, inPackage: (specifier: string, folder: string) => string | undefined) {
    this.#root = root;
    this.#inPackage = inPackage;
  }

  /** What was worked around, sorted. */
  get notes(): string[] {
    const lost = Array.from(this.#lost, ([specifier, [first, ...others]]) => {
      const who = others.length === 0 ? `${first} extends` : `${first} and ${others.length} more extend`;
      return `${who} ${specifier}, which is not to be found: what it says about aliases is unknown`;
    });
    return [...lost, ...this.#notes].sort();
  }

  /** Each is read once, however many ways of references lead to it: in a workspace of layers these are millions. */
  read(path: string): Tsconfig {
    const met: Tsconfig[] = [];
    const meet = (each: string): Tsconfig => {
      const known = this.#read.get(each) ?? this.#withoutReferences(each);
      if (!this.#read.has(each)) met.push(known);
      this.#read.set(each, known);
      return known;
    };
    const asked = meet(path);
    for (const tsconfig of met) tsconfig.references.push(...this.#referencesOf(tsconfig.path).map(meet));
    return asked;
  }

  #withoutReferences(path: string): Tsconfig {
    const { paths, baseUrl, rootDirs = [], files, include } = this.#options(path, []);
    const folder = posix.dirname(path);
    // The base in force, wherever it was written, is what all paths are relative to.
    const aliases = paths ? aliasesOf(paths.written, baseUrl ?? paths.folder, folder) : [];
    return { path, aliases, baseUrl, rootDirs, references: [], claims: (file) => claims(folder, files, include, file) };
  }

  #referencesOf(path: string): string[] {
    return (this.#parse(path)?.references ?? []).flatMap((reference) => {
      const target = (reference as { path?: unknown } | null)?.path;
      if (typeof target !== 'string') return [];
      const named = posix.join(posix.dirname(path), target);
      const config = named.endsWith('.json') ? named : posix.join(named, 'tsconfig.json');
      return this.#parse(config) === undefined ? [] : [config];
    });
  }

  /** What a file says together with what it extends, which may be one file by many ways. */
  #options(path: string, chain: readonly string[]): Options {
    const key = `${chain[0] ?? path}\0${path}`;
    const known = this.#known.get(key) ?? this.#readOptions(path, chain);
    this.#known.set(key, known);
    return known;
  }

  #readOptions(path: string, chain: readonly string[]): Options {
    const written = this.#parse(path);
    if (!written) return {};
    const folder = posix.dirname(path);
    const { baseUrl, paths, rootDirs } = written.compilerOptions;
    const own = (target: string) => resolve(folder, target, posix.dirname(chain[0] ?? path));
    return {
      ...this.#inherited(path, written.extends, [...chain, path]),
      ...(baseUrl === undefined ? {} : { baseUrl: own(baseUrl) }),
      ...(paths ? { paths: { written: paths, folder } } : {}),
      ...(rootDirs ? { rootDirs: strings(rootDirs).map(own) } : {}),
      ...(written.files ? { files: strings(written.files).map(own) } : {}),
      ...(written.include ? { include: strings(written.include).map(own) } : {}),
    };
  }

  #inherited(path: string, written: z.infer<typeof Extends> | undefined, chain: readonly string[]): Options {
    const options: Options = {};
    for (const specifier of typeof written === 'string' ? [written] : strings(written ?? [])) {
      const parent = this.#locate(path, specifier);
      if (parent === undefined) this.#lose(specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier, path);
      else if (chain.includes(parent) || chain.length > MAX_DEPTH) this.#notes.add(`${path} extends itself by way of ${parent}`);
      else Object.assign(options, this.#options(parent, chain));
    }
    return options;
  }

  #lose(specifier: string, path: string): void {
    const by = this.#lost.get(specifier) ?? [];
    if (!by.includes(path)) by.push(path);
    this.#lost.set(specifier, by);
  }

  /**
   * A relative path, with or without `.json`; or a file of a package. One of the tree is read where it lies: installed or not, it says the
   * same. Any other is read where it is installed.
   */
  #locate(path: string, specifier: string): string | undefined {
    const folder = posix.dirname(path);
    if (/^\.{0,2}(\/|$)/.test(specifier)) return this.#configAt(posix.join(folder, specifier));
    const own = this.#inPackage(specifier, folder);
    if (own !== undefined) return this.#configAt(own);
    for (let above = folder; ; above = posix.dirname(above)) {
      const found = this.#configAt(posix.join(above, 'node_modules', specifier));
      if (found !== undefined || above === '.') return found;
    }
  }

  #configAt(target: string): string | undefined {
    const candidates = [target, `${target}.json`, posix.join(target, 'tsconfig.json')];
    return candidates.find((each) => each.endsWith('.json') && this.#parse(each) !== undefined);
  }

  #parse(path: string): z.infer<typeof Written> | undefined {
    if (this.written.has(path)) return this.written.get(path);
    const text = this.#text(path);
    const parsed = text === undefined ? undefined : Written.safeParse(parseJsonWithComments(text) ?? null);
    if (parsed && !parsed.success) this.#notes.add(`${path} is not readable as JSON`);
    this.written.set(path, parsed?.data);
    return parsed?.data;
  }

  /** Files are reached without links, as all of a tree are: only package managers link, to wherever they keep what they installed. */
  #text(path: string): string | undefined {
    const file = join(this.#root, path);
    if (path.startsWith('../')) return undefined;
    if (/(^|\/)node_modules\//.test(path)) return readText(file, { followLinks: true });
    return isBehindLink(this.#root, path) ? undefined : readText(file);
  }
}

function strings(list: readonly unknown[]): string[] {
  return list.filter((each) => typeof each === 'string');
}

/** @param configFolder of the tsconfig that was asked for, not of the one that it extends */
function resolve(base: string, target: string, configFolder: string): string {
  const ofConfig = /^\$\{configDir\}/.exec(target);
  if (ofConfig) return posix.join(configFolder, target.slice(ofConfig[0].length));
  return target.startsWith('/') ? target : posix.join(base, target);
}

function aliasesOf(paths: Record<string, readonly unknown[]>, base: string, folder: string): Tsconfig['aliases'] {
  return Object.entries(paths).map(([pattern, targets]) => ({
    pattern,
    targets: strings(targets).map((target) => resolve(base, target, folder)),
  }));
}

/** The part of a pattern before its first wildcard decides: enough to tell the tsconfig of the sources from the one of the tools. */
function claims(folder: string, files: readonly string[] | undefined, include: readonly string[] | undefined, file: string): boolean {
  if (files?.includes(file)) return true;
  const patterns = include ?? (files ? [] : [folder]);
  return patterns.some((pattern) => {
    const fixed = pattern.replace(/(^|\/)[^/]*[*?].*$/, '');
    return fixed === '.' || fixed === '' || file === fixed || file.startsWith(`${fixed}/`);
  });
}

/**
 * Where the most specific alias that fits a name leads: an exact pattern, else the one with the longest text before its `*`.
 * Source: TypeScript handbook, "paths"; matchPatternOrExact() in src/compiler/moduleNameResolver.ts.
 */
export function aliasTargets({ aliases }: Tsconfig, specifier: string): string[] {
  let best: { head: string; star: string; targets: string[] } | undefined;
  for (const { pattern, targets } of aliases) {
    if (pattern === specifier) return [...targets];
    const star = pattern.indexOf('*');
    if (star === -1) continue;
    const [head, tail] = [pattern.slice(0, star), pattern.slice(star + 1)];
    if (specifier.length < head.length + tail.length || !specifier.startsWith(head) || !specifier.endsWith(tail)) continue;
    if (!best || head.length > best.head.length)
      best = { head, star: specifier.slice(head.length, specifier.length - tail.length), targets };
  }
  return best ? best.targets.map((target) => target.replace('*', () => best.star)) : [];
}
