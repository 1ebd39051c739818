/** A process that ends before its tests do, or ends well whatever they said. */
import type { FileKind } from '../file-kind.ts';
import { type Fact, factAt, newFacts, type Rule, violation } from '../rule.ts';
import { ancestorsOf, chainOf, child, children, literalOf, type Source, type Syntax } from '../syntax.ts';

/**
 * Of the four runners, three end with exit code 0 and no report when a test calls `process.exit(0)` (vitest alone refuses). Blocks: ending
 * with success from a configuration file or a test, and setting the exit code to success when the process ends. A source
 * file that exits warns only when it runs on import, outside any function; programs that people start (bin, cli, scripts) may exit.
 */
export const forcedExit: Rule = {
  name: 'forced-exit',
  find(change) {
    const kindOf = (path: string) => change.files.find((file) => file.path === path)?.kind ?? 'other';
    return newFacts(change, ({ kind }) => kind !== 'other' && kind !== 'snapshot', exits).flatMap((fact) => {
      const severity = severityOf(fact.key, kindOf(fact.path));
      return severity ? [violation(fact, severity, MESSAGES[fact.key.split(':')[0] ?? ''] ?? 'the process is ended')] : [];
    });
  },
};

const MESSAGES: Record<string, string> = {
  listener: 'when the process ends, its exit code is set to success, whatever the tests said',
  swallow: 'errors that nobody caught are swallowed',
  tested: 'the process is ended with success when a test runner started it',
  exit: 'the process is ended with success',
  top: 'the process is ended with success as soon as the file is loaded',
  kill: 'the process ends itself',
};

function severityOf(key: string, kind: FileKind) {
  const [what] = key.split(':');
  if (what === 'listener' || (what === 'tested' && kind !== 'support')) return 'gate';
  if (what === 'swallow') return kind === 'source' || kind === 'entry' ? 'record' : 'warn';
  if (kind === 'entry') return undefined;
  if (what === 'top') return kind === 'source' ? 'warn' : kind === 'config' || kind === 'test' ? 'gate' : 'record';
  if (kind === 'test') return what === 'exit' ? 'gate' : 'warn';
  return kind === 'config' ? 'warn' : 'record';
}

function exits(source: Source): Fact[] {
  return source.nodes.flatMap((node) => {
    const chain = chainOf(node.type === 'AssignmentExpression' ? child(node, 'left') : node).join('.');
    if (node.type === 'AssignmentExpression') {
      if (chain !== 'process.exitCode' || !isZero(child(node, 'right'))) return [];
      return insideListener(source, node) ? [factAt(source, node, 'listener:exitCode')] : [];
    }
    if (node.type !== 'CallExpression') return [];
    if (/^process\.(on|once|addListener|prependListener)$/.test(chain)) return listener(source, node);
    if (/^process\.(exit|reallyExit)$/.test(chain)) {
      if (!isZero(children(node, 'arguments')[0]) && children(node, 'arguments').length > 0) return [];
      if (insideListener(source, node)) return [factAt(source, node, 'listener:exit')];
      if (isOnlyForTests(source, node)) return [factAt(source, node, 'tested:exit')];
      return isGuarded(source, node) ? [] : [factAt(source, node, isTopLevel(source, node) ? 'top:exit' : 'exit:exit')];
    }
    if (chain === 'process.abort' || (chain === 'process.kill' && /process\.p?pid/.test(source.textOf(node))))
      return [factAt(source, node, `kill:${chain}`)];
    return [];
  });
}

function listener(source: Source, node: Syntax): Fact[] {
  const [event, handler] = children(node, 'arguments');
  if (!/^(uncaughtException|unhandledRejection)$/.test(literalOf(event) ?? '')) return [];
  const body = child(handler, 'body');
  const empty = body?.type === 'BlockStatement' ? children(body, 'body').length === 0 : /^(undefined|null|\{\})$/.test(source.textOf(body));
  return empty ? [factAt(source, node, `swallow:${literalOf(event)}`)] : [];
}

function isZero(node: Syntax | undefined): boolean {
  return literalOf(node) === '0';
}

/** Within `process.on('exit', ...)`; a listener for a signal may exit. */
function insideListener(source: Source, node: Syntax): boolean {
  return [...ancestorsOf(source, node)].some(
    (outer) =>
      outer.type === 'CallExpression' &&
      /^process\.(on|once|addListener|prependListener)$/.test(chainOf(child(outer, 'callee')).join('.')) &&
      /^(exit|beforeExit)$/.test(literalOf(children(outer, 'arguments')[0]) ?? ''),
  );
}

/** `if (require.main === module) process.exit(...)`: the file is also a program. A signal handler ends a program as well. */
function isGuarded(source: Source, node: Syntax): boolean {
  return [...ancestorsOf(source, node)].some(
    (outer) =>
      (outer.type === 'IfStatement' &&
        /require\.main|import\.meta\.(main|url)|process\.argv\[1\]/.test(source.textOf(child(outer, 'test')))) ||
      (outer.type === 'CallExpression' && /SIG[A-Z]+/.test(literalOf(children(outer, 'arguments')[0]) ?? '')),
  );
}

/** `if (/\.test\.js$/.test(process.argv[1])) process.exit(0)` */
function isOnlyForTests(source: Source, node: Syntax): boolean {
  return [...ancestorsOf(source, node)].some((outer) => {
    const test = outer.type === 'IfStatement' ? source.textOf(child(outer, 'test')) : '';
    return (
      /process\.(argv|env)/.test(test) && /['"/\\.](test|spec)\b|vitest|jest|mocha|NODE_TEST_CONTEXT/i.test(test.replaceAll('.test(', '('))
    );
  });
}

function isTopLevel(source: Source, node: Syntax): boolean {
  return ![...ancestorsOf(source, node)].some(({ type }) => /Function|Method/.test(type));
}
