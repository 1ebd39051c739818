/** A program that takes part in the run of its own tests. */
import { loadedModule, programOf } from '../program.ts';
import type { ReadFile } from '../read-change.ts';
import { type Fact, factAt, newFacts, type Rule, violation } from '../rule.ts';
import { ancestorsOf, chainOf, child, isFunction, type Source } from '../syntax.ts';

/** What declares tests and hooks, or runs them. What starts a runner (`vitest/node`, `jest`) and what configures one is not among it. */
const RUNNER =
  /^(vitest|vitest\/(runners|suite|worker|workers|internal\/.*)|@vitest\/(runner|expect|spy|snapshot)(\/.*)?|@jest\/globals|jest-circus(\/.*)?|mocha(\/.*)?|node:test|bun:test|ava|tape)$/;
const HOOK = /^(beforeEach|afterEach|beforeAll|afterAll|onTestFailed|onTestFinished)$/;
/**
 * Hooks see every test of the file, and may empty it or call it passed; from a program they do it behind the back of the test that imports
 * it. Blocks in what tests load as the program, which are files that were there before or that the human change has too, and whatever these
 * import: a runner's module, or a hook registered or `expect` extended outside of any function. Warns where a changed file loaded a runner before
 * already, and in other new files, which may be helpers of tests that lie among the sources. Types alone do nothing.
 */
export const runnerInProgram: Rule = {
  name: 'runner-in-program',
  find(change) {
    const program = programOf(change);
    const wanted = (file: ReadFile) => file.kind === 'source' || program.has(file.path);
    const isHabit = change.files.some((file) => wanted(file) && file.source.before !== undefined && signs(file.source.before).length > 0);
    return newFacts(change, wanted, signs).map((fact) =>
      violation(fact, program.has(fact.path) && !isHabit ? 'gate' : 'warn', `the program takes part in its own tests, by ${fact.key}`),
    );
  },
};

function signs(source: Source): Fact[] {
  const own = new Set(
    source.nodes.flatMap((node) => {
      const declared = /^(VariableDeclarator|FunctionDeclaration)$/.test(node.type) ? child(node, 'id') : child(node, 'local');
      return declared?.type === 'Identifier' ? [String(declared.name)] : [];
    }),
  );
  return source.nodes.flatMap((node) => {
    const specifier = loadedModule(node);
    if (specifier !== undefined) return RUNNER.test(specifier) ? [factAt(source, node, specifier)] : [];
    const [hook = '', ...more] = node.type === 'CallExpression' ? chainOf(child(node, 'callee')) : [];
    const isOfRunner = more.length === 0 ? HOOK.test(hook) : hook === 'expect';
    const isHook = isOfRunner && !own.has(hook) && ![...ancestorsOf(source, node)].some(isFunction);
    return isHook ? [factAt(source, node, [hook, ...more].join('.'))] : [];
  });
}
