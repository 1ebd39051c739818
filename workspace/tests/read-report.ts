/** A runner's machine report becomes test outcomes. */
import { isAbsolute, relative } from 'node:path';
import { z } from 'zod';
import type { TestOutcome, TestStatus } from '#contracts';

const MESSAGE_CHARS = 4000;

/** The JSON report of vitest and of jest: vitest copies jest's shape. */
const JestReport = z.looseObject({
  testResults: z.array(
    z.looseObject({
      name: z.string(),
      status: z.string(),
      message: z.string().nullish(),
      assertionResults: z.array(
        z.looseObject({
          ancestorTitles: z.array(z.string()),
          title: z.string(),
          status: z.string(),
          duration: z.number().nullish(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

const NodeTestLine = z.strictObject({
  file: z.string().optional(),
  titles: z.array(z.string()).min(1),
  suite: z.boolean(),
  status: z.enum(['passed', 'failed', 'skipped']),
  durationMs: z.number().nonnegative(),
  message: z.string().optional(),
  childFailed: z.boolean(),
});

/**
 * @param root the repository as the runner saw it; files are reported relative to it.
 * @throws ZodError or SyntaxError when the text is not such a report.
 */
export function readJestReport(text: string, root: string): TestOutcome[] {
  const { testResults } = JestReport.parse(JSON.parse(text));
  return mergeById(
    testResults.flatMap(({ name, status, message, assertionResults }) => {
      const file = relativeTo(root, name);
      if (assertionResults.length === 0 && status === 'failed')
        return [outcome(file, ['(file does not load)'], 'failed', 0, message ?? '')];
      // vitest calls tests skipped whose hook failed. Where a file failed and none of its tests did, that is what happened.
      const hookFailed = status === 'failed' && !assertionResults.some((test) => test.status === 'failed');
      return assertionResults.map((test) => {
        const told = jestStatus(test.status);
        const failed = hookFailed && told === 'skipped';
        const words = failed ? message || 'a hook of the file failed' : test.failureMessages?.join('\n');
        return outcome(file, [...test.ancestorTitles, test.title], failed ? 'failed' : told, test.duration ?? 0, words);
      });
    }),
  );
}

/** @throws ZodError or SyntaxError when a line is not one of our reporter's. */
export function readNodeTestReport(text: string, root: string): TestOutcome[] {
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => NodeTestLine.parse(JSON.parse(line)));
  return mergeById(
    lines.flatMap((line) => {
      const file = relativeTo(root, line.file ?? '(unknown file)');
      // A suite fails because a test in it failed, which has its own line, or by itself: a hook, say. Only the latter is news.
      if (line.suite && (line.childFailed || line.status === 'skipped')) return [];
      // A file that dies is reported as a test named after itself.
      const titles = line.titles.length === 1 && relativeTo(root, line.titles[0] ?? '') === file ? ['(file does not load)'] : line.titles;
      if (titles[0] === '(file does not load)' && line.status !== 'failed') return [];
      return [outcome(file, titles, line.status, line.durationMs, line.message)];
    }),
  );
}

function outcome(file: string, titles: readonly string[], status: TestStatus, durationMs: number, message?: string): TestOutcome {
  return {
    id: [file, ...titles].join(' > '),
    file,
    status,
    durationMs: Math.max(0, durationMs),
    ...(status === 'failed' && message ? { message: message.slice(0, MESSAGE_CHARS) } : {}),
  };
}

function jestStatus(status: string): TestStatus {
  if (status === 'passed' || status === 'failed') return status;
  return 'skipped';
}

function relativeTo(root: string, path: string): string {
  return isAbsolute(path) ? relative(root, path) : path;
}

const WORST_FIRST: readonly TestStatus[] = ['failed', 'skipped', 'passed'];

/** Titles need not be unique. Of several tests with one id the worst outcome counts: it cannot hide behind the others. */
function mergeById(outcomes: readonly TestOutcome[]): TestOutcome[] {
  const byId = new Map<string, TestOutcome>();
  for (const next of outcomes) {
    const known = byId.get(next.id);
    if (known === undefined || WORST_FIRST.indexOf(next.status) < WORST_FIRST.indexOf(known.status)) byId.set(next.id, next);
  }
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
