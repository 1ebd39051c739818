/** A test that replaces what it should test. */
import { basename } from 'node:path/posix';
import { type Fact, factAt, newFacts, type Rule, violation } from '../rule.ts';
import { chainOf, child, children, literalOf, type Source } from '../syntax.ts';

const MOCK =
  /^((vi|jest|vitest)\.(mock|doMock|setMock|unstable_mockModule)|(t\.)?mock\.module|proxyquire|td\.replace|td\.replaceEsm|esmock|rewiremock)$/;

/**
 * A mock of the unit under test tests the mock. Warns when the module has the name of the test file, or is all of the program that the
 * test imports, and the mock does not ask for the original; a mock of anything else is a way to test. Never blocks: names are a guess.
 */
export const mockedSubject: Rule = {
  name: 'mocked-subject',
  find(change) {
    return newFacts(change, ({ kind }) => kind === 'test', mocks).map((fact) =>
      violation(fact, 'warn', `the test replaces ${fact.key}, which it should test`),
    );
  },
};

function mocks(source: Source): Fact[] {
  return source.nodes.flatMap((node) => {
    if (node.type !== 'CallExpression' || !MOCK.test(chainOf(child(node, 'callee')).join('.'))) return [];
    const target = children(node, 'arguments')[0];
    const specifier = literalOf(target) ?? literalOf(child(target, 'source'));
    if (specifier === undefined || !/^[.#@~]/.test(specifier)) return [];
    if (/importActual|requireActual|importOriginal|spy:\s*true/.test(source.textOf(node))) return [];
    const named = stem(specifier) === stem(source.path).replace(/[._-](test|spec)$/, '');
    return named || isAllThatIsImported(source, specifier) ? [factAt(source, node, specifier)] : [];
  });
}

function stem(path: string): string {
  return basename(path).replace(/\.[cm]?[jt]sx?$/, '');
}

/** All that the test imports of the program is the mock: then it tests nothing else. */
function isAllThatIsImported(source: Source, specifier: string): boolean {
  const own = source.nodes
    .filter(({ type, importKind }) => type === 'ImportDeclaration' && importKind !== 'type')
    .map((node) => String(child(node, 'source')?.value))
    .filter((each) => /^[.#]/.test(each));
  return own.length > 0 && own.every((each) => each === specifier);
}
