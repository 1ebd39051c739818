/** Asks TypeScript, when two tools say different things of one import. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import ts from 'typescript';

export interface Judge {
  /** The file of the tree that an import means, as if the packages of the tree were built and installed; nothing when it leads elsewhere. */
  resolve(from: string, specifier: string): string | undefined;
  /** The file that an import would mean if its package exported all it has; nothing for one that is exported. */
  resolvePastExports(from: string, specifier: string): string | undefined;
  /** Whether every import and re-export of the one file in the other takes nothing that has a value. */
  takesOnlyTypes(from: string, to: string): boolean;
  /** Whether an import or re-export of the one file in the other takes something without the word `type`. */
  isWrittenAsValue(from: string, to: string): boolean;
  /** Whether the one file loads the other by `import('...')`. */
  loads(from: string, to: string): boolean;
  /** Whether the one file names the other in a JSDoc comment. */
  documents(from: string, to: string): boolean;
  /** Whether the one file passes on something of the other, by `export ... from` or by exporting what it imported. */
  passesOn(from: string, to: string): boolean;
  /** Whether the one file names the other in `new URL('...', import.meta.url)`. */
  locates(from: string, to: string): boolean;
}

const SETTINGS: ts.CompilerOptions = {
  ...{ module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, target: ts.ScriptTarget.ESNext },
  ...{ allowJs: true, noLib: true, types: [], noEmit: true, allowImportingTsExtensions: true, skipLibCheck: true },
};

/** Modules are found the way bundlers do, under Node's condition, with the aliases of the nearest tsconfig. @param files the sources of the tree */
export function createJudge(folder: string, files: readonly string[]): Judge {
  const packages = readPackages(folder, files);
  const aliasesOf = nearestAliases(folder);

  const views = new Map<string, { seen: Package[]; host: ReturnType<typeof asIfInstalled> }>();
  const viewFrom = (importing: string) => {
    const seen = asSeenFrom(importing, packages);
    const order = seen.map((each) => each.folder).join('\n');
    const view = views.get(order) ?? { seen, host: asIfInstalled(folder, seen) };
    views.set(order, view);
    return view;
  };
  const known = new Map<string, string | undefined>();
  const find = (importing: string, written: string): string | undefined => {
    // A bundler's own marker of what exists nowhere.
    if (written.includes('\0')) return undefined;
    // What a bundler shall do with the file.
    const specifier = written.replace(/\?.*$/s, '');
    const { seen, host } = viewFrom(importing);
    const customConditions = [...sourceConditions(seen, specifier), 'node'];
    const options = { ...SETTINGS, ...aliasesOf(importing), customConditions };
    const { resolvedModule } = ts.resolveModuleName(specifier, join(folder, importing, 'importer.ts'), options, host);
    if (resolvedModule === undefined) return undefined;
    const path = relative(folder, host.realPath(resolvedModule.resolvedFileName));
    return path.startsWith('..') ? undefined : sourceOf(folder, seen, path);
  };
  const resolve = (from: string, specifier: string): string | undefined => {
    const importing = posix.dirname(from);
    const key = `${importing}\0${specifier}`;
    if (!known.has(key)) known.set(key, find(importing, specifier));
    return known.get(key);
  };

  let made: ts.Program | undefined;
  const program = () => {
    made ??= createProgram(folder, files, resolve);
    return made;
  };
  const ask = (from: string, to: string): Question => ({
    checker: program().getTypeChecker(),
    source: program().getSourceFile(join(folder, from)) as ts.SourceFile,
    isMeant: (specifier) => resolve(from, specifier) === to,
  });
  const resolvePastExports = (from: string, specifier: string): string | undefined => {
    const owner = asSeenFrom(posix.dirname(from), packages).find(({ name }) => specifier.startsWith(`${name}/`));
    if (owner === undefined || resolve(from, specifier) !== undefined) return undefined;
    const inside = specifier.slice(owner.name.length + 1);
    const root = posix.relative(posix.dirname(from), owner.folder) || '.';
    const places = [`${root}/${inside}`, `${root}/src/${inside}`].map((path) => (path.startsWith('.') ? path : `./${path}`));
    return places.map((path) => resolve(from, path)).find((path) => path !== undefined);
  };
  return {
    resolve,
    resolvePastExports,
    takesOnlyTypes: (from, to) => takesOnlyTypes(ask(from, to)),
    isWrittenAsValue: (from, to) => isWrittenAsValue(ask(from, to)),
    passesOn: (from, to) => passesOn(ask(from, to)),
    loads: (from, to) => loads(ask(from, to)),
    documents: (from, to) => documents(ask(from, to)),
    locates: (from, to) => locates(ask(from, to)),
  };
}

/** `paths` and `baseUrl` as TypeScript itself reads them, through `extends`; a parent that is not installed leaves what the file itself says. */
function nearestAliases(root: string): (folder: string) => ts.CompilerOptions {
  const known = new Map<string, ts.CompilerOptions>();
  const read = (folder: string): ts.CompilerOptions => {
    const file = ['tsconfig.json', 'jsconfig.json'].map((name) => join(root, folder, name)).find((path) => existsSync(path));
    if (file === undefined) return folder === '.' ? {} : aliasesOf(posix.dirname(folder));
    const { config } = ts.readConfigFile(file, ts.sys.readFile);
    const host = { ...ts.sys, readDirectory: () => [], useCaseSensitiveFileNames: true };
    const { options } = ts.parseJsonConfigFileContent(config ?? {}, host, join(root, folder), undefined, file);
    const { paths, baseUrl, pathsBasePath } = options;
    return { ...(paths ? { paths, pathsBasePath } : {}), ...(baseUrl ? { baseUrl } : {}) };
  };
  const aliasesOf = (folder: string): ts.CompilerOptions => {
    const aliases = known.get(folder) ?? read(folder);
    known.set(folder, aliases);
    return aliases;
  };
  return aliasesOf;
}

interface Question {
  checker: ts.TypeChecker;
  source: ts.SourceFile;
  isMeant(specifier: string): boolean;
}

interface Package {
  name: string;
  folder: string;
  exports: unknown;
  /** What the manifest states for the package's bare name. */
  entries: string[];
}

function readPackages(folder: string, files: readonly string[]): Package[] {
  const folders = new Set(files.flatMap((file) => ancestors(posix.dirname(file))));
  return [...folders].flatMap((each) => {
    const manifest = join(folder, each, 'package.json');
    if (!existsSync(manifest)) return [];
    const { name, exports, main, module, types } = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, unknown>;
    if (typeof name !== 'string') return [];
    const entries = [...leavesOf(exports), ...leavesOf([main, module, types])].map((entry) => posix.normalize(entry));
    return [{ name, folder: each, exports, entries }];
  });
}

/** The targets of a map's `.`, or of a map without subpaths. */
function leavesOf(stated: unknown): string[] {
  if (typeof stated === 'string') return [stated];
  if (typeof stated !== 'object' || stated === null) return [];
  return Object.entries(stated).flatMap(([key, each]) => (key.startsWith('./') ? [] : leavesOf(each)));
}

/** Of packages with the same name the one that shares most of its path with the importer comes first; a repository's root shares nothing. */
function asSeenFrom(importing: string, packages: readonly Package[]): Package[] {
  const above = ancestors(importing);
  const shared = ({ folder }: Package) => (folder === '.' ? 0 : ancestors(folder).filter((each) => above.includes(each)).length);
  return packages.toSorted((a, b) => shared(b) - shared(a));
}

function ancestors(folder: string): string[] {
  return folder === '.' ? ['.'] : [folder, ...ancestors(posix.dirname(folder))];
}

/** Conditions under which a package names its sources, such as `source` or `@zod/source`; its authors compile with them. */
function sourceConditions(packages: readonly Package[], specifier: string): string[] {
  const { exports } = packages.find(({ name }) => specifier === name || specifier.startsWith(`${name}/`)) ?? {};
  const found = new Set<string>();
  const walk = (value: unknown, condition: string | undefined) => {
    if (typeof value === 'string' && condition !== undefined && /(?<!\.d)\.[cm]?tsx?$/.test(value)) found.add(condition);
    if (typeof value !== 'object' || value === null) return;
    for (const [key, each] of Object.entries(value)) walk(each, key.startsWith('.') ? undefined : key);
  };
  walk(exports, undefined);
  return [...found].filter((condition) => !['types', 'import', 'require', 'default'].includes(condition));
}

/** The disk, with every package of the tree in `node_modules` of the root, and with the output that its sources would be built to. */
function asIfInstalled(folder: string, packages: readonly Package[]) {
  const realPath = (path: string): string => {
    const [, name, rest] = /\/node_modules\/((?:@[^/]+\/)?[^/]+)(.*)$/.exec(path) ?? [];
    const target = packages.find((each) => each.name === name);
    return target === undefined ? path : join(folder, target.folder, rest ?? '');
  };
  const asked = new Map<string, boolean>();
  const isFile = (path: string): boolean => {
    const known = asked.get(path) ?? statSync(path, { throwIfNoEntry: false })?.isFile() === true;
    asked.set(path, known);
    return known;
  };
  return {
    realPath,
    fileExists: (path: string) => isFile(realPath(path)) || sourceOf(folder, packages, relative(folder, realPath(path))) !== undefined,
    readFile: (path: string) => (isFile(realPath(path)) ? readFileSync(realPath(path), 'utf8') : undefined),
    directoryExists: () => true,
  };
}

const DECLARATION = /\.d\.([cm]?)ts$/;
const CODE = /\.([cm]?)[jt]sx?$/;

/**
 * The source of a file of the tree: itself where it is there; else, for output, the file of the same name below `src`
 * that lies deepest along the same path: `dist/esm/query/index.d.ts` is built from `src/query/index.ts`. An entry that is a bundle of another
 * name is built from the package's `index`: that is custom, and nothing TypeScript knows.
 */
function sourceOf(folder: string, packages: readonly Package[], path: string): string | undefined {
  if (existsSync(join(folder, path))) return path;
  const owners = packages.map((each) => each.folder).filter((each) => each === '.' || path.startsWith(`${each}/`));
  const owner = owners.toSorted((a, b) => b.length - a.length)[0] ?? '.';
  const output = relative(owner, path);
  const parts = output.replace(DECLARATION, '').replace(CODE, '').split('/');
  const isOutput = /^(dist|build|lib|out|es|esm|cjs)$/.test(parts[0] ?? '');
  const tails = isOutput ? parts.slice(1).map((_, skipped) => `src/${parts.slice(skipped + 1).join('/')}`) : [];
  const isEntry = packages.some((each) => each.folder === owner && each.entries.includes(output));
  return [...tails, ...(isEntry ? ['src/index', 'index'] : [])]
    .flatMap((stem) => ['.ts', '.tsx', '.mts', '.cts'].map((ending) => posix.join(owner, stem + ending)))
    .find((source) => existsSync(join(folder, source)));
}

function createProgram(
  folder: string,
  files: readonly string[],
  resolve: (from: string, specifier: string) => string | undefined,
): ts.Program {
  const host = ts.createCompilerHost(SETTINGS);
  host.resolveModuleNameLiterals = (literals, containingFile) =>
    literals.map(({ text }) => {
      const path = resolve(relative(folder, containingFile), text);
      if (path === undefined) return { resolvedModule: undefined };
      return { resolvedModule: { resolvedFileName: join(folder, path), extension: extensionOf(path), isExternalLibraryImport: false } };
    });
  return ts.createProgram({ rootNames: files.map((file) => join(folder, file)), options: SETTINGS, host });
}

function extensionOf(path: string): string {
  return /(\.d)?\.[^./]+$/.exec(path)?.[0] ?? '';
}

function takesOnlyTypes({ checker, source, isMeant }: Question): boolean {
  const statements = statementsAbout(source, isMeant);
  return statements.length > 0 && statements.every((statement) => namesOf(statement)?.every((name) => !hasValue(checker, name)) ?? false);
}

function isWrittenAsValue({ source, isMeant }: Question): boolean {
  return statementsAbout(source, isMeant).some((statement) => namesOf(statement)?.length !== 0);
}

function passesOn({ checker, source, isMeant }: Question): boolean {
  const statements = statementsAbout(source, isMeant);
  if (statements.some(ts.isExportDeclaration)) return true;
  const exported = source.statements.flatMap((statement) =>
    ts.isExportDeclaration(statement) && !statement.moduleSpecifier && statement.exportClause && ts.isNamedExports(statement.exportClause)
      ? [...statement.exportClause.elements]
      : [],
  );
  return exported
    .flatMap((each) => checker.getExportSpecifierLocalTargetSymbol(each)?.declarations ?? [])
    .some((declaration) => statements.some((statement) => isWithin(declaration, statement)));
}

function loads({ source, isMeant }: Question): boolean {
  return some(source, (node) => {
    if (!ts.isCallExpression(node) || node.expression.kind !== ts.SyntaxKind.ImportKeyword) return false;
    const [first] = node.arguments;
    return first !== undefined && ts.isStringLiteralLike(first) && isMeant(first.text);
  });
}

function documents({ source, isMeant }: Question): boolean {
  const comments = source.text.match(/\/\*\*.*?\*\//gs) ?? [];
  return comments
    .flatMap((comment) => [...comment.matchAll(/(?:import\(|from )\s*(['"])(.*?)\1/g)])
    .some(([, , specifier = '']) => isMeant(specifier));
}

function locates({ source, isMeant }: Question): boolean {
  return some(source, (node) => {
    if (!ts.isNewExpression(node) || node.expression.getText(source) !== 'URL') return false;
    const [first, second] = node.arguments ?? [];
    return first !== undefined && ts.isStringLiteralLike(first) && second?.getText(source) === 'import.meta.url' && isMeant(first.text);
  });
}

function some(root: ts.Node, is: (node: ts.Node) => boolean): boolean {
  return is(root) || ts.forEachChild(root, (child) => some(child, is) || undefined) === true;
}

function statementsAbout(source: ts.SourceFile, isMeant: (specifier: string) => boolean) {
  return source.statements
    .filter((statement) => ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement))
    .filter(({ moduleSpecifier }) => moduleSpecifier !== undefined && isMeant((moduleSpecifier as ts.StringLiteral).text));
}

function isWithin(node: ts.Node | undefined, ancestor: ts.Node): boolean {
  return node !== undefined && (node === ancestor || isWithin(node.parent, ancestor));
}

/** The names that a statement takes without the word `type`; nothing when it takes the module whole, or only runs it. */
function namesOf(statement: ts.ImportDeclaration | ts.ExportDeclaration): ts.Identifier[] | undefined {
  if (ts.isExportDeclaration(statement)) {
    if (statement.isTypeOnly) return [];
    const { exportClause } = statement;
    return exportClause && ts.isNamedExports(exportClause)
      ? exportClause.elements.filter((each) => !each.isTypeOnly).map((each) => each.name as ts.Identifier)
      : undefined;
  }
  const clause = statement.importClause;
  if (clause === undefined) return undefined;
  if (clause.isTypeOnly) return [];
  const bindings = clause.namedBindings;
  if (bindings && ts.isNamespaceImport(bindings)) return undefined;
  const named = bindings?.elements.filter((each) => !each.isTypeOnly).map((each) => each.name) ?? [];
  return clause.name ? [clause.name, ...named] : named;
}

function hasValue(checker: ts.TypeChecker, name: ts.Identifier): boolean {
  let symbol = checker.getSymbolAtLocation(name);
  while (symbol && symbol.flags & ts.SymbolFlags.Alias) {
    if (symbol.declarations?.some(ts.isTypeOnlyImportOrExportDeclaration)) return false;
    const next = checker.getImmediateAliasedSymbol(symbol);
    if (next === undefined || next === symbol) break;
    symbol = next;
  }
  return symbol === undefined || (symbol.flags & ts.SymbolFlags.Value) !== 0;
}
