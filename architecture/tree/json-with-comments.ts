/** Reads JSON as tsconfig and its like are written: with comments and trailing commas. */
import { type Expression, parseSync } from 'oxc-parser';
import { isNestedTooDeeply } from '../facts/nesting.ts';

/** @returns nothing when the text is not even that; objects have no prototype */
export function parseJsonWithComments(text: string): unknown {
  if (isNestedTooDeeply(text)) return undefined;
  // Such a text is an expression of JavaScript: its parser reads it as it is.
  const { program, errors } = parseSync('config.js', `(${text.replace(/^\uFEFF/, '')}\n)`, { lang: 'js', preserveParens: false });
  const [statement] = program.body;
  return errors.length > 0 || statement?.type !== 'ExpressionStatement' ? undefined : literal(statement.expression);
}

function literal(node: Expression): unknown {
  if (node.type === 'Literal') return node.value;
  if (node.type === 'ArrayExpression')
    return node.elements.map((element) => (element && element.type !== 'SpreadElement' ? literal(element) : undefined));
  if (node.type !== 'ObjectExpression') return undefined;
  const object: Record<string, unknown> = Object.create(null);
  for (const property of node.properties) {
    if (property.type === 'Property' && property.key.type === 'Literal') object[String(property.key.value)] = literal(property.value);
  }
  return object;
}
