/** A tree as rules see it: files, and imports in the words of the tools. */
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { IMPORT_KIND } from '../../facts/file-facts.ts';
import { packageName } from '../../graph/resolution.ts';
import { NO_FILE } from '../../graph/source-graph.ts';
import type { ArchitectureSnapshot } from '../../snapshot.ts';
import type { MeantImports } from '../declared-rules.ts';
import { perSnapshot } from '../per-snapshot.ts';
import { foldersAbove } from '../production-edges.ts';

export interface RuleImport {
  /** Indices of files; `to` is -1 when no file of the repository is reached. */
  from: number;
  to: number;
  /** The file reached; otherwise `node_modules/name` for a package, and the import as written for anything else. */
  target: string;
  specifier: string;
  /** `@scope/name` or `name` at the beginning of the specifier. */
  name: string;
  /** Counted from 1. */
  line: number;
  kinds: number;
  resolved: boolean;
}

/** Remembered with the snapshot. */
export const ruleGraph = perSnapshot((snapshot) => new RuleGraph(snapshot));

export class RuleGraph {
  readonly files: readonly string[];
  readonly isProduction: readonly boolean[];
  readonly imports: readonly RuleImport[];
  readonly outgoing: readonly (readonly RuleImport[])[];
  readonly incoming: readonly (readonly RuleImport[])[];
  /** Imports of production files, by the first name in them. */
  readonly productionImports: ReadonlyMap<string, readonly RuleImport[]>;
  readonly #packages: ArchitectureSnapshot['packages'];
  readonly #packageOf: readonly string[];

  constructor({ sources, specifiers, imports, packages }: ArchitectureSnapshot) {
    this.files = sources.map(([path]) => path);
    this.isProduction = sources.map(([, role]) => role === 'production');
    this.#packages = packages.toSorted((a, b) => b.folder.length - a.folder.length);
    const folders = new Set(packages.map(({ folder }) => folder));
    this.#packageOf = this.files.map((path) => [...foldersAbove(path)].find((folder) => folders.has(folder)) ?? '.');
    const names = specifiers.map(packageName);
    const outgoing = this.files.map((): RuleImport[] => []);
    const incoming = this.files.map((): RuleImport[] => []);
    const seen: RuleImport[] = [];
    for (const [from, to, kinds, line, word] of imports) {
      if ((kinds & UNSEEN) !== 0) continue;
      const [specifier, name] = [specifiers[word] as string, names[word] as string];
      const isPackage = to === NO_FILE.EXTERNAL || to === NO_FILE.MISSING;
      const target = to >= 0 ? (this.files[to] as string) : isPackage ? `node_modules/${specifier}` : specifier;
      const resolved = to !== NO_FILE.MISSING && to !== NO_FILE.UNRESOLVED;
      const found = { from, to: Math.max(to, -1), target, specifier, name, line, kinds, resolved };
      seen.push(found);
      outgoing[from]?.push(found);
      if (to >= 0 && to !== from) incoming[to]?.push(found);
    }
    this.imports = seen;
    this.outgoing = outgoing;
    this.incoming = incoming;
    this.productionImports = Map.groupBy(
      seen.filter(({ from }) => this.isProduction[from]),
      ({ name }) => name,
    );
  }

  path(file: number): string {
    return this.files[file] as string;
  }

  /** Folder of the nearest package.json of a file; `.` when there is none. */
  packageOf(file: number): string {
    return this.#packageOf[file] as string;
  }

  /** I = Ce / (Ca + Ce) of a file: 0 when everything depends on it, 1 when it depends on everything. Packages count as what it depends on. */
  instability(file: number): number {
    const efferent = new Set(this.outgoing[file]?.flatMap(({ to, target }) => (to === file ? [] : [target]))).size;
    const afferent = new Set(this.incoming[file]?.map(({ from }) => from)).size;
    return efferent + afferent === 0 ? 0 : efferent / (efferent + afferent);
  }

  /** Source of the words: dependency-cruiser, doc/rules-reference.md, dependencyTypes. */
  dependencyTypes({ from, to, specifier, name, kinds, resolved }: RuleImport): string[] {
    const types: string[] = [...KIND_WORDS].flatMap(([word, bits]) => ((kinds & bits) !== 0 ? [word] : []));
    if ((kinds & IMPORT_KIND.VALUE) === 0) types.push('type-only');
    const isRelative = specifier.startsWith('.');
    if (to >= 0) {
      types.push('local');
      if (isRelative) return types;
      types.push('aliased');
      if (specifier.startsWith('#')) types.push('aliased-subpath-import');
      else if (this.packageOf(to) !== this.packageOf(from)) types.push('aliased-workspace');
      else types.push('aliased-tsconfig', 'aliased-tsconfig-paths');
      return types;
    }
    if (isRelative) return [...types, resolved ? 'local' : 'unknown'];
    if (isBuiltin(specifier)) return [...types, 'core'];
    const owner = this.#packages.find(({ folder }) => folder === this.packageOf(from));
    const root = this.#packages.find(({ folder }) => folder === '.');
    const declared = [owner, root].map((manifest) => manifestWords(manifest, name)).find((words) => words.length > 0);
    return [...types, ...(declared ?? ['npm-no-pkg', 'npm-unknown'])];
  }

  /** A file of the folder that the pattern matches inside of it, the shortest first. */
  fileIn(folder: string, pattern: RegExp): string | undefined {
    return this.files
      .filter((path) => path.startsWith(`${folder}/`) && pattern.test(posix.relative(folder, path)))
      .sort((a, b) => a.length - b.length || (a < b ? -1 : 1))[0];
  }
}

/** What none of these tools takes for an import. */
const UNSEEN = IMPORT_KIND.URL | IMPORT_KIND.JSDOC;

const KIND_WORDS = new Map([
  ['dynamic-import', IMPORT_KIND.DYNAMIC],
  ['require', IMPORT_KIND.REQUIRE],
  ['export', IMPORT_KIND.RE_EXPORT],
  ['triple-slash-directive', IMPORT_KIND.TRIPLE_SLASH],
  ['jsdoc', IMPORT_KIND.JSDOC],
  ['type-import', IMPORT_KIND.TYPE],
]);

export function isMeant({ kinds }: RuleImport, imports: MeantImports): boolean {
  const isValue = (kinds & IMPORT_KIND.VALUE) !== 0;
  return imports === 'any' || (imports === 'value') === isValue;
}

function manifestWords(manifest: ArchitectureSnapshot['packages'][number] | undefined, name: string): string[] {
  if (!manifest) return [];
  const lists: [string, readonly string[]][] = [
    ['npm', manifest.dependencies],
    ['npm-dev', manifest.devDependencies],
    ['npm-peer', manifest.peerDependencies],
    ['npm-optional', manifest.optionalDependencies],
  ];
  const words = lists.flatMap(([word, names]) => (names.includes(name) ? [word] : []));
  return words.length > 0 || name.startsWith('@types/') ? words : manifestWords(manifest, `@types/${name.replace(/^@(.*)\//, '$1__')}`);
}
