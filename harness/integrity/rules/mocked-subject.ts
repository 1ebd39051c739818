/** A test that replaces what it should test. */
import { basename, dirname, join, normalize } from 'node:path/posix';
import { type Fact, factAt, newFacts, type Rule, violation } from '../rule.ts';
import type { ReadChange } from '../read-change.ts';
import { chainOf, child, children, literalOf, type Source } from '../syntax.ts';

const MOCK =
  /^((vi|jest|vitest)\.(mock|doMock|setMock|unstable_mockModule)|(t\.)?mock\.module|proxyquire|td\.replace|td\.replaceEsm|esmock|rewiremock)$/;

/**
 * A mock of the unit under test tests the mock. Warns when the module has the name of the test file or was changed by the same change, and is imported by the test as well, without asking for
 * the original; a mock of anything else is a way to test. Never blocks: a changed module may be a mere neighbour.
 */
export const mockedSubject: Rule = {
  name: 'mocked-subject',
  find(change) {
    return newFacts(
      change,
      ({ kind }) => kind === 'test',
      (source) => mocks(source, change),
    ).map((fact) => violation(fact, 'warn', `the test replaces ${fact.key}, which it should test`));
  },
};

function mocks(source: Source, change: ReadChange): Fact[] {
  const imported = new Set(
    source.nodes.filter(({ type }) => type === 'ImportDeclaration').map((node) => String(child(node, 'source')?.value)),
  );
  return source.nodes.flatMap((node) => {
    if (node.type !== 'CallExpression' || !MOCK.test(chainOf(child(node, 'callee')).join('.'))) return [];
    const target = children(node, 'arguments')[0];
    const specifier = literalOf(target) ?? literalOf(child(target, 'source'));
    if (specifier === undefined || !/^[.#@~]/.test(specifier)) return [];
    if (/importActual|requireActual|importOriginal|spy:\s*true/.test(source.textOf(node))) return [];
    const named = stem(specifier) === stem(source.path).replace(/[._-](test|spec)$/, '');
    const changed =
      change.files.some(
        ({ kind, path, before, after }) =>
          (kind === 'source' || kind === 'entry') && before !== after && isSame(path, specifier, source.path),
      ) && imported.has(specifier);
    return named || (changed && assertsOn(source, specifier)) ? [factAt(source, node, specifier)] : [];
  });
}

function stem(path: string): string {
  return basename(path).replace(/\.[cm]?[jt]sx?$/, '');
}

function isSame(path: string, specifier: string, from: string): boolean {
  const target = specifier.startsWith('.') ? normalize(join(dirname(from), specifier)) : specifier;
  const bare = (text: string) => text.replace(/\.[cm]?[jt]sx?$/, '').replace(/\/index$/, '');
  return bare(path) === bare(target);
}

/** All that the test imports of the program is the mock: then it tests nothing else. */
function assertsOn(source: Source, specifier: string): boolean {
  const own = source.nodes
    .filter(({ type, importKind }) => type === 'ImportDeclaration' && importKind !== 'type')
    .map((node) => String(child(node, 'source')?.value))
    .filter((each) => /^[.#]/.test(each));
  return own.length > 0 && own.every((each) => each === specifier);
}
