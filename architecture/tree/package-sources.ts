/** Maps a package's published entries to the sources they are built from, so that nothing has to be installed or built. */
import { join, posix } from 'node:path';
import { z } from 'zod';
import { isNestedTooDeeply } from '../facts/nesting.ts';
import { readText } from './read-file.ts';
import { fileAt, indexOf } from './source-at.ts';

export interface Package {
  /** Relative to the tree; `.` for the root. */
  folder: string;
  /** False: there is a package.json, and it is no JSON. */
  isReadable: boolean;
  name: string | undefined;
  /** Never published. */
  isPrivate: boolean;
  exports: unknown;
  imports: unknown;
  /** `source`, `module`, `main`, `types`: the entries of a package without `exports`. */
  mains: string[];
  /** Programs: name and file. */
  bins: [name: string, target: string][];
  /** What `npm run` would run. */
  scripts: string[];
  /** Declared dependencies by the name they are imported by. */
  dependencies: Map<string, DependencyKind>;
}

export type DependencyKind = 'dependencies' | 'peerDependencies' | 'optionalDependencies' | 'devDependencies';

/** What a consumer gets comes first: a name that is declared twice counts as the first of these. */
export const DEPENDENCY_KINDS: readonly DependencyKind[] = ['dependencies', 'peerDependencies', 'optionalDependencies', 'devDependencies'];

/** As a snapshot holds it. Dependencies by kind, names sorted; a name that is declared twice is in one list only. */
export const PackageSummary = z.strictObject({
  /** `.` for the root. */
  folder: z.string(),
  name: z.string().nullable(),
  dependencies: z.array(z.string()),
  peerDependencies: z.array(z.string()),
  optionalDependencies: z.array(z.string()),
  devDependencies: z.array(z.string()),
});
export type PackageSummary = z.infer<typeof PackageSummary>;

export function summarizePackage({ folder, name, dependencies }: Package): PackageSummary {
  const namesOf = (kind: DependencyKind) => [...dependencies].flatMap(([each, declared]) => (declared === kind ? [each] : [])).sort();
  const lists = Object.fromEntries(DEPENDENCY_KINDS.map((kind) => [kind, namesOf(kind)])) as Record<DependencyKind, string[]>;
  return { folder, name: name ?? null, ...lists };
}

/** A package.json that cannot be read makes a package without name or entries: its folder is a border all the same. */
export function readPackage(root: string, folder: string): Package {
  const text = readText(join(root, folder, 'package.json'));
  const parsed = text === undefined ? {} : parseJson(text);
  const manifest = asRecord(parsed);
  const name = typeof manifest.name === 'string' ? manifest.name : undefined;
  const dependencies = DEPENDENCY_KINDS.toReversed().flatMap((kind) =>
    Object.keys(asRecord(manifest[kind])).map((each): [string, DependencyKind] => [each, kind]),
  );
  return {
    folder,
    isReadable: parsed !== undefined,
    name,
    isPrivate: manifest.private === true,
    exports: manifest.exports,
    imports: manifest.imports,
    mains: ['source', 'module', 'main', 'types', 'typings'].flatMap((key) => (typeof manifest[key] === 'string' ? [manifest[key]] : [])),
    bins: strings(typeof manifest.bin === 'string' ? { [name?.replace(/^@[^/]*\//, '') ?? 'bin']: manifest.bin } : manifest.bin),
    scripts: strings(manifest.scripts).map(([, script]) => script),
    dependencies: new Map(dependencies),
  };
}

function parseJson(text: string): unknown {
  try {
    return isNestedTooDeeply(text) ? undefined : JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function strings(value: unknown): [string, string][] {
  return Object.entries(asRecord(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
}

/** The source file behind `name` or `name/sub`, or nothing. @param subpath `.` or `./sub` @param has whether a file is a source of the tree */
export function sourceOfEntry(owner: Package, subpath: string, has: (path: string) => boolean): string | undefined {
  const stated = targetsOf(owner.exports, subpath);
  if (subpath === '.') return firstSource(owner.folder, [...(stated.length > 0 ? stated : owner.mains), ...usualMains(owner)], has);
  return firstSource(owner.folder, stated.length > 0 ? stated : [subpath, posix.join('src', subpath)], has);
}

/** Where a package's main file usually is, when its manifest does not say or names a bundle: `index`, `main`, or the package's own name. */
export function usualMains({ name }: Package): string[] {
  const own = name?.replace(/^@[^/]*\//, '');
  return ['index', 'main', ...(own ? [own] : [])].flatMap((each) => [`src/${each}`, each, `lib/${each}`]);
}

/** The source file behind `#name`; `foreign` when the package maps it to another package. */
export function sourceOfPackageImport(
  { folder, imports }: Package,
  specifier: string,
  has: (path: string) => boolean,
): string | 'foreign' | undefined {
  const targets = targetsOf(imports, specifier);
  const local = targets.filter((target) => target.startsWith('./'));
  if (targets.length > 0 && local.length === 0) return 'foreign';
  return firstSource(folder, local, has);
}

const OTHER_PLATFORMS = new Set(['browser', 'react-native', 'deno', 'bun', 'worker', 'workerd', 'edge-light']);
/** Whether what a map states under this condition is for another platform than Node. */
export const isOtherPlatform = (condition: string): boolean => OTHER_PLATFORMS.has(condition);
const MODES = new Set(['development', 'production', 'test', 'debug']);
const OUTPUT = /^(dist|build|lib|out|output|es|esm|cjs)\/((esm|cjs|es|module|types|src)\/)?/;
const COMMON_JS = /\.c[jt]s$/;
const EXTENSION = /(\.d)?\.[cm]?[jt]sx?$/;

/** Every target a map states for a key under any condition of this platform: they are builds of the same source. */
function targetsOf(map: unknown, key: string): string[] {
  if (typeof map !== 'object' || map === null || Array.isArray(map) || !Object.keys(map).some((each) => /^[.#]/.test(each))) {
    return key === '.' ? leaves(map, '') : [];
  }
  const entries = Object.entries(map);
  const exact = entries.find(([pattern]) => pattern === key);
  if (exact) return leaves(exact[1], '');
  const matches = entries
    .map(([pattern, value]) => ({ parts: pattern.split('*'), value }))
    .filter(({ parts: [head = '', tail] }) => tail !== undefined && key.startsWith(head) && key.endsWith(tail) && key.length > head.length)
    .sort((a, b) => (b.parts[0]?.length ?? 0) - (a.parts[0]?.length ?? 0));
  const [best] = matches;
  if (!best) return [];
  const [head = '', tail = ''] = best.parts;
  return leaves(best.value, key.slice(head.length, key.length - tail.length));
}

/** What holds everywhere comes before what holds in one mode only. What an `import` gets stands for both builds. */
function leaves(value: unknown, star: string): string[] {
  if (typeof value === 'string') return [value.replaceAll('*', () => star)];
  if (Array.isArray(value)) return value.flatMap((each) => leaves(each, star));
  if (typeof value !== 'object' || value === null) return [];
  const isSecond = (condition: string) => condition === 'require' && Object.hasOwn(value, 'import');
  const here = Object.entries(value).filter(([condition]) => !isOtherPlatform(condition) && !isSecond(condition));
  const [usual, others] = [false, true].map((isMode) => here.filter(([condition]) => MODES.has(condition) === isMode));
  return [...(usual ?? []), ...(others ?? [])].flatMap(([, each]) => leaves(each, star));
}

/**
 * The source behind the first published target that has one: the file itself, what it is built from, or the same path in `src` (packages
 * published from a build folder). Code comes before declarations, in whatever order they are stated: it is what runs.
 */
export function firstSource(folder: string, targets: readonly string[], has: (path: string) => boolean): string | undefined {
  const inFolder = folder === '.' ? '' : `${folder}/`;
  let declaration: string | undefined;
  for (const target of targets) {
    const path = posix.normalize(target);
    // A module is not made of the CommonJS that lies beside it.
    const mayBe = COMMON_JS.test(target) ? has : (file: string) => !COMMON_JS.test(file) && has(file);
    for (const candidate of new Set([path, path.replace(OUTPUT, 'src/'), path.replace(OUTPUT, ''), `src/${path}`])) {
      if (candidate.startsWith('../')) continue;
      const file = inFolder + candidate;
      const stem = file.replace(EXTENSION, '');
      const source = (isDeclaration(file) ? undefined : fileAt(file, mayBe)) ?? fileAt(stem, mayBe) ?? indexOf(stem, mayBe);
      if (source === undefined) continue;
      if (!isDeclaration(source)) return source;
      declaration ??= source;
    }
  }
  return declaration;
}

function isDeclaration(path: string): boolean {
  return /\.d\.[cm]?ts$/.test(path);
}
