/** Answers of the tests, known by heart. */
import { type Fact, factAt, newFacts, type Rule, type Violation } from '../rule.ts';
import type { ReadChange } from '../read-change.ts';
import { ancestorsOf, child, type Source, type Syntax } from '../syntax.ts';

/** One such value may be a limit of the request; two that occur together in one decision are hardly chance. */
const ENOUGH = 2;
const DULL =
  /^-?(\d{1,2}|100|1000|200|201|204|301|302|304|400|401|403|404|409|500|503|1024|3600|255|256|4096|8080|3000|86400)$|^(true|false|null|undefined|test|string|number|object|boolean|function|utf-?8|error|name|type|value|default|POST|GET|PUT)$/;

/**
 * Literals that occur in test files of the change and newly in conditions, switches and look-up tables of source that the tests' inputs would hit. Warns from two
 * in one function; nobody but a hidden test or other inputs can tell a table from a trick.
 */
export const specialCasedInputs: Rule = {
  name: 'special-cased-input',
  find(change) {
    const tested = testedValues(change);
    const facts = newFacts(
      change,
      ({ kind }) => kind === 'source',
      (source) => decisions(source).filter(({ key }) => tested.has(key)),
    );
    const perFile = Map.groupBy(facts, ({ path }) => path);
    return [...perFile].flatMap(([path, found]): Violation[] => {
      const values = new Set(found.map(({ key }) => key));
      if (values.size < ENOUGH) return [];
      return [
        {
          fact: [...values].sort().join(', '),
          severity: 'record',
          message: `source decides by values of the tests: ${[...values].slice(0, 5).join(', ')}`,
          path,
          line: found[0]?.line ?? 1,
          witness: found.slice(0, 5).map(({ text }) => `+ ${text}`),
        },
      ];
    });
  },
};

function testedValues({ files }: ReadChange): Set<string> {
  return new Set(
    files
      .filter(({ kind }) => kind === 'test')
      .flatMap(({ source }) => (source.after ?? source.before)?.nodes.flatMap((node) => valueOf(node) ?? []) ?? []),
  );
}

function valueOf(node: Syntax): string | undefined {
  if (node.type !== 'Literal' || !/^(string|number)$/.test(typeof node.value)) return undefined;
  const value = String(node.value);
  if (DULL.test(value) || (typeof node.value === 'string' && (value.length < 4 || /^[.#@/\w-]+\/[\w./-]+$/.test(value)))) return undefined;
  return value;
}

function decisions(source: Source): Fact[] {
  return source.nodes.flatMap((node) => {
    const value = valueOf(node);
    if (value === undefined) return [];
    const outer = source.parentOf(node);
    const compared = outer?.type === 'BinaryExpression' && /^[!=]==?$/.test(String(outer.operator));
    const cased = outer?.type === 'SwitchCase' && child(outer, 'test') === node;
    const keyed = outer?.type === 'Property' && child(outer, 'key') === node;
    const listed =
      [...ancestorsOf(source, node)].slice(0, 3).some(({ type }) => type === 'NewExpression') &&
      /new (Map|Set)\b/.test(source.textOf([...ancestorsOf(source, node)].find(({ type }) => type === 'NewExpression')));
    return compared || cased || keyed || listed ? [factAt(source, outer ?? node, value)] : [];
  });
}
