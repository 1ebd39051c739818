/** A test is still there and does not run any more. */
import { excerpt, type Rule, severityOfTestLoss, type Violation } from '../rule.ts';

/**
 * skip, todo, fails and conditions make a red test grey; `only` does it to all others; a return before the first assertion leaves it green.
 * Counted per test, so that what was skipped before stays unmentioned. Blocks only against a reference that leaves the file alone.
 */
export const disabledTests: Rule = {
  name: 'disabled-test',
  find(change) {
    const kept = change.tests.kept.flatMap(({ before, after }): Violation[] => {
      const words = more(after.disabled, before.disabled);
      if (words.length === 0 || before.disabled.length >= after.disabled.length) return [];
      return [
        {
          fact: `${after.title}: ${words.join(', ')}`,
          severity: severityOfTestLoss(change, before),
          message: `the test "${after.title}" is switched off (${words.join(', ')})`,
          path: after.path,
          line: after.line,
          witness: [`- ${excerpt(before.source.textOf(before.node))}`, `+ ${excerpt(after.source.textOf(after.node))}`],
        },
      ];
    });
    const focused = change.tests.added.flatMap((test): Violation[] =>
      test.disabled.includes('only')
        ? [
            {
              fact: `${test.title}: only`,
              severity: 'warn',
              message: `the new test "${test.title}" keeps all others of its file from running (only)`,
              path: test.path,
              line: test.line,
              witness: [`+ ${excerpt(test.source.textOf(test.node))}`],
            },
          ]
        : [],
    );
    return [...kept, ...focused];
  },
};

function more(after: readonly string[], before: readonly string[]): string[] {
  const left = [...before];
  return after.filter((word) => {
    const at = left.indexOf(word);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
