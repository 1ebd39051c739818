/** Small questions to a syntax tree, whichever way its author wrote the same thing. */
import type { MemberExpression, Node } from 'oxc-parser';

/** What an expression comes to: `(0, eval)`, `eval!`, `eval as any` and `eval?.` are all `eval`. */
export function lastExpression(node: Node): Node {
  switch (node.type) {
    case 'ChainExpression':
    case 'ParenthesizedExpression':
    case 'TSNonNullExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSTypeAssertion':
      return lastExpression(node.expression);
    case 'SequenceExpression':
      return lastExpression(node.expressions.at(-1) as Node);
    default:
      return node;
  }
}

/** The text of a string, of a template without expressions, and of such joined by `+`; nothing when it is known only at run time. */
export function constantText(expression: Node): string | undefined {
  const node = lastExpression(expression);
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node.type === 'TemplateLiteral') return node.expressions.length === 0 ? (node.quasis[0]?.value.cooked ?? undefined) : undefined;
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return undefined;
  const left = constantText(node.left);
  const right = left === undefined ? undefined : constantText(node.right);
  return right === undefined ? undefined : `${left}${right}`;
}

/** The name that a key or an identifier stands for, however it is written. */
export function nameOf(node: Node): string | undefined {
  return node.type === 'Identifier' || node.type === 'PrivateIdentifier' ? node.name : constantText(node);
}

/** The property that a member expression takes; nothing when it is computed at run time. */
export function memberName({ computed, property }: MemberExpression): string | undefined {
  return computed ? constantText(property) : nameOf(property);
}

const GLOBALS = new Set(['globalThis', 'global', 'window', 'self']);

/** The global that an expression names: `fetch`, `globalThis.fetch`, `window['fetch']`. */
export function globalName(expression: Node, declared: ReadonlySet<string>): string | undefined {
  const node = lastExpression(expression);
  if (node.type === 'Identifier') return declared.has(node.name) ? undefined : node.name;
  if (node.type !== 'MemberExpression') return undefined;
  const object = lastExpression(node.object);
  return object.type === 'Identifier' && GLOBALS.has(object.name) && !declared.has(object.name) ? memberName(node) : undefined;
}
