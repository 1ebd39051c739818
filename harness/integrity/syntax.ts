/** The syntax of one source file, flat: every node in reading order, with its parent. */

import { type ParserOptions, parseSync } from 'oxc-parser';
import { isNestedTooDeeply } from '#architecture';

/** A node of ESTree. Its fields are asked for by name, so that one reader does for JavaScript and TypeScript. */
export interface Syntax {
  type: string;
  start: number;
  end: number;
  [field: string]: unknown;
}

export interface Source {
  path: string;
  text: string;
  nodes: readonly Syntax[];
  comments: readonly Syntax[];
  /** The node and all within it, in reading order. */
  within(node: Syntax): Syntax[];
  parentOf(node: Syntax): Syntax | undefined;
  /** Counted from 1. */
  lineOf(node: { start: number }): number;
  textOf(node: { start: number; end: number } | undefined): string;
}

/** No human writes such files by hand; what a bundler writes is not judged. */
const MAX_LENGTH = 1_000_000;
const MAX_NODES = 400_000;

/** The last step of a chain of names: `expect(a).not.toBe` is read from the outside in, and no human writes a longer one. */
const MAX_CHAIN = 200;

export type Reading = { source: Source } | { reason: string };

/** @returns the reason when the text cannot be read safely or does not follow the grammar. */
export function readSource(path: string, text: string): Reading {
  if (text.length > MAX_LENGTH) return { reason: `longer than ${MAX_LENGTH} characters` };
  if (isNestedTooDeeply(text)) return { reason: 'nested too deeply' };
  for (const options of attempts(path)) {
    const { program, comments, errors } = parseSync(path, text, options);
    if (errors.some(({ severity }) => severity === 'Error')) continue;
    return sourceOf(path, text, program as unknown as Syntax, comments as unknown as Syntax[]);
  }
  return { reason: 'not JavaScript or TypeScript by its grammar' };
}

/** JSON with comments is an expression of JavaScript. */
function attempts(path: string): ParserOptions[] {
  if (/\.[cm]?ts$/.test(path)) return [{ lang: 'ts' }];
  if (path.endsWith('.tsx')) return [{ lang: 'tsx' }];
  return [{ lang: 'jsx', sourceType: 'module' }, { lang: 'jsx', sourceType: 'commonjs' }, { lang: 'tsx' }];
}

function sourceOf(path: string, text: string, root: Syntax, comments: Syntax[]): Reading {
  const parents = new Map<Syntax, Syntax>();
  const nodes: Syntax[] = [];
  const places = new Map<Syntax, number>();
  const waiting = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (nodes.push(node) > MAX_NODES) return { reason: `more than ${MAX_NODES} syntax nodes` };
    places.set(node, nodes.length - 1);
    for (const child of childrenOf(node).reverse()) {
      parents.set(child, node);
      waiting.push(child);
    }
  }
  const lines = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines.push(at + 1);
  return {
    source: {
      path,
      text,
      nodes,
      comments,
      within(node) {
        const from = places.get(node) ?? nodes.length;
        let to = from + 1;
        while ((nodes[to]?.start ?? node.end) < node.end) to++;
        return nodes.slice(from, to);
      },
      parentOf: (node) => parents.get(node),
      lineOf: ({ start }) => lineAt(lines, start),
      textOf: (node) => (node === undefined ? '' : text.slice(node.start, node.end)),
    },
  };
}

function lineAt(lines: readonly number[], offset: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function childrenOf(node: Syntax): Syntax[] {
  return Object.values(node)
    .flat()
    .filter(isSyntax)
    .sort((a, b) => a.start - b.start);
}

function isSyntax(value: unknown): value is Syntax {
  return (
    typeof value === 'object' && value !== null && typeof (value as Syntax).type === 'string' && typeof (value as Syntax).start === 'number'
  );
}

/** The child under a name, if it is a node. */
export function child(node: Syntax | undefined, field: string): Syntax | undefined {
  const value = node?.[field];
  return isSyntax(value) ? value : undefined;
}

/** The children under a name, if it is a list of nodes; holes are left out. */
export function children(node: Syntax | undefined, field: string): Syntax[] {
  const value = node?.[field];
  return Array.isArray(value) ? value.filter(isSyntax) : [];
}

/** `a.b['c'](d).e` is a, b, c, e: the names of a chain, whatever is called in between. Empty when it begins with neither a name nor `this`. */
export function chainOf(node: Syntax | undefined): string[] {
  const names: string[] = [];
  let at = node;
  for (let step = 0; at !== undefined && step < MAX_CHAIN; step++) {
    if (at.type === 'Identifier') return clean([String(at.name), ...names.reverse()]);
    if (at.type === 'ThisExpression') return ['this', ...names.reverse()];
    if (at.type === 'MemberExpression') {
      names.push(nameOf(child(at, 'property'), at.computed === true));
      at = child(at, 'object');
    } else if (at.type === 'CallExpression') at = child(at, 'callee');
    else if (at.type === 'TaggedTemplateExpression') at = child(at, 'tag');
    else if (
      /^(TS(AsExpression|NonNullExpression|SatisfiesExpression|TypeAssertion)|ChainExpression|ParenthesizedExpression|AwaitExpression)$/.test(
        at.type,
      )
    )
      at = child(at, at.type === 'AwaitExpression' ? 'argument' : 'expression');
    else return [];
  }
  return [];
}

/** `globalThis.test` and `test` are the same thing. */
function clean(names: string[]): string[] {
  return names.length > 1 && /^(globalThis|global|window|self)$/.test(names[0] ?? '') ? names.slice(1) : names;
}

function nameOf(property: Syntax | undefined, computed: boolean): string {
  if (property === undefined) return '?';
  if (!computed) return String(property.name ?? property.value);
  return literalOf(property) ?? '?';
}

/** The value of a literal or of a template without holes, as text. */
export function literalOf(node: Syntax | undefined): string | undefined {
  if (node?.type === 'Literal') return String(node.value);
  const [only, ...more] = children(node, 'quasis');
  if (node?.type !== 'TemplateLiteral' || only === undefined || more.length > 0) return undefined;
  return String((only.value as { cooked?: unknown }).cooked);
}

/** Ancestors from the nearest outwards. */
export function* ancestorsOf(source: Source, node: Syntax): Generator<Syntax> {
  for (let at = source.parentOf(node); at !== undefined; at = source.parentOf(at)) yield at;
}

export function isFunction(node: Syntax): boolean {
  return /^(FunctionExpression|ArrowFunctionExpression|FunctionDeclaration)$/.test(node.type);
}

/** The text without what a formatter may change. */
export function normal(text: string): string {
  return text
    .replace(/\s+/g, '')
    .replace(/[;,]([)\]}])/g, '$1')
    .replace(/["`]/g, "'")
    .replace(/;$/, '');
}
