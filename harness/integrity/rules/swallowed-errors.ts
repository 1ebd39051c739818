/** Errors that nobody hears of any more. */
import type { ReadFile } from '../read-change.ts';
import { type Fact, factAt, newFacts, type Rule, type Violation, violation } from '../rule.ts';
import { ancestorsOf, chainOf, child, children, isFunction, normal, type Source, type Syntax } from '../syntax.ts';

/**
 * A function that catches everything and says nothing passes every test that only asks it not to fail. Recorded, because clean-up code does so honestly;
 * warns where the change also removes a throw from the same file. Blocks: errors that a catch threw on, as unknown to it, and now drops unheard.
 */
export const swallowedErrors: Rule = {
  name: 'swallowed-error',
  find(change) {
    const dropped = change.files.flatMap((file) => (file.kind === 'source' || file.kind === 'entry' ? droppedErrors(file) : []));
    const silent = newFacts(change, ({ kind }) => kind === 'source', swallows).map((fact) => {
      const source = change.files.find(({ path }) => path === fact.path)?.source;
      const fewer = throwsIn(source?.after) < throwsIn(source?.before);
      return violation(fact, fewer ? 'warn' : 'record', 'an error is caught and nobody hears of it');
    });
    return [...dropped, ...silent];
  },
};

/** A handler is known by what it guards. Heard is an error that is used outside of any question about it. */
function droppedErrors({ source: { before, after } }: ReadFile): Violation[] {
  if (before === undefined || after === undefined) return [];
  const threwOn = new Set(handlersOf(before).flatMap((handler) => (handler.throwsOn ? [handler.guarded] : [])));
  return handlersOf(after)
    .filter(({ guarded, throwsOn, isHeard }) => threwOn.has(guarded) && !throwsOn && !isHeard)
    .map(({ node, guarded }) =>
      violation(factAt(after, node, `dropped after ${guarded.slice(0, 80)}`), 'gate', 'errors that were thrown on are dropped'),
    );
}

function handlersOf(source: Source) {
  return source.nodes.flatMap((node) => {
    if (node.type !== 'CatchClause') return [];
    const inside = source.within(child(node, 'body') ?? node);
    const name = child(node, 'param')?.name;
    const uses = inside.filter((each) => each.type === 'Identifier' && each.name === name);
    return [
      {
        node,
        guarded: normal(source.textOf(child(source.parentOf(node), 'block'))),
        throwsOn: inside.some(({ type }) => type === 'ThrowStatement'),
        isHeard: uses.some((use) => !isAsked(source, use, node)),
      },
    ];
  });
}

/** Within a question such as `error instanceof Refusal`, or where such a question was answered with yes. */
function isAsked(source: Source, use: Syntax, handler: Syntax): boolean {
  for (const outer of ancestorsOf(source, use)) {
    if (outer === handler) return false;
    if (outer.type === 'BinaryExpression' && outer.operator === 'instanceof') return true;
    const [test, yes] = [child(outer, 'test'), child(outer, 'consequent')];
    const isYes = yes !== undefined && yes.start <= use.start && use.end <= yes.end;
    if (isYes && /^[\w.]+ instanceof \w+$/.test(source.textOf(test))) return true;
  }
  return false;
}

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
