/** Source that behaves otherwise while it is being tested. */
import type { Severity } from '#contracts';
import { programOf } from '../program.ts';
import type { ReadFile } from '../read-change.ts';
import { type Fact, factAt, newFacts, type Rule, violation } from '../rule.ts';
import { ancestorsOf, chainOf, child, children, isFunction, literalOf, type Source, type Syntax } from '../syntax.ts';

const RUNNER_VARIABLE =
  /^(process\.env|import\.meta\.env)\.(VITEST(_\w+)?|JEST_WORKER_ID|NODE_TEST_CONTEXT|MOCHA_\w+|AVA_\w+|TAP|npm_lifecycle_event)$/;
/** Where vitest has tests that stand in the source itself. */
const OWN_TESTS = 'import.meta.vitest';
const TEST_FILE = /\.(test|spec)\b|__tests__|\btests?\//;
/** One file, no pattern of files. */
const NAMED_TEST = /^['"`][\w@./-]*[\w-]\.(test|spec)\.[cm]?[jt]sx?(\.snap)?['"`]$/;
const RUNNER = /\b(vitest|jest|mocha|ava|node:test)\b/;

/**
 * What a program does for its tests only it does for nobody. Blocks: a stack trace searched for a test file, because no program
 * needs to know which test called it; one test file or snapshot read by its name, or a folder of tests listed; an answer or an error that depends on `NODE_ENV` being `test`; a runner's own variable, unless all that follows is that the program does not start itself. Of 54,000
 * commits to the product files of 20 public repositories, five ask for one, all of one project.
 * Warns: such a start, tests in the source itself, arguments searched for a runner's name, test files or git objects read at run time.
 * Asking whether `NODE_ENV` is `test` for anything else, such as logging, is an old habit of many projects and is recorded.
 */
export const testAwareness: Rule = {
  name: 'test-awareness',
  find(change) {
    const program = programOf(change);
    const wanted = ({ kind, path }: ReadFile) => kind === 'source' || (kind === 'support' && program.has(path));
    return newFacts(change, wanted, signs).map((fact) => {
      const [sign = ''] = fact.key.split(':');
      const { severity, message } = SIGNS[sign] ?? { severity: 'record' as const, message: fact.key };
      return violation(fact, severity, message);
    });
  },
};

const SIGNS: Record<string, { severity: Severity; message: string }> = {
  environment: { severity: 'gate', message: 'the program asks whether a test runner started it' },
  start: { severity: 'warn', message: 'the program does not start itself where a test runner did' },
  'own-tests': { severity: 'warn', message: 'the program asks vitest whether to run tests that stand in it' },
  'NODE_ENV answer': { severity: 'gate', message: 'the program gives another answer where NODE_ENV is test' },
  NODE_ENV: { severity: 'record', message: 'the program asks whether NODE_ENV is test' },
  arguments: { severity: 'warn', message: 'the program looks for a test runner among the arguments' },
  stack: { severity: 'gate', message: 'the program reads its own stack to find the test that called it' },
  files: { severity: 'warn', message: 'the program reads test files while it runs' },
  'named-test': { severity: 'gate', message: 'the program reads a test by its name while it runs' },
  'test-folder': { severity: 'gate', message: 'the program lists the folder of its tests while it runs' },
  git: { severity: 'warn', message: 'the program reads git objects while it runs' },
  internals: { severity: 'warn', message: 'the program reaches for the inside of a test runner' },
};

function signs(source: Source): Fact[] {
  const aware = /\.stack\b|captureStackTrace|prepareStackTrace/.test(source.text);
  return source.nodes.flatMap((node) => {
    const chain = chainOf(node).join('.');
    const name = node.type === 'MemberExpression' ? meta(source, node, chain) : '';
    if (name === OWN_TESTS) return [factAt(source, node, `own-tests:${name}`)];
    if (RUNNER_VARIABLE.test(name)) return [factAt(source, node, `${isStart(source, node) ? 'start' : 'environment'}:${name}`)];
    if (node.type === 'BinaryExpression' && /NODE_ENV/.test(source.textOf(node)) && /['"]test['"]/.test(source.textOf(node)))
      return [factAt(source, node, `NODE_ENV${decidesAnswer(source, node) ? ' answer' : ''}:${source.textOf(node)}`)];
    if (node.type === 'CallExpression') return calls(source, node, chain);
    if (aware && isText(node) && TEST_FILE.test(textIn(source, node)) && nearStack(source, node))
      return [factAt(source, node, `stack:${source.textOf(node)}`)];
    if (/^__(vitest|jest)\w*__$/.test(String(node.name ?? node.value)) && /Identifier|Literal/.test(node.type))
      return [factAt(source, node, `internals:${source.textOf(node)}`)];
    return [];
  });
}

/** `if (!process.env.VITEST) main();` outside any function. */
function isStart(source: Source, node: Syntax): boolean {
  const outer = [...ancestorsOf(source, node)];
  const guard = outer.find(({ type }) => type === 'IfStatement');
  const [test, body] = [child(guard, 'test'), child(guard, 'consequent')];
  if (outer.some(isFunction) || test === undefined || node.end > test.end || child(guard, 'alternate')) return false;
  const statements = body?.type === 'BlockStatement' ? children(body, 'body') : [body];
  return ASKS_FOR_ABSENCE.test(source.textOf(test)) && statements.every((each) => isCall(child(each, 'expression')));
}

const ASKS_FOR_ABSENCE = /^!\s*[\w.]+$|===?\s*(undefined|null)$/;

function isCall(node: Syntax | undefined): boolean {
  return node?.type === 'CallExpression' || (/^(Await|Unary)Expression$/.test(node?.type ?? '') && isCall(child(node, 'argument')));
}

/** Whether a condition, or a constant that holds it, guards a `throw` or a `return` of something. */
function decidesAnswer(source: Source, node: Syntax): boolean {
  const isWithin = (part: Syntax | undefined, inner: Syntax) => part !== undefined && part.start <= inner.start && inner.end <= part.end;
  const declared = [...ancestorsOf(source, node)].find(({ type }) => type === 'VariableDeclarator');
  const name = isWithin(child(declared, 'init'), node) ? child(declared, 'id')?.name : undefined;
  return source.nodes.some((guard) => {
    const test = child(guard, 'test');
    if (guard.type !== 'IfStatement' || test === undefined) return false;
    const asks = isWithin(test, node) || (typeof name === 'string' && source.within(test).some((each) => each.name === name));
    const guarded = ['consequent', 'alternate'].flatMap((branch) => child(guard, branch) ?? []);
    return asks && guarded.some((branch) => source.within(branch).some((each) => each.type === 'ThrowStatement' || isAnswer(each)));
  });
}

function isAnswer(node: Syntax): boolean {
  return node.type === 'ReturnStatement' && child(node, 'argument') !== undefined;
}

/** `import.meta` is no chain of names. */
function meta(source: Source, node: Syntax, chain: string): string {
  return chain === '' ? source.textOf(node).replace(/\?/g, '') : chain;
}

function calls(source: Source, node: Syntax, chain: string): Fact[] {
  const text = source.textOf(node);
  if (text.length > 2_000) return [];
  if (/process\.argv/.test(text) && RUNNER.test(text) && /^(\/|process\.argv)/.test(text))
    return [factAt(source, node, `arguments:${text}`)];
  const args = children(node, 'arguments');
  const first = literalOf(args[0]);
  if (/(^|\.)(execFileSync|execFile|spawnSync|spawn|execSync|exec|execa)$/.test(chain) && /^git\b/.test(first ?? ''))
    return [factAt(source, node, `git:${text}`)];
  if (
    /(^|\.)(readFileSync|readFile)$/.test(chain) &&
    source.within(node).some((each) => isText(each) && NAMED_TEST.test(source.textOf(each)))
  )
    return [factAt(source, node, `named-test:${text}`)];
  if (/(^|\.)(readdirSync|readdir)$/.test(chain) && /^(\.\/)?(tests?|__tests__|specs?)\/?$/.test(first ?? ''))
    return [factAt(source, node, `test-folder:${text}`)];
  if (
    /(^|\.)(readFileSync|readFile|readdirSync|readdir|globSync)$/.test(chain) &&
    args.some((each) => TEST_FILE.test(textIn(source, each)) || /\.git\//.test(textIn(source, each)))
  )
    return [factAt(source, node, `files:${text}`)];
  return [];
}

function isText(node: Syntax): boolean {
  return node.type === 'Literal' || node.type === 'TemplateLiteral';
}

function textIn(source: Source, node: Syntax): string {
  const regex = node.regex as { pattern?: string } | undefined;
  return (
    regex?.pattern?.replaceAll('\\', '') ??
    (isText(node)
      ? source.textOf(node)
      : source
          .within(node)
          .filter(({ type }) => type === 'Literal')
          .map((each) => source.textOf(each))
          .join(' '))
  );
}

function nearStack(source: Source, node: Syntax): boolean {
  const outer = [...ancestorsOf(source, node)].find((each) => isFunction(each) && child(each, 'body')?.type === 'BlockStatement');
  return /\.stack\b|StackTrace/.test(source.textOf(outer));
}
