/** A new test that cannot fail. */
import { excerpt, type Rule } from '../rule.ts';

/**
 * A test without an assertion proves that a function returns. Recorded, because helpers assert and smoke tests are honest; a test whose every assertion holds
 * whatever the program does warns, for nobody writes one to learn something.
 */
export const testsWithoutOracle: Rule = {
  name: 'test-without-oracle',
  find({ tests, files }) {
    const testFiles = new Set(files.filter(({ kind }) => kind === 'test').map(({ path }) => path));
    return tests.added
      .filter(
        ({ path, disabled, assertions, body }) =>
          testFiles.has(path) && disabled.length === 0 && body !== '' && assertions.every(({ tautology }) => tautology),
      )
      .map((test) => ({
        fact: test.title,
        severity: test.assertions.length > 0 ? ('warn' as const) : ('record' as const),
        message:
          test.assertions.length > 0
            ? `the new test "${test.title}" holds whatever the program does`
            : `the new test "${test.title}" asserts nothing that can be seen`,
        path: test.path,
        line: test.line,
        witness: [`+ ${excerpt(test.source.textOf(test.node))}`],
      }));
  },
};
