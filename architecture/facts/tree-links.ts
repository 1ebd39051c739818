/** The links of a file that only its syntax tree shows. */
import { type Node, parseSync, Visitor } from 'oxc-parser';
import { type ExportFact, IMPORT_KIND, type ImportFact } from './file-facts.ts';
import { languageOf, type ModuleRecord, type Placed } from './module-record.ts';

const { VALUE, TYPE, REQUIRE, IMPORT_TYPE, JSDOC, URL } = IMPORT_KIND;

export interface TreeLinks {
  imports: Placed<ImportFact>[];
  /** CommonJS: `exports.a = ...`, `module.exports = ...`. */
  exports: Placed<ExportFact>[];
  /** Interfaces and type aliases of the file that are no value too. */
  typeNames: ReadonlySet<string>;
}

/** Cheap tests on the text: most files of today need no tree. */
export function needsSyntaxTree(path: string, text: string, record: ModuleRecord): boolean {
  if (/\brequire\s*\(/.test(text) || /\bnew\s+URL\s*\(/.test(text)) return true;
  if ((text.match(/\bimport\s*\(/g)?.length ?? 0) > record.dynamicImports.length) return true;
  if (languageOf(path) === 'js') return text.includes('@import') || (!record.isModule && /\bexports\b/.test(text));
  return text.includes('export =') || listsOwnTypes(text, record);
}

/** `interface A {}` and then `export { A }`: the record does not say that it is a type. */
function listsOwnTypes(text: string, record: ModuleRecord): boolean {
  const listed = record.exports.flatMap(({ start, entries }) =>
    entries.filter(
      (entry) =>
        entry.start !== start &&
        !entry.typeOnly &&
        entry.local !== undefined &&
        !entry.from &&
        /^export\s*\{/.test(text.slice(start, start + 20)),
    ),
  );
  if (listed.length === 0) return false;
  const declared = new Set(Array.from(text.matchAll(/\b(?:interface|type)\s+([\w$]+)/g), ([, name]) => name));
  return listed.some(({ local }) => declared.has(local));
}

export function readTreeLinks(path: string, text: string, record: ModuleRecord): TreeLinks {
  const { program, comments } = parseSync(path, text, record.options);
  const imports: Placed<ImportFact>[] = [];
  const exports: Placed<ExportFact>[] = [];
  const types = new Set<string>();
  const values = new Set<string>();
  const visitor = new Visitor({
    CallExpression({ start, callee, arguments: [first] }) {
      if (callee.type !== 'Identifier' || callee.name !== 'require') return;
      const specifier = textOf(first);
      if (specifier !== undefined) imports.push({ specifier, start, kinds: VALUE | REQUIRE });
    },
    TSImportEqualsDeclaration({ start, importKind, moduleReference, id }) {
      values.add(id.name);
      if (moduleReference.type !== 'TSExternalModuleReference') return;
      const kinds = importKind === 'type' ? TYPE | REQUIRE : VALUE | REQUIRE;
      imports.push({ specifier: moduleReference.expression.value, start, kinds });
    },
    TSImportType({ start, source, qualifier }) {
      let first = qualifier;
      while (first?.type === 'TSQualifiedName') first = first.left as typeof qualifier;
      const names = first?.type === 'Identifier' ? { names: [first.name] } : {};
      imports.push({ specifier: source.value, start, kinds: TYPE | IMPORT_TYPE, ...names });
    },
    NewExpression({ start, callee, arguments: [target, base] }) {
      if (callee.type !== 'Identifier' || callee.name !== 'URL' || !isImportMetaUrl(base)) return;
      const specifier = textOf(target);
      if (specifier !== undefined)
        imports.push({ specifier: /^[a-z.]*[:/]/i.test(specifier) ? specifier : `./${specifier}`, start, kinds: URL });
    },
    AssignmentExpression({ left, right }) {
      if (record.isModule) return;
      exports.push(...commonJsExports(left, right));
    },
    TSExportAssignment({ start }) {
      exports.push({ name: 'default', start, typeOnly: false });
    },
    TSInterfaceDeclaration({ id }) {
      types.add(id.name);
    },
    TSTypeAliasDeclaration({ id }) {
      types.add(id.name);
    },
    ...declaresValue((name) => values.add(name)),
  });
  visitor.visit(program);
  if (languageOf(path) === 'js') {
    for (const { type, value, start } of comments)
      if (type === 'Block' && value.startsWith('*')) imports.push(...jsdocImports(value, start));
  }
  return { imports, exports: uniqueByName(exports), typeNames: types.difference(values) };
}

function declaresValue(declare: (name: string) => void) {
  const named = ({ id }: { id: Node | null }) => {
    if (id?.type === 'Identifier') declare(id.name);
  };
  return {
    FunctionDeclaration: named,
    ClassDeclaration: named,
    TSEnumDeclaration: named,
    TSModuleDeclaration: named,
    VariableDeclarator: named,
    TSDeclareFunction: named,
  };
}

function textOf(node: Node | undefined): string | undefined {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0) return node.quasis[0]?.value.cooked ?? undefined;
  return undefined;
}

function isImportMetaUrl(node: Node | undefined): boolean {
  return (
    node?.type === 'MemberExpression' &&
    node.object.type === 'MetaProperty' &&
    node.property.type === 'Identifier' &&
    node.property.name === 'url'
  );
}

/** `exports.a = 1`, `module.exports.a = 1`, `module.exports = { a, b }`; anything else assigned to `module.exports` is its default. */
function commonJsExports(left: Node, right: Node): Placed<ExportFact>[] {
  if (left.type !== 'MemberExpression' || left.property.type !== 'Identifier') return [];
  const start = left.start;
  const { object, property } = left;
  if (isExportsObject(object)) return [{ name: property.name, start, typeOnly: false }];
  if (!isExportsObject(left)) return [];
  const whole = { name: 'default', start, typeOnly: false };
  if (right.type !== 'ObjectExpression') return [whole];
  const names = right.properties.flatMap((each) =>
    each.type === 'Property' && !each.computed && each.key.type === 'Identifier'
      ? [{ name: each.key.name, start: each.start, typeOnly: false }]
      : [],
  );
  return [whole, ...names];
}

function isExportsObject(node: Node): boolean {
  if (node.type === 'Identifier') return node.name === 'exports';
  return (
    node.type === 'MemberExpression' &&
    node.object.type === 'Identifier' &&
    node.object.name === 'module' &&
    node.property.type === 'Identifier' &&
    node.property.name === 'exports'
  );
}

function uniqueByName(facts: Placed<ExportFact>[]): Placed<ExportFact>[] {
  return [...new Map(facts.map((fact) => [fact.name, fact])).values()];
}

/** `@import { A } from './a'`, `@import * as a from './a'`, and `import('./a').A` inside a type. */
function jsdocImports(comment: string, start: number): Placed<ImportFact>[] {
  const tags = Array.from(
    comment.matchAll(/@import\s([^'"@]*?)\bfrom\s*(['"])([^'"\n]+)\2/g),
    ({ index, 1: clause = '', 3: specifier = '' }) => {
      const [, list] = /\{([^}]*)\}/.exec(clause) ?? [];
      const names = list
        ?.split(',')
        .map((each) => each.trim().split(/\s+as\s+/)[0] ?? '')
        .filter((name) => name !== '');
      const whole = clause.includes('*') || names === undefined;
      return { specifier, start: start + index, kinds: TYPE | JSDOC, ...(whole ? {} : { names }) };
    },
  );
  const types = Array.from(
    comment.matchAll(/\bimport\s*\(\s*(['"])([^'"\n]+)\1\s*\)(?:\.([\w$]+))?/g),
    ({ index, 2: specifier = '', 3: name }) => ({
      specifier,
      start: start + index,
      kinds: TYPE | JSDOC,
      ...(name === undefined ? {} : { names: [name] }),
    }),
  );
  return [...tags, ...types];
}
