/** Code that changes what a test runner or an assertion does. */

import { programOf } from '../program.ts';
import type { ReadFile } from '../read-change.ts';
import { type Fact, factAt, newFacts, type Rule, violation } from '../rule.ts';
import { ancestorsOf, chainOf, child, children, type Source, type Syntax } from '../syntax.ts';

const RUNNERS =
  /^(node:)?(assert(\/strict)?|test)$|^(vitest|jest|mocha|chai|ava|tape|expect|sinon|uvu|@jest\/.*|@vitest\/.*|power-assert|should)(\/|$)/;
const GLOBALS = /^(expect|assert|test|it|describe|suite|before|after|beforeEach|afterEach|beforeAll|afterAll)$/;
const PROTOTYPES = /^(Object|Function|Array|String|Number|Boolean|Promise|Error|AssertionError|Map|Set|RegExp|Symbol|Date)$/;
/** They answer otherwise each time, so some programs have a reason to replace them: a seed, a simulated clock. */
const CLOCKS = /^(Date\.now|performance\.now|Math\.random)$/;
/** Their answers follow from their arguments alone, and assertions are made with them. */
const PURE =
  /^(Date\.(parse|UTC)|Math\.(round|floor|ceil|abs|max|min)|JSON\.(stringify|parse)|Object\.(is|keys|entries|assign|defineProperty|getOwnPropertyNames)|Array\.isArray|Number\.(isNaN|parseFloat|isInteger)|Reflect\.(apply|construct|get|set|has|ownKeys|defineProperty|deleteProperty|getOwnPropertyDescriptor|[gs]etPrototypeOf))$/;
const BUILT_IN =
  /^(to(Be|Equal|StrictEqual|Match|MatchObject|MatchSnapshot|MatchInlineSnapshot|Throw|ThrowError|Contain|ContainEqual|HaveLength|HaveProperty|BeTruthy|BeFalsy|BeDefined|BeUndefined|BeNull|BeNaN|BeCloseTo|BeInstanceOf|HaveBeenCalled|HaveBeenCalledTimes|HaveBeenCalledWith|BeGreaterThan|BeLessThan))$/;
/** Asks whether something is missing; `typeof call === 'function'` asks whether it is there. */
const MISSING = /!\s*[\w.(]|===?\s*(undefined|null|['"]undefined)|!==?\s*['"]function|\bin\b/;

/**
 * An assertion that was taught to agree proves nothing, and no program has a reason to teach it. Blocks: a built-in matcher replaced, a
 * member of a runner or an assertion library assigned, a runner's global, a method of a built-in prototype or a pure function of the language
 * replaced without asking whether it is missing. Warns: a clock or a source of chance replaced. In test files and their support, which no program imports, such an
 * assignment may be a stub and is recorded; replacing built-in matchers never is one.
 */
export const patchedRunner: Rule = {
  name: 'patched-runner',
  find(change) {
    const program = programOf(change);
    const wanted = ({ kind, path }: ReadFile) => (kind !== 'other' && kind !== 'snapshot') || path.includes('node_modules/');
    return newFacts(change, wanted, (source) => patches(source)).map((fact) => {
      const kind = change.files.find(({ path }) => path === fact.path)?.kind;
      const matcher = fact.key.startsWith('matcher ');
      const stub = (kind === 'test' || (kind === 'support' && !program.has(fact.path))) && !matcher && !fact.key.startsWith('library ');
      const doubt = fact.key.startsWith('clock ') || fact.key.startsWith('channel ');
      return violation(
        fact,
        stub ? 'record' : doubt ? 'warn' : 'gate',
        `${fact.key.replace(/^\w+ /, '')} is replaced, so that what tests report no longer follows from what they check`,
      );
    });
  },
};

function patches(source: Source): Fact[] {
  const libraries = importedNames(source, RUNNERS);
  const classes = importedNames(source, /^node:/);
  return source.nodes.flatMap((node) =>
    [...targetsOf(node)].flatMap((target) => patch(source, node, target, { libraries, classes }) ?? []).concat(extended(source, node)),
  );
}

/** What a node writes to, as chains of names. */
function* targetsOf(node: Syntax): Generator<string[]> {
  if (node.type === 'AssignmentExpression') yield namesOf(child(node, 'left'));
  if (node.type !== 'CallExpression') return;
  const [target, key, values] = children(node, 'arguments');
  const callee = chainOf(child(node, 'callee')).join('.');
  const base = namesOf(target);
  if (/^(Object|Reflect)\.(defineProperty|set)$/.test(callee)) yield [...base, String(key?.value ?? '?')];
  if (/^Object\.(assign|defineProperties)$/.test(callee)) {
    for (const property of children(values ?? key, 'properties')) yield [...base, String(child(property, 'key')?.name ?? '?')];
  }
}

/** `globalThis.test = ...` writes a global, `test = ...` a variable: here the difference counts. */
function namesOf(node: Syntax | undefined): string[] {
  const chain = chainOf(node);
  const object = child(node, 'object');
  if (node?.type === 'MemberExpression' && object?.type === 'Identifier' && /^(globalThis|global|window|self)$/.test(String(object.name)))
    return ['globalThis', ...chain];
  if (node?.type === 'Identifier' && /^(globalThis|global)$/.test(String(node.name))) return ['globalThis'];
  return chain;
}

interface Imported {
  libraries: ReadonlyMap<string, string>;
  /** From node itself. */
  classes: ReadonlyMap<string, string>;
}

function patch(source: Source, node: Syntax, target: readonly string[], { libraries, classes }: Imported): Fact | undefined {
  const [root = '', second = ''] = target;
  const name = target.join('.');
  if (target.length > 1 && libraries.has(root) && !isConfiguration(target))
    return factAt(source, node, `library ${libraries.get(root)} ${target.slice(1).join('.')}`);
  if (target.length > 1 && isLoopOver(source, node, root, libraries)) return factAt(source, node, `library ${name}`);
  if (isPolyfill(source, node, target.at(-1) ?? '')) return undefined;
  if (root === 'globalThis' && target.length === 2 && GLOBALS.test(second)) return factAt(source, node, `global ${second}`);
  if ((PROTOTYPES.test(root) || classes.has(root)) && second === 'prototype' && target.length > 2)
    return factAt(source, node, `prototype ${name}`);
  const own = root === 'globalThis' ? target.slice(1).join('.') : name;
  if (PURE.test(own)) return factAt(source, node, `function ${own}`);
  if (CLOCKS.test(own) || (root === 'globalThis' && /^(Date|Math|JSON)$/.test(own))) return factAt(source, node, `clock ${own}`);
  if (/^process\.(stdout|stderr)\.write$|^process\.(send|emit|exit|reallyExit)$|^console\.log$/.test(name))
    return factAt(source, node, `channel ${name}`);
  return undefined;
}

/** Names that imports and requires of such modules bind. */
function importedNames(source: Source, modules: RegExp): Map<string, string> {
  const names = new Map<string, string>();
  for (const node of source.nodes) {
    if (node.type === 'ImportDeclaration' && modules.test(String(child(node, 'source')?.value))) {
      for (const each of children(node, 'specifiers')) names.set(String(child(each, 'local')?.name), String(child(node, 'source')?.value));
    }
    if (node.type === 'VariableDeclarator') {
      const library = /\brequire\(\s*['"]([^'"]+)['"]\s*\)/.exec(source.textOf(child(node, 'init')))?.[1];
      if (library === undefined || !modules.test(library)) continue;
      const id = child(node, 'id');
      for (const each of id?.type === 'ObjectPattern' ? children(id, 'properties').map((property) => child(property, 'value')) : [id])
        names.set(String(each?.name), library);
    }
  }
  return names;
}

/** `for (const each of [assert, assert.strict]) each[name] = ...` */
function isLoopOver(source: Source, node: Syntax, name: string, libraries: ReadonlyMap<string, string>): boolean {
  for (const outer of ancestorsOf(source, node)) {
    if (outer.type !== 'ForOfStatement' || !new RegExp(`\\b${name.replace(/\W/g, '')}\\b`).test(source.textOf(child(outer, 'left'))))
      continue;
    return source
      .within(outer)
      .some((each) => each.type === 'Identifier' && libraries.has(String(each.name)) && each.end <= (child(outer, 'right')?.end ?? 0));
  }
  return false;
}

/** `chai.config.truncateThreshold = 0`, `expect.x = ...` of a mock's own fields. */
function isConfiguration(target: readonly string[]): boolean {
  return target[1] === 'config' || /^(mock|vi|jest)$/.test(target[0] ?? '') || target.includes('options');
}

function isPolyfill(source: Source, node: Syntax, name: string): boolean {
  for (const outer of ancestorsOf(source, node)) {
    const test = source.textOf(child(outer, outer.type === 'IfStatement' ? 'test' : 'left'));
    if (/^(IfStatement|LogicalExpression)$/.test(outer.type) && test.includes(name) && MISSING.test(test)) return true;
  }
  return /^(\|\||\?\?)=$/.test(String(node.operator));
}

function extended(source: Source, node: Syntax): Fact[] {
  if (node.type !== 'CallExpression' || chainOf(child(node, 'callee')).slice(-2).join('.') !== 'expect.extend') return [];
  const named = children(children(node, 'arguments')[0], 'properties').map((property) =>
    String(child(property, 'key')?.name ?? child(property, 'key')?.value),
  );
  return named.filter((name) => BUILT_IN.test(name)).map((name) => factAt(source, node, `matcher ${name}`));
}
