/** The tests of a file as facts: their titles, what keeps them from running, what they assert. */
import { type Assertion, assertionsIn } from './assertions.ts';
import { ancestorsOf, chainOf, child, children, isFunction, literalOf, normal, type Source, type Syntax } from './syntax.ts';

export interface TestFact {
  path: string;
  line: number;
  /** Titles of the groups around it and its own, as written: `a bill > charges every night`. */
  title: string;
  /** Words that keep it from counting: skip, only, todo, fails, conditional, early return. */
  disabled: string[];
  assertions: Assertion[];
  /** The body without formatting, and its words, by which a test is found again under another name. */
  body: string;
  words: ReadonlySet<string>;
  source: Source;
  node: Syntax;
}

const TEST = /^(x|f)?(it|test|specify)$/;
const GROUP = /^(x|f)?(describe|suite|context)$/;
const OFF = /^(skip|todo|fails|failing|skipIf|runIf|if|only|todoIf)$/;

/** In the order of the file. Titles that are computed count by their source text. */
export function readTests(source: Source): TestFact[] {
  return source.nodes.flatMap((node) => {
    const call = testCall(source, node);
    if (call === undefined || call.isGroup) return [];
    const groups = [...ancestorsOf(source, node)].flatMap((outer) => testCall(source, outer) ?? []).reverse();
    const inherited = groups.flatMap(({ disabled }) => disabled);
    const assertions = call.body === undefined ? [] : assertionsIn(source, call.body);
    const body = normal(source.textOf(call.body));
    return [
      {
        path: source.path,
        line: source.lineOf(node),
        title: [...groups.map(({ title }) => title), call.title].join(' > '),
        disabled: [...inherited, ...call.disabled, ...(call.body ? disabledInside(call.body, assertions) : [])],
        assertions,
        body,
        words: new Set(source.textOf(call.body).match(/\w+/g) ?? []),
        source,
        node,
      },
    ];
  });
}

interface TestCall {
  isGroup: boolean;
  title: string;
  disabled: string[];
  body: Syntax | undefined;
}

/** `it`, `it.skip`, `it.each(rows)('title', body)`, `xit`, `t.test`: a call whose first argument is a title. */
function testCall(source: Source, node: Syntax): TestCall | undefined {
  if (node.type !== 'CallExpression') return undefined;
  const [first, ...rest] = children(node, 'arguments');
  if (first === undefined) return undefined;
  const chain = chainOf(child(node, 'callee'));
  const subtest = chain.length === 2 && /^(t|ctx|context)$/.test(chain[0] ?? '') && chain[1] === 'test' ? 'test' : undefined;
  const root = subtest ?? chain[0] ?? '';
  const isGroup = GROUP.test(root) || (TEST.test(root) && chain[1] === 'describe');
  if (!isGroup && !TEST.test(root)) return undefined;
  if (chain.some((name) => /^(extend|use|beforeEach|afterEach|beforeAll|afterAll|before|after|step|configure|mock)$/.test(name)))
    return undefined;
  const body = rest.findLast(isFunction) ?? (first !== undefined && isFunction(first) ? first : undefined);
  const titled = literalOf(first) !== undefined || first.type === 'TemplateLiteral';
  if (!titled && body === undefined) return undefined; // the conditions of `skipIf(...)`, the rows of `each(...)`
  if (chain.length > 1 && /^(each|skipIf|runIf|if|for)$/.test(chain.at(-1) ?? '') && child(node, 'callee')?.type === 'MemberExpression')
    return undefined;
  const disabled = chain.slice(subtest ? 2 : 1).filter((name) => OFF.test(name));
  if (root.startsWith('x')) disabled.push('skip');
  if (root.startsWith('f')) disabled.push('only');
  const options = rest.find(({ type }) => type === 'ObjectExpression');
  for (const property of children(options, 'properties')) {
    const name = String(child(property, 'key')?.name ?? '');
    if (OFF.test(name) && source.textOf(child(property, 'value')) !== 'false') disabled.push(name);
  }
  return { isGroup, title: literalOf(first) ?? normal(source.textOf(first)), disabled, body };
}

/** Calls that skip from within, and returns that come before what is asserted. */
function disabledInside(body: Syntax, assertions: readonly Assertion[]): string[] {
  const block = child(body, 'body');
  const found: string[] = [];
  const lastAssertion = Math.max(-1, ...assertions.map(({ node }) => node.start));
  for (const statement of children(block, 'body')) {
    if (statement.type === 'ReturnStatement' && (statement.end < lastAssertion || child(statement, 'argument') === undefined))
      found.push('early return');
    if (statement.type === 'IfStatement' && statement.end < lastAssertion) {
      const then = child(statement, 'consequent');
      const only = then?.type === 'BlockStatement' ? children(then, 'body')[0] : then;
      if (only?.type === 'ReturnStatement') found.push('early return');
    }
    const call = child(statement, 'expression');
    const chain = chainOf(call);
    if (call?.type === 'CallExpression' && chain.length === 2 && chain[1] === 'skip') found.push('skip');
  }
  return found;
}
