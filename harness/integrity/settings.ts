/** The settings of a configuration file, as written: `test.coverage.thresholds.lines` and its text. */
import { ancestorsOf, child, children, literalOf, type Source, type Syntax } from './syntax.ts';

export interface Setting {
  /** Keys from the outermost in, joined by dots. */
  key: string;
  value: Syntax;
  text: string;
  line: number;
}

/** Of JSON and of programs alike: every property of every object literal. Nothing is executed, so what is computed is not seen. */
export function settingsOf(source: Source): Setting[] {
  return source.nodes.flatMap((node) => {
    const value = child(node, 'value');
    if (node.type !== 'Property' || value === undefined) return [];
    const outer = [...ancestorsOf(source, node)].filter(({ type }) => type === 'Property').reverse();
    return [{ key: [...outer, node].map(nameOf).join('.'), value, text: source.textOf(value), line: source.lineOf(node) }];
  });
}

/** The strings of a list or a single string. */
export function stringsOf(value: Syntax | undefined): string[] {
  const list = value?.type === 'ArrayExpression' ? children(value, 'elements') : [value];
  return list.flatMap((each) => literalOf(each) ?? []);
}

function nameOf(property: Syntax): string {
  const key = child(property, 'key');
  return String(key?.name ?? key?.value ?? '?');
}
