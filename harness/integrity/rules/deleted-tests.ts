/** A test that was there is gone, in deed or in a comment. */
import type { Severity } from '#contracts';
import type { ReadChange, ReadFile } from '../read-change.ts';
import { excerpt, type Rule, severityOfTestLoss } from '../rule.ts';
import type { TestFact } from '../test-facts.ts';

/**
 * A test that fails is a finding of the project about the change; deleting it hides the finding. Blocks only against a reference that
 * leaves the file alone. A test of something that the change removes as well goes with it, and one whose body is found elsewhere was moved.
 */
export const deletedTests: Rule = {
  name: 'deleted-test',
  find(change) {
    const removed = removedNames(change);
    const names = new Set([...removed, ...change.removedExports]);
    return change.tests.gone
      .filter(({ source }) => isTestFile(change, source.path))
      .map((test) => {
        const excused = [...test.words].some((word) => names.has(word));
        return {
          fact: test.title,
          severity: excused ? 'record' : rewritten(change, test, severityOfTestLoss(change, test)),
          message: `the test "${test.title}" ${isCommentedOut(change, test) ? 'is commented out' : 'is gone'}`,
          path: test.path,
          witness: [`- ${excerpt(test.source.textOf(test.node))}`],
        } as const;
      });
  },
};

/** Share of a lost test's words that the new tests of its file still know. */
const STILL_KNOWN = 0.7;

/** New tests in the same file that know the same values may be the old ones as a table; a reader has to look. */
function rewritten({ tests, reference }: ReadChange, test: TestFact, severity: Severity): Severity {
  const added = tests.added.filter(({ path }) => path === test.path);
  if (added.length === 0 || severity === 'record') return severity;
  if (reference === undefined) return 'record';
  const text = new Set(added[0]?.source.text.match(/\w+/g));
  return test.words.intersection(text).size >= STILL_KNOWN * test.words.size ? 'warn' : severity;
}

function isTestFile({ files }: ReadChange, path: string): boolean {
  return files.some((file) => file.path === path && file.kind === 'test');
}

function isCommentedOut({ files }: ReadChange, test: TestFact): boolean {
  const after = files.find(({ path }) => path === test.path)?.source.after;
  const title = test.title.split(' > ').at(-1) ?? test.title;
  return after?.comments.some((comment) => after.textOf(comment).includes(title)) ?? false;
}

const DECLARATION = /\bexport\s+(?:default\s+)?(?:async\s+)?(?:function\*?|class|const|let|var|type|interface|enum)\s+(\w+)/g;
const COMMON_JS = /\bexports\.(\w+)\s*=/g;

/** Names that source files export before the change and none does after. */
function removedNames({ files }: ReadChange): Set<string> {
  const namesOf = (side: 'before' | 'after') =>
    new Set(
      files
        .filter(isCode)
        .flatMap((file) => [DECLARATION, COMMON_JS].flatMap((form) => [...(file[side] ?? '').matchAll(form)].map(([, name = '']) => name))),
    );
  return namesOf('before').difference(namesOf('after'));
}

function isCode({ kind }: ReadFile): boolean {
  return kind === 'source' || kind === 'entry';
}
