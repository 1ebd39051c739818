/** Reporter for node:test, from Node 18.15 on. */
import { resolve } from 'node:path';
import writer from './report-writer.cjs';

// biome-ignore lint/correctness/useYield: what is yielded goes to standard output, the report does not.
export default async function* report(source) {
  /** File to the titles of the tests that have begun in it, outermost first. */
  const open = new Map();
  const withTests = new Set();
  for await (const { type, data } of source) {
    if (type === 'test:start') open.set(data.file, [...(open.get(data.file) ?? []).slice(0, data.nesting), data.name]);
    // Children of a suite begin before its next sibling does, so the open titles above a test are those of its suites.
    if (type === 'test:pass' || type === 'test:fail') {
      reportTest(type, data, [...(open.get(data.file) ?? []).slice(0, data.nesting), data.name], withTests);
    }
  }
  writer.writeEnd();
}

function reportTest(type, { name, file, skip, todo, details }, titles, withTests) {
  const error = details?.error;
  const isPlanned = skip !== undefined || todo !== undefined;
  const status = isPlanned ? 'skipped' : type === 'test:pass' ? 'passed' : 'failed';
  const message = error && String(error.cause?.stack ?? error.cause?.message ?? error.message);
  // A file that dies is reported as a test named after itself.
  const isFile = titles.length === 1 && (file === undefined || resolve(name) === file);
  if (isFile) {
    if (status === 'failed' && error?.failureType !== 'subtestsFailed') writer.writeFailure(file ?? resolve(name), message);
    // It may have ended itself: node:test loses what it said before, and calls it passed.
    if (status === 'passed' && !withTests.has(file)) writer.writeNote(`${name} reported no test`);
    return;
  }
  withTests.add(file);
  // A suite fails because a test in it failed, which has its own line, or by itself: a hook, say. Only the latter is news.
  if (details?.type === 'suite' && (status !== 'failed' || error?.failureType === 'subtestsFailed')) return;
  writer.writeTest({ file, titles, status, durationMs: details?.duration_ms, message });
}
