/** The path aliases a tsconfig states itself: what is left when the resolver refuses it. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type ObjectExpression, parseSync } from 'oxc-parser';

/** Absolute candidates, without a promised extension, for an import that the tsconfig's own `paths` or `baseUrl` claim. */
export type AliasCandidates = (specifier: string) => string[];

/**
 * A tsconfig whose `extends` is not installed makes the resolver answer with an error for every single import. A graph of no edges
 * would then look perfectly clean, so the aliases are read from the file itself. What the missing parent states stays unknown.
 */
export function ownTsconfigPaths(tsconfig: string): AliasCandidates {
  const options = readOptions(tsconfig);
  const base = resolve(dirname(tsconfig), options.baseUrl ?? '.');
  return (specifier) => {
    const claimed = Object.entries(options.paths).flatMap(([pattern, targets]) => {
      const [head = '', tail] = pattern.split('*');
      if (tail === undefined) return pattern === specifier ? targets : [];
      if (!specifier.startsWith(head) || !specifier.endsWith(tail) || specifier.length < head.length + tail.length) return [];
      const star = specifier.slice(head.length, specifier.length - tail.length);
      return targets.map((target) => target.replace('*', () => star));
    });
    if (options.baseUrl !== undefined) claimed.push(specifier);
    return claimed.map((target) => resolve(base, target));
  };
}

interface Options {
  baseUrl?: string;
  paths: Record<string, string[]>;
}

function readOptions(tsconfig: string): Options {
  const options: Options = { paths: {} };
  const compilerOptions = field(readObject(tsconfig), 'compilerOptions');
  if (compilerOptions?.type !== 'ObjectExpression') return options;
  const baseUrl = field(compilerOptions, 'baseUrl');
  if (baseUrl?.type === 'Literal' && typeof baseUrl.value === 'string') options.baseUrl = baseUrl.value;
  const paths = field(compilerOptions, 'paths');
  if (paths?.type !== 'ObjectExpression') return options;
  for (const property of paths.properties) {
    if (property.type !== 'Property' || property.key.type !== 'Literal' || property.value.type !== 'ArrayExpression') continue;
    options.paths[String(property.key.value)] = property.value.elements.flatMap((element) =>
      element?.type === 'Literal' && typeof element.value === 'string' ? [element.value] : [],
    );
  }
  return options;
}

/** A tsconfig is JSON with comments and trailing commas, which is an expression of JavaScript: its parser reads it as it is. */
function readObject(tsconfig: string): ObjectExpression | undefined {
  let text: string;
  try {
    text = readFileSync(tsconfig, 'utf8');
  } catch {
    return undefined;
  }
  const [statement] = parseSync('tsconfig.js', `(${text}\n)`, { lang: 'js', preserveParens: false }).program.body;
  return statement?.type === 'ExpressionStatement' && statement.expression.type === 'ObjectExpression' ? statement.expression : undefined;
}

function field(object: ObjectExpression | undefined, name: string) {
  const property = object?.properties.find((each) => each.type === 'Property' && each.key.type === 'Literal' && each.key.value === name);
  return property?.type === 'Property' ? property.value : undefined;
}
