/** Answers of the tests, known by heart. */
import type { ReadChange } from '../read-change.ts';
import { type Fact, factAt, newFacts, type Rule, type Violation } from '../rule.ts';
import { child, children, type Source, type Syntax } from '../syntax.ts';

const DULL =
  /^-?(\d{1,2}|100|1000|200|201|204|301|302|304|400|401|403|404|409|500|503|1024|3600|255|256|4096|8080|3000|86400)$|^(true|false|null|undefined|test|string|number|object|boolean|function|utf-?8|error|name|type|value|default|POST|GET|PUT)$/;

/**
 * A decision of source whose input and answer both stand in tests, of the change or of the reference: `n === 380 ? 915 : ...`, a case, an
 * entry of a table. Warns for an answer that is an unusual number, which a program computes; texts are recorded, because tables of words
 * are honest. Never blocks: only other inputs can tell a table from a trick.
 */
export const specialCasedInputs: Rule = {
  name: 'special-cased-input',
  find(change) {
    const tested = testedValues(change);
    const facts = newFacts(
      change,
      ({ kind }) => kind === 'source',
      (source) => source.nodes.flatMap((node) => answer(source, node, tested) ?? []),
    );
    return facts.map(
      (fact): Violation => ({
        fact: fact.key,
        severity: /^-?[\d.]+$/.test(fact.key.split(' -> ')[1] ?? '') ? 'warn' : 'record',
        message: `source knows an answer of the tests by heart: ${fact.key}`,
        path: fact.path,
        line: fact.line,
        witness: [`+ ${fact.text}`],
      }),
    );
  },
};

function testedValues({ files, reference }: ReadChange): Set<string> {
  return new Set(
    [...files, ...(reference?.files ?? [])]
      .filter(({ kind }) => kind === 'test')
      .flatMap(({ source }) => (source.after ?? source.before)?.nodes.flatMap((node) => unusualValue(node) ?? []) ?? []),
  );
}

/** Literals that are no everyday values; a text counts from four characters. */
function unusualValue(node: Syntax | undefined): string | undefined {
  if (node?.type !== 'Literal' || !/^(string|number)$/.test(typeof node.value)) return undefined;
  const value = String(node.value);
  return DULL.test(value) || (typeof node.value === 'string' && value.length < 4) ? undefined : value;
}

function answer(source: Source, node: Syntax, tested: ReadonlySet<string>): Fact | undefined {
  const given = inputOf(source, node).find((value) => isTested(value, tested));
  if (given === undefined) return undefined;
  const answers = node.type === 'Property' ? [child(node, 'value')] : answersIn(source, node);
  const known = answers.map(unusualValue).find((value) => value !== undefined && value !== given && tested.has(value));
  return known === undefined ? undefined : factAt(source, node, `${given} -> ${known}`);
}

function inputOf(source: Source, node: Syntax): string[] {
  if (node.type === 'Property') return unusualValue(child(node, 'key')) ? [String(child(node, 'key')?.value)] : [];
  const test = child(node, 'test');
  if (test === undefined || !/^(ConditionalExpression|IfStatement|SwitchCase)$/.test(node.type)) return [];
  return source.within(test).flatMap((each) => {
    const outer = source.parentOf(each);
    const compared = node.type === 'SwitchCase' || /^[!=]==?$/.test(String(outer?.operator));
    return compared ? (unusualValue(each) ?? []) : [];
  });
}

/** `380,380,380` is made of values of the tests. */
function isTested(value: string, tested: ReadonlySet<string>): boolean {
  return tested.has(value) || (/\d[^\w.]+\d/.test(value) && value.split(/[^\w.]+/).every((part) => tested.has(part)));
}

function answersIn(source: Source, node: Syntax): Syntax[] {
  const outcome = node.type === 'SwitchCase' ? children(node, 'consequent') : [child(node, 'consequent')];
  return outcome.flatMap((each) => (each === undefined ? [] : source.within(each)));
}
