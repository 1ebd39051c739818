/** What one file imports, read from its text alone. */
import { type EcmaScriptModule, type ParserOptions, parseSync, Visitor } from 'oxc-parser';

export interface ImportFact {
  specifier: string;
  /** Counted from 1. */
  line: number;
  /** Written as a type import or type re-export. */
  typeOnly: boolean;
  /** What a value import takes by name; nothing when it takes the whole module or runs it. */
  names?: string[];
}

export interface ModuleFacts {
  imports: ImportFact[];
  /** Exported names that are types only: an import of nothing else disappears in compilation, whether or not it says `type`. */
  typeExports: ReadonlySet<string>;
  /** The text does not follow the grammar; `imports` holds what was understood before the error. */
  syntaxError: boolean;
}

/**
 * The native parser recurses and takes the whole process down with it, at some thousand levels; no human nests this deep.
 * Only brackets are counted: a chain of ten thousand `else if`, `?:` or `=>` still gets through, so a caller that reads
 * hostile trees does it in a process it can lose.
 */
const MAX_BRACKET_DEPTH = 500;

/**
 * Static imports, re-exports and dynamic imports come from the parser's module record, which costs a quarter of a full syntax
 * tree. The tree is walked only when the text shows `require(` or an `import(` that the record lacks (a type such as `import('./a').B`).
 * Not seen: computed specifiers, `new URL(...)`, triple-slash references, JSDoc imports, module mocks.
 *
 * @returns nothing when the text is nested too deeply to be parsed safely
 */
export function readModuleFacts(path: string, text: string): ModuleFacts | undefined {
  if (isNestedTooDeeply(text)) return undefined;
  const { parsed, syntaxError } = parse(path, text);
  const record = parsed.module;
  const found = [...staticImports(record, text), ...reExports(record), ...dynamicImports(record, text)];
  if (/\brequire\s*\(/.test(text) || (text.match(/\bimport\s*\(/g)?.length ?? 0) > record.dynamicImports.length) {
    found.push(...importsOfTree(parsed.program));
  }
  return { imports: withLines(found, text), typeExports: typeExports(record), syntaxError };
}

interface Found extends Omit<ImportFact, 'line'> {
  start: number;
}

/** JavaScript is tried as a module, as CommonJS (top-level `return`, `with`), then with types (Flow's are close enough to read imports). */
function parse(path: string, text: string): { parsed: ReturnType<typeof parseSync>; syntaxError: boolean } {
  const attempts: ParserOptions[] = /\.[cm]?ts$/.test(path)
    ? [{ lang: 'ts' }]
    : path.endsWith('.tsx')
      ? [{ lang: 'tsx' }]
      : [{ lang: 'jsx', sourceType: 'module' }, { lang: 'jsx', sourceType: 'commonjs' }, { lang: 'tsx' }];
  for (const options of attempts) {
    const parsed = parseSync(path, text, options);
    if (!parsed.errors.some((error) => error.severity === 'Error')) return { parsed, syntaxError: false };
  }
  return { parsed: parseSync(path, text, attempts[0]), syntaxError: true };
}

function staticImports(record: EcmaScriptModule, text: string): Found[] {
  return record.staticImports.map(({ start, moduleRequest, entries }) => {
    const values = entries.filter((entry) => !entry.isType);
    // `import type {} from './a'` has no entries and is a type import all the same.
    const typeOnly = entries.length > 0 ? values.length === 0 : /^import\s+type\b/.test(text.slice(start, start + 40));
    const names = values.map(({ importName }) => (importName.kind === 'Default' ? 'default' : importName.name));
    const named = names.length > 0 && names.every((name) => name !== null);
    return { specifier: moduleRequest.value, start, typeOnly, ...(named ? { names } : {}) };
  });
}

/** `import { a } from './a'; export { a };` is recorded as a re-export too, at the place of the import: it was counted there. */
function reExports(record: EcmaScriptModule): Found[] {
  const counted = new Set(record.staticImports.map(({ moduleRequest }) => moduleRequest.start));
  return record.staticExports.flatMap(({ start, entries }) => {
    const request = entries.find((entry) => entry.moduleRequest)?.moduleRequest;
    if (!request || counted.has(request.start)) return [];
    const values = entries.filter((entry) => !entry.isType);
    const names = values.map(({ importName }) => (importName.kind === 'Name' ? importName.name : null));
    const named = names.length > 0 && names.every((name) => name !== null);
    return [{ specifier: request.value, start, typeOnly: values.length === 0, ...(named ? { names } : {}) }];
  });
}

function dynamicImports(record: EcmaScriptModule, text: string): Found[] {
  return record.dynamicImports.flatMap(({ start, moduleRequest }) => {
    const literal = /^(['"`])(.*)\1$/s.exec(text.slice(moduleRequest.start, moduleRequest.end));
    const specifier = literal?.[2];
    if (specifier === undefined || (literal?.[1] === '`' && specifier.includes('${'))) return [];
    return [{ specifier, start, typeOnly: false }];
  });
}

function importsOfTree(program: ReturnType<typeof parseSync>['program']): Found[] {
  const found: Found[] = [];
  const visitor = new Visitor({
    CallExpression({ start, callee, arguments: [first] }) {
      if (callee.type !== 'Identifier' || callee.name !== 'require' || first?.type !== 'Literal') return;
      if (typeof first.value === 'string') found.push({ specifier: first.value, start, typeOnly: false });
    },
    TSImportEqualsDeclaration({ start, importKind, moduleReference }) {
      if (moduleReference.type !== 'TSExternalModuleReference') return;
      found.push({ specifier: moduleReference.expression.value, start, typeOnly: importKind === 'type' });
    },
    TSImportType({ start, source }) {
      found.push({ specifier: source.value, start, typeOnly: true });
    },
  });
  visitor.visit(program);
  return found;
}

/** A name that is also exported as a value (`interface Money` beside `const Money`) is a value. */
function typeExports(record: EcmaScriptModule): Set<string> {
  const entries = record.staticExports.flatMap((statement) => statement.entries);
  const nameOf = (entry: (typeof entries)[number]) => (entry.exportName.kind === 'Default' ? 'default' : entry.exportName.name);
  const values = new Set(entries.filter((entry) => !entry.isType).map(nameOf));
  const types = entries.filter((entry) => entry.isType).map(nameOf);
  return new Set(types.filter((name) => name !== null && !values.has(name)) as string[]);
}

function withLines(found: Found[], text: string): ImportFact[] {
  let line = 1;
  let newline = text.indexOf('\n');
  return found
    .sort((a, b) => a.start - b.start)
    .map(({ start, ...fact }) => {
      for (; newline !== -1 && newline < start; newline = text.indexOf('\n', newline + 1)) line++;
      return { ...fact, line };
    });
}

/** Counts brackets in strings and comments too, which only errs towards caution. */
/** @returns whether a native parser may die of the text, as far as brackets tell. */
export function isNestedTooDeeply(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 40 || code === 91 || code === 123) {
      if (++depth > MAX_BRACKET_DEPTH) return true;
    } else if ((code === 41 || code === 93 || code === 125) && depth > 0) depth--;
  }
  return false;
}
