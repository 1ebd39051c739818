/** What one file imports and exports, read from its text alone. */
import { type ExportFact, IMPORT_KIND, type ImportFact, type LinkFacts } from './file-facts.ts';
import { languageOf, type ModuleRecord, type Placed, type RecordedExport, readModuleRecord } from './module-record.ts';
import { isNestedTooDeeply } from './nesting.ts';
import { needsSyntaxTree, readTreeLinks } from './tree-links.ts';

const { VALUE, TYPE, RE_EXPORT, DYNAMIC, SIDE_EFFECT, TRIPLE_SLASH } = IMPORT_KIND;

/**
 * Static imports, exports and dynamic imports come from the parser's module record. A syntax tree is made only when the text shows
 * what no record holds: `require(`, `import(` in a type or comment, `@import`, `new URL(`, `exports.name =`, a list of exported types.
 * An import of types and values together is two facts. Not seen: computed specifiers, module mocks, `require.resolve`.
 *
 * @returns nothing when the text is nested too deeply to be parsed safely
 */
export function readLinkFacts(path: string, text: string): LinkFacts | undefined {
  if (isNestedTooDeeply(text)) return undefined;
  const record = readModuleRecord(path, text);
  const tree = needsSyntaxTree(path, text, record) ? readTreeLinks(path, text, record) : undefined;
  const imports = [
    ...staticImports(record, text, languageOf(path) !== 'js'),
    ...reExports(record),
    ...dynamicImports(record),
    ...references(text),
  ];
  const exports = exportsOf(record, text, languageOf(path) === 'dts' ? undefined : tree?.typeNames);
  return {
    imports: withLines([...imports, ...(tree?.imports ?? [])], text),
    exports: withLines([...exports, ...(tree?.exports ?? [])], text),
    ...(!record.isModule && tree && tree.exports.length > 0 ? { commonJs: true as const } : {}),
    syntaxError: record.syntaxError,
  };
}

function staticImports(record: ModuleRecord, text: string, isTypeScript: boolean): Placed<ImportFact>[] {
  return record.imports.flatMap(({ specifier, start, names }) => {
    if (names.length > 0) return byTypeAndValue(names, 0, { specifier, start });
    // `import type {} from './a'` and, in TypeScript, `import {} from './a'` name nothing and are gone after compilation.
    const typeOnly = (isTypeScript ? /^import\s+(type\b|\{)/ : /^import\s+type\b/).test(text.slice(start, start + 40));
    return [{ specifier, start, kinds: typeOnly ? TYPE : VALUE | SIDE_EFFECT }];
  });
}

/** `import { a } from './a'; export { a };` is recorded as a re-export too, at the place of the import: it was counted there. */
function reExports(record: ModuleRecord): Placed<ImportFact>[] {
  const counted = new Set(record.imports.map(({ requestStart }) => requestStart));
  return record.exports.flatMap(({ start, entries }) => {
    const from = entries.find((entry) => entry.from)?.from;
    if (!from || counted.has(from.start)) return [];
    const names = entries.map((entry) => ({ name: entry.from?.name ?? '*', typeOnly: entry.typeOnly }));
    return byTypeAndValue(names, RE_EXPORT, { specifier: from.specifier, start });
  });
}

function byTypeAndValue(
  names: readonly { name: string; typeOnly: boolean }[],
  kinds: number,
  { specifier, start }: { specifier: string; start: number },
): Placed<ImportFact>[] {
  return [false, true].flatMap((typeOnly) => {
    const taken = names.filter((each) => each.typeOnly === typeOnly).map(({ name }) => name);
    if (taken.length === 0) return [];
    const fact = { specifier, start, kinds: kinds | (typeOnly ? TYPE : VALUE) };
    return [taken.includes('*') ? fact : { ...fact, names: taken }];
  });
}

function dynamicImports(record: ModuleRecord): Placed<ImportFact>[] {
  return record.dynamicImports.flatMap(({ start, argument }) => {
    const [, quote, specifier] = /^(['"`])(.*)\1$/s.exec(argument) ?? [];
    if (specifier === undefined || (quote === '`' && specifier.includes('${'))) return [];
    return [{ specifier, start, kinds: VALUE | DYNAMIC }];
  });
}

/** Only comments before the first statement count; the paths are relative whether or not they say so. */
function references(text: string): Placed<ImportFact>[] {
  if (!text.includes('<reference')) return [];
  const found: Placed<ImportFact>[] = [];
  const leading = /^#!.*|\s+|\/\/.*|\/\*[\s\S]*?\*\//y;
  for (let match = leading.exec(text); match; match = leading.exec(text)) {
    const [, attribute, target] = /^\/\/\/\s*<reference\s+(path|types)\s*=\s*["']([^"']+)["']/.exec(match[0]) ?? [];
    if (!attribute || !target) continue;
    const specifier = attribute === 'types' || /^\.{0,2}\//.test(target) ? target : `./${target}`;
    found.push({ specifier, start: match.index, kinds: TYPE | TRIPLE_SLASH });
  }
  return found;
}

/** A name that is also exported as a value (`interface Money` beside `const Money`) is a value. */
function exportsOf(record: ModuleRecord, text: string, typeNames: ReadonlySet<string> | undefined): Placed<ExportFact>[] {
  const facts = new Map<string, Placed<ExportFact>>();
  const stars: Placed<ExportFact>[] = [];
  const entries = record.exports.flatMap((each) => {
    // What is declared to be there (`export declare const`) is recorded as a type.
    const isThere = /^export\s+declare\s+(abstract\s|const|let|var|function|class|enum|namespace|module)/.test(
      text.slice(each.start, each.start + 60),
    );
    return isThere ? each.entries.map((entry) => ({ ...entry, typeOnly: false })) : each.entries.map((entry) => asDeclared(entry, text));
  });
  for (const { name, start, typeOnly, local, from } of entries) {
    const isType = typeOnly || (local !== undefined && (typeNames?.has(local) ?? false));
    const fact = { name, start, typeOnly: isType, ...(from ? { from: from.specifier } : {}) };
    if (name === '*') stars.push(fact);
    else if (from && from.name !== name) facts.set(name, { ...fact, imported: from.name });
    else if (facts.get(name)?.typeOnly !== false) facts.set(name, fact);
  }
  return [...facts.values(), ...stars];
}

/** `export default function Page` beside an imported type of that name is recorded as if the type were passed on. */
function asDeclared(entry: RecordedExport, text: string): RecordedExport {
  const { name, start, from } = entry;
  const isOwn =
    from && name === 'default' && /^(async\s+function|function[\s*(]|class[\s{]|abstract\s+class)/.test(text.slice(start, start + 40));
  return isOwn ? { name, start, typeOnly: false } : entry;
}

function withLines<Fact extends { start: number }>(found: Fact[], text: string): (Omit<Fact, 'start'> & { line: number })[] {
  let line = 1;
  let newline = text.indexOf('\n');
  return found
    .sort((a, b) => a.start - b.start)
    .map(({ start, ...fact }) => {
      for (; newline !== -1 && newline < start; newline = text.indexOf('\n', newline + 1)) line++;
      return { ...fact, line };
    });
}
