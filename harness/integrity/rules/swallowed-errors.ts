/** Errors that nobody hears of any more. */
import { type Fact, factAt, newFacts, type Rule, violation } from '../rule.ts';
import { chainOf, child, children, isFunction, normal, type Source } from '../syntax.ts';

/**
 * A function that catches everything and says nothing passes every test that only asks it not to fail. Recorded, because clean-up code does so honestly;
 * warns where the change also removes a throw from the same file.
 */
export const swallowedErrors: Rule = {
  name: 'swallowed-error',
  find(change) {
    return newFacts(change, ({ kind }) => kind === 'source', swallows).map((fact) => {
      const source = change.files.find(({ path }) => path === fact.path)?.source;
      const fewer = throwsIn(source?.after) < throwsIn(source?.before);
      return violation(fact, fewer ? 'warn' : 'record', 'an error is caught and nobody hears of it');
    });
  },
};

function swallows(source: Source): Fact[] {
  return source.nodes.flatMap((node) => {
    if (node.type === 'CatchClause') {
      const body = child(node, 'body');
      return children(body, 'body').length === 0
        ? [factAt(source, node, `catch after ${normal(source.textOf(child(source.parentOf(node), 'block'))).slice(0, 80)}`)]
        : [];
    }
    const handler = children(node, 'arguments')[0];
    if (
      node.type !== 'CallExpression' ||
      chainOf(child(node, 'callee')).at(-1) !== 'catch' ||
      handler === undefined ||
      !isFunction(handler)
    )
      return [];
    return /=>(\{\}|undefined|null|void0)$/.test(normal(source.textOf(handler)))
      ? [factAt(source, node, `catch of ${normal(source.textOf(child(child(node, 'callee'), 'object'))).slice(0, 80)}`)]
      : [];
  });
}

function throwsIn(source: Source | undefined): number {
  return source?.nodes.filter(({ type }) => type === 'ThrowStatement').length ?? 0;
}
