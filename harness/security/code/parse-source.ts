/** Reads one source file of TypeScript or JavaScript into its syntax tree, with what its names stand for. */
import { type Node, type ParserOptions, type Program, parseSync, Visitor } from 'oxc-parser';
import { constantText, lastExpression, nameOf } from './tree.ts';

export interface ParsedSource {
  text: string;
  program: Program;
  /** Local name to the module it came from and the name it had there; `*` is the module itself. */
  imported: ReadonlyMap<string, { module: string; name: string }>;
  /** Local name to the text it was first set to. */
  initial: ReadonlyMap<string, string>;
  /** Names that the file declares for itself anywhere, which the globals of these names are therefore not. */
  declared: ReadonlySet<string>;
}

export function isSource(path: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(path) && !/\.d\.[cm]?ts$/.test(path);
}

/**
 * The parser is native and recursive: text that is nested some thousand levels deep ends the whole process. Callers that read
 * hostile text do it in a process they can lose.
 * @returns nothing when the text follows no grammar we know
 */
export function parseSource(path: string, text: string): ParsedSource | undefined {
  for (const options of dialects(path)) {
    const { program, errors } = parseSync(path, text, options);
    if (!errors.some(({ severity }) => severity === 'Error')) return { text, program, ...namesOf(program, text) };
  }
  return undefined;
}

function dialects(path: string): ParserOptions[] {
  if (/\.[cm]?ts$/.test(path)) return [{ lang: 'ts' }];
  if (path.endsWith('.tsx')) return [{ lang: 'tsx' }];
  // Flow's annotations are close enough to those of TypeScript.
  return [{ lang: 'jsx', sourceType: 'module' }, { lang: 'jsx', sourceType: 'commonjs' }, { lang: 'tsx' }];
}

function namesOf(program: Program, text: string): Pick<ParsedSource, 'imported' | 'initial' | 'declared'> {
  const imported = new Map<string, { module: string; name: string }>();
  const initial = new Map<string, string>();
  const declared = new Set<string>();
  const declare = (pattern: Node | null) => {
    for (const name of boundNames(pattern)) declared.add(name);
  };
  const declareFunction = ({ id, params }: { id: Node | null; params: readonly Node[] }) => {
    declare(id);
    params.forEach(declare);
  };
  new Visitor({
    ImportDeclaration({ source, specifiers }) {
      for (const specifier of specifiers) {
        const name = specifier.type === 'ImportSpecifier' ? nameOf(specifier.imported) : undefined;
        imported.set(specifier.local.name, { module: bare(source.value), name: name ?? '*' });
        declared.add(specifier.local.name);
      }
    },
    VariableDeclarator({ id, init }) {
      declare(id);
      if (init === null) return;
      if (id.type === 'Identifier' && !initial.has(id.name))
        initial.set(id.name, text.slice(init.start, Math.min(init.end, init.start + 2000)));
      const module = requiredModule(init);
      if (module === undefined) return;
      if (id.type === 'Identifier') imported.set(id.name, { module, name: '*' });
      if (id.type !== 'ObjectPattern') return;
      for (const property of id.properties) {
        if (property.type !== 'Property') continue;
        const name = nameOf(property.key);
        for (const local of boundNames(property.value)) imported.set(local, { module, name: name ?? '*' });
      }
    },
    FunctionDeclaration: declareFunction,
    FunctionExpression: declareFunction,
    ArrowFunctionExpression: ({ params }) => params.forEach(declare),
    ClassDeclaration: ({ id }) => declare(id),
    CatchClause: ({ param }) => declare(param),
  }).visit(program);
  return { imported, initial, declared };
}

/** The module of `require('m')`, `await import('m')`, `process.getBuiltinModule('m')`, and of one member of it. */
export function requiredModule(expression: Node): string | undefined {
  const node = lastExpression(expression);
  if (node.type === 'AwaitExpression') return requiredModule(node.argument);
  if (node.type === 'ImportExpression') return bareConstant(node.source);
  if (node.type !== 'CallExpression') return undefined;
  const callee = lastExpression(node.callee);
  const name = callee.type === 'MemberExpression' ? nameOf(callee.property) : callee.type === 'Identifier' ? callee.name : undefined;
  return name !== undefined && /^(require|getBuiltinModule|_load)$/.test(name) ? bareConstant(node.arguments[0]) : undefined;
}

function bareConstant(node: Node | undefined): string | undefined {
  const text = node && constantText(node);
  return text === undefined ? undefined : bare(text);
}

export function bare(module: string): string {
  return module.replace(/^node:/, '');
}

function boundNames(pattern: Node | null): string[] {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) => boundNames(property.type === 'Property' ? property.value : property.argument));
    case 'ArrayPattern':
      return pattern.elements.flatMap(boundNames);
    case 'AssignmentPattern':
      return boundNames(pattern.left);
    case 'RestElement':
      return boundNames(pattern.argument);
    case 'TSParameterProperty':
      return boundNames(pattern.parameter);
    default:
      return [];
  }
}
