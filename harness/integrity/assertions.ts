/** What a test asserts, and how much each assertion would notice. */
import { ancestorsOf, chainOf, child, children, literalOf, normal, type Source, type Syntax } from './syntax.ts';

/** Ordered: a lower one lets more wrong values through. */
export const STRENGTH = { none: 0, truthy: 1, type: 2, partial: 3, structural: 4, exact: 5 } as const;

export interface Assertion {
  node: Syntax;
  line: number;
  /** The matcher with its `not`, `resolves` or `rejects`. */
  matcher: string;
  strength: number;
  /** What is looked at, without formatting. */
  subject: string;
  /** What it should be, without formatting. */
  expected: string;
  /** A promise that nobody waits for. */
  floating: boolean;
  /** Inside a try with a catch that does not throw. */
  caught: boolean;
  /** It holds whatever the program does. */
  tautology: boolean;
}

const ASSERT = /^(assert|t|expect|chai|should)$/;
const EXACT =
  /^(toBe|toEqual|toStrictEqual|equal|equals|eq|eql|eqls|strictEqual|deepEqual|deepStrictEqual|deepequal|same|is|toMatchInlineSnapshot|toMatchSnapshot|snapshot|toBeNull|toBeUndefined|toBeNaN|toHaveReturnedWith|toHaveBeenCalledWith|toHaveBeenLastCalledWith|toHaveBeenNthCalledWith|toHaveBeenCalledTimes|toMatchFileSnapshot|null|undefined|true|false)$/i;
const STRUCTURAL =
  /^(toHaveLength|toBeCloseTo|toHaveProperty|toContainEqual|closeTo|lengthOf|toBeGreaterThan|toBeLessThan|toBeGreaterThanOrEqual|toBeLessThanOrEqual|above|below|approximately|within|members|keys|property|toHaveBeenCalledOnce)$/;
const PARTIAL =
  /^(toMatchObject|toContain|toMatch|match|include|includes|contain|contains|like|string|toSatisfy|partialDeepStrictEqual|toThrow|toThrowError|throws|throw|rejects|throwsAsync|satisfy)$/;
const TYPE = /^(toBeInstanceOf|toBeTypeOf|instanceOf|instanceof|typeOf|a|an|isArray|isString|isNumber|isObject|isFunction)$/;
const TRUTHY =
  /^(toBeTruthy|toBeDefined|toBeFalsy|ok|truthy|exist|exists|isOk|isDefined|isTrue|pass|doesNotThrow|notThrows|doesNotReject|toHaveBeenCalled|toBeCalled|called|empty|notEqual|notDeepEqual|notStrictEqual|falsy|isNotNull|fail)$/;

export function assertionsIn(source: Source, body: Syntax): Assertion[] {
  return source.within(body).flatMap((node) => {
    if (node.type !== 'CallExpression' && node.type !== 'MemberExpression') return [];
    const outer = source.parentOf(node);
    // Only the outermost step of `expect(a).not.toBe(1)` is the assertion.
    if (outer?.type === 'MemberExpression' && child(outer, 'object') === node) return [];
    if (outer?.type === 'CallExpression' && child(outer, 'callee') === node) return [];
    const chain = chainOf(node);
    return ASSERT.test(chain[0] ?? '') || chain.includes('should') ? (assertion(source, node, chain) ?? []) : [];
  });
}

function assertion(source: Source, node: Syntax, chain: readonly string[]): Assertion | undefined {
  const [root = '', ...steps] = chain;
  const args = children(node, 'arguments');
  const call = innermostCall(node);
  const seen = root === 'expect' || steps.includes('expect') ? children(call, 'arguments')[0] : args[0];
  const isShould = root !== 'expect' && chain.includes('should');
  const matcher = steps
    .filter(
      (step) =>
        !/^(to|be|been|have|has|is|that|which|and|with|deep|own|strict|lines|at|of|same|but|does|still|also)$/.test(step) ||
        step === steps.at(-1),
    )
    .join('.');
  const last = steps.at(-1) ?? 'ok';
  if (
    root === 'expect' &&
    (steps.length === 0 ||
      (/^(extend|assertions|hasAssertions|any|anything|objectContaining|arrayContaining|stringContaining|stringMatching|closeTo|not)$/.test(
        steps[0] ?? '',
      ) &&
        call === node))
  )
    return undefined;
  if (
    root === 't' &&
    /^(plan|end|teardown|test|log|comment|diagnostic|mock|after|before|context|timeout|skip|todo|name|signal|title|run|step)$/.test(
      steps[0] ?? '',
    )
  )
    return undefined;
  if (root === 't' && (steps.length === 0 || node.type !== 'CallExpression')) return undefined; // the translation function of many a program
  if (root === 'chai' && !steps.includes('expect') && !steps.includes('assert')) return undefined;
  if (node.type === 'MemberExpression' && root !== 'expect' && !chain.includes('should')) return undefined;
  const expected = root === 'expect' || isShould ? args : args.slice(1);
  const negated = steps.includes('not') || /^not/.test(last);
  return {
    node,
    line: source.lineOf(node),
    matcher,
    strength: strengthOf(last, negated, expected.map((each) => source.textOf(each)).join()),
    subject: normal(isShould ? (source.textOf(node).split('.should')[0] ?? '') : source.textOf(seen)),
    expected: normal(expected.map((each) => source.textOf(each)).join()),
    floating: (steps.includes('resolves') || steps.includes('rejects')) && root === 'expect' && !isAwaited(source, node),
    caught: isCaught(source, node),
    tautology: !isShould && isTautology(seen, expected[0], last, source),
  };
}

function innermostCall(node: Syntax): Syntax {
  let found = node;
  for (
    let at: Syntax | undefined = node;
    at !== undefined;
    at = child(at, 'callee') ?? child(at, 'object') ?? child(at, 'expression') ?? child(at, 'argument')
  ) {
    if (at.type === 'CallExpression') found = at;
    if (at.type === 'Identifier') break;
  }
  return found;
}

function strengthOf(matcher: string, negated: boolean, expected: string): number {
  if (/^expect\.(anything|any)\b/.test(expected)) return STRENGTH.type;
  if (negated && !/^(notThrows)$/.test(matcher)) return STRENGTH.truthy;
  if (/^(toThrow|toThrowError|throws|throw|rejects|throwsAsync)$/.test(matcher) && expected === '') return STRENGTH.type;
  if (EXACT.test(matcher))
    return /\bexpect\.(objectContaining|arrayContaining|stringContaining|stringMatching)\b/.test(expected)
      ? STRENGTH.partial
      : STRENGTH.exact;
  if (STRUCTURAL.test(matcher)) return STRENGTH.structural;
  if (PARTIAL.test(matcher)) return STRENGTH.partial;
  if (TYPE.test(matcher)) return STRENGTH.type;
  if (TRUTHY.test(matcher)) return STRENGTH.truthy;
  return STRENGTH.partial; // a matcher of the project's own
}

function isAwaited(source: Source, node: Syntax): boolean {
  const outer = source.parentOf(node);
  return outer !== undefined && outer.type !== 'ExpressionStatement';
}

function isCaught(source: Source, node: Syntax): boolean {
  for (const outer of ancestorsOf(source, node)) {
    if (outer.type !== 'TryStatement') continue;
    const block = child(outer, 'block');
    const handler = child(outer, 'handler');
    if (block === undefined || handler === undefined || node.end > block.end) continue;
    return !/\b(throw|expect|assert|reject|fail|done|t\.)\b/.test(source.textOf(handler));
  }
  return false;
}

function isTautology(seen: Syntax | undefined, expected: Syntax | undefined, matcher: string, source: Source): boolean {
  const constant = literalOf(seen);
  if (constant === undefined || seen?.type !== 'Literal') return false;
  if (/^(toBeTruthy|toBeDefined|ok|truthy|true)$/.test(matcher) && expected === undefined) return constant !== 'false' && constant !== '0';
  return expected !== undefined && normal(source.textOf(seen)) === normal(source.textOf(expected));
}
