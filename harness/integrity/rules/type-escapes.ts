/** Remarks and types that silence a compiler, a linter or a coverage tool. */
import type { ReadChange } from '../read-change.ts';
import { type Fact, factAt, newFacts, type Rule, type Violation, violation } from '../rule.ts';
import type { Source } from '../syntax.ts';

const WHOLE_FILE = /^\s*[*]?\s*(@ts-nocheck|(eslint|oxlint)-disable\s*$|biome-ignore-all\b|istanbul ignore file|(v8|c8) ignore file)/;
const ONE_LINE =
  /^\s*[*]?\s*(@ts-ignore|@ts-expect-error|(eslint|oxlint)-disable(-next-line|-line)?\b|biome-ignore\b|(istanbul|v8|c8) ignore\b)/;
/** All modules there are, or all of the project itself; `virtual:*` and `~icons/*` are a plugin's. */
const ALL = /^(\*|\.{1,2}\/.*|[@#~]\/?\*)$/;
/** Casts and compiler remarks in one change. Declared `any` does not count: generic signatures need it. */
const MANY = 5;

/** A module that every name of a kind leads to; where it exports nothing else, all that is imported by such a name is `any`. Pictures and styles have an ending of their own. */
const MODULES = /\bdeclare\s+module\s+(['"])([^'"]*\*)\1/g;

/**
 * An escape is a promise that nobody checks. Blocks where it silences the compiler itself, whose verdict is the check `types`: a whole file
 * that was checked before, and a declaration that makes `any` of all modules. Warns for a whole file that is new, because what a
 * generator writes begins so, and for many new escapes in a change; single ones are recorded.
 */
export const typeEscapes: Rule = {
  name: 'type-escape',
  find(change) {
    const facts = newFacts(change, ({ kind }) => kind === 'source' || kind === 'entry', escapes);
    const types = facts.filter(({ key }) => /^(as any|double cast|line @ts)/.test(key));
    const single = facts.map(
      (fact): Violation =>
        fact.key.startsWith('file ')
          ? violation(fact, silences(fact, change) ? 'gate' : 'warn', `a whole file is silenced (${fact.text})`)
          : violation(fact, 'record', `an escape from checking (${fact.key})`),
    );
    const [first] = types;
    const certain = [...single, ...anyModules(change)];
    return first === undefined || types.length < MANY
      ? certain
      : [
          ...certain,
          {
            ...violation(first, 'warn', `${types.length} new escapes from checking`),
            fact: 'many',
            witness: types.map(({ text }) => `+ ${text}`).slice(0, 10),
          },
        ];
  },
};

/** The compiler, and where it had looked before. */
function silences({ key, path }: Fact, { files }: ReadChange): boolean {
  return key.includes('@ts-nocheck') && files.some((file) => file.path === path && file.before !== null);
}

/** In files of declarations too, which no other rule reads. */
function anyModules({ files }: ReadChange): Violation[] {
  return files.flatMap(({ path, before, after }) => {
    if (!/\.[cm]?tsx?$/.test(path)) return [];
    const known = new Set(Array.from((before ?? '').matchAll(MODULES), ([, , pattern]) => pattern));
    return Array.from((after ?? '').matchAll(MODULES)).flatMap(([text, , pattern = '']): Violation[] =>
      known.has(pattern)
        ? []
        : [
            {
              fact: `module ${pattern}`,
              severity: ALL.test(pattern) ? 'gate' : 'warn',
              message: `whatever is imported as ${pattern} is any`,
              path,
              witness: [`+ ${text}`],
            },
          ],
    );
  });
}

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
