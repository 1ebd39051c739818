/** Runs the project's tests and reports them in a few lines. */
import { z } from 'zod';
import type { TestRun } from '#contracts';
import { PathArgument } from './path-argument.ts';
import { defineTool } from './tool.ts';

const MAX_REPORT_CHARS = 2_500;
const MAX_FAILURES = 5;
const MAX_MESSAGE_CHARS = 400;

export const runTests = defineTool({
  name: 'run_tests',
  description: `Run the project's test suite, only the given test files, or only tests related to given files. Reports the counts and the first ${MAX_FAILURES} failures.`,
  input: z.strictObject({
    files: z.array(PathArgument).min(1).optional().describe('Test files to run; leave out to run all.'),
    relatedTo: z
      .array(PathArgument)
      .min(1)
      .optional()
      .describe('Without `files`: run only tests that import one of these, if the runner can tell.'),
  }),
  maxResultChars: MAX_REPORT_CHARS,
  async execute({ files, relatedTo }, { workspace, signal }) {
    const run = await workspace.runTests({ signal, ...(files && { files }), ...(relatedTo && { relatedTo }) });
    return run.status === 'ran'
      ? { status: 'ok', text: describeOutcomes(run) }
      : { status: 'error', text: `the tests did not run: ${run.reason}\n${run.output.slice(-1_800).toWellFormed()}` };
  },
});

function describeOutcomes({ outcomes, scope, gaps }: Extract<TestRun, { status: 'ran' }>): string {
  const failed = outcomes.filter((outcome) => outcome.status === 'failed');
  const passed = outcomes.filter((outcome) => outcome.status === 'passed');
  const text = [
    `${passed.length} passed, ${failed.length} failed, ${outcomes.length - passed.length - failed.length} skipped${scope === 'related' ? ' (related tests only)' : ''}`,
  ];
  if (gaps.length > 0) text.push(`Tests may be missing: ${gaps.join('; ').slice(0, MAX_MESSAGE_CHARS).toWellFormed()}`);
  for (const { id, message = '' } of failed.slice(0, MAX_FAILURES)) {
    text.push(`\nFAILED ${id.slice(0, MAX_MESSAGE_CHARS)}\n${message.trim().slice(0, MAX_MESSAGE_CHARS).toWellFormed()}`);
  }
  if (failed.length > MAX_FAILURES) text.push(`\nand ${failed.length - MAX_FAILURES} more failures`);
  return text.join('\n');
}
