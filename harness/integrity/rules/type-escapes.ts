/** Remarks and types that silence a compiler, a linter or a coverage tool. */
import { type Fact, factAt, newFacts, type Rule, type Violation, violation } from '../rule.ts';
import type { Source } from '../syntax.ts';

const WHOLE_FILE = /^\s*[*]?\s*(@ts-nocheck|(eslint|oxlint)-disable\s*$|biome-ignore-all\b|istanbul ignore file|(v8|c8) ignore file)/;
const ONE_LINE =
  /^\s*[*]?\s*(@ts-ignore|@ts-expect-error|(eslint|oxlint)-disable(-next-line|-line)?\b|biome-ignore\b|(istanbul|v8|c8) ignore\b)/;
/** Casts and compiler remarks in one change. Declared `any` does not count: generic signatures need it. */
const MANY = 5;

/**
 * An escape is a promise that nobody checks. Warns for one that silences a whole file, and for many new ones in a change; single ones are recorded. Never blocks: the compiler's own verdict
 * with the settings of the base is the check `types`.
 */
export const typeEscapes: Rule = {
  name: 'type-escape',
  find(change) {
    const facts = newFacts(change, ({ kind }) => kind === 'source' || kind === 'entry', escapes);
    const types = facts.filter(({ key }) => /^(as any|double cast|line @ts)/.test(key));
    const single = facts.map(
      (fact): Violation =>
        fact.key.startsWith('file ')
          ? violation(fact, 'warn', `a whole file is silenced (${fact.text})`)
          : violation(fact, 'record', `an escape from checking (${fact.key})`),
    );
    const [first] = types;
    return first === undefined || types.length < MANY
      ? single
      : [
          ...single,
          {
            ...violation(first, 'warn', `${types.length} new escapes from checking`),
            fact: 'many',
            witness: types.map(({ text }) => `+ ${text}`).slice(0, 10),
          },
        ];
  },
};

function escapes(source: Source): Fact[] {
  const remarks = source.comments.flatMap((comment) => {
    const text = String(comment.value);
    if (WHOLE_FILE.test(text)) return [factAt(source, comment, `file ${text.trim()}`)];
    return ONE_LINE.test(text) ? [factAt(source, comment, `line ${text.trim().split(/\s/)[0]}`)] : [];
  });
  const types = source.nodes.flatMap((node) => {
    if (node.type !== 'TSAnyKeyword') return [];
    const outer = source.parentOf(node);
    return [factAt(source, outer ?? node, outer?.type === 'TSAsExpression' ? 'as any' : 'any')];
  });
  const casts = source.nodes.flatMap((node) =>
    node.type === 'TSAsExpression' &&
    /\bas unknown as\b/.test(source.textOf(node)) &&
    !/\bas unknown as\b/.test(source.textOf(node).replace('as unknown as', '')) &&
    source.parentOf(node)?.type !== 'TSAsExpression'
      ? [factAt(source, node, 'double cast')]
      : [],
  );
  return [...remarks, ...types, ...casts];
}
