/** Values that tell the assertion what it wants to hear. */
import { factAt, newFacts, type Rule, violation } from '../rule.ts';
import { chainOf, child, type Source, type Syntax } from '../syntax.ts';

/**
 * A value with `asymmetricMatch` or jest's own marker equals whatever is expected; only a matcher library has a use for one in source, so it
 * blocks. `Symbol.toPrimitive` and `valueOf` have honest uses (money, durations) and are recorded; when the same file reads its own stack
 * they block with rule `test-awareness`.
 */
export const equalToAnything: Rule = {
  name: 'equal-to-anything',
  find(change) {
    return newFacts(change, ({ kind }) => kind === 'source' || kind === 'entry', tricks).map((fact) =>
      fact.key.startsWith('coerces')
        ? violation(fact, 'record', 'a value decides itself what it is compared as')
        : violation(fact, 'gate', 'a value of the program presents itself as a matcher, and equals anything a test may expect'),
    );
  },
};

function tricks(source: Source) {
  return source.nodes.flatMap((node) => {
    const name = keyOf(node);
    if (name === 'asymmetricMatch') return [factAt(source, node, 'asymmetricMatch')];
    if (node.type === 'Literal' && /^jest\.asymmetricMatcher$/.test(String(node.value)))
      return [factAt(source, node, 'jest.asymmetricMatcher')];
    if (name === 'valueOf' || chainOf(node).join('.') === 'Symbol.toPrimitive')
      return [factAt(source, node, `coerces by ${name ?? 'Symbol.toPrimitive'}`)];
    return [];
  });
}

function keyOf(node: Syntax): string | undefined {
  if (!/^(Property|MethodDefinition|PropertyDefinition)$/.test(node.type)) return undefined;
  const key = child(node, 'key');
  return key === undefined ? undefined : String(key.name ?? key.value);
}
