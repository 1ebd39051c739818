/** Reporter for node:test, from Node 18.15 on. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import writer from './report-writer.cjs';

// biome-ignore lint/correctness/useYield: what is yielded goes to standard output, the report does not.
export default async function* report(source) {
  /** File to the titles of the tests that have begun in it, outermost first. */
  const open = new Map();
  const withTests = new Set();
  /** File to how far its process has come, where it has one. */
  const processes = new Map();
  let hasSummaries = false;
  for await (const { type, data: told } of source) {
    // Node 18 names an ES module by its URL.
    const data = told.file?.startsWith('file:') ? { ...told, file: fileURLToPath(told.file) } : told;
    followProcess(processes, type, data);
    // The last one is that of the whole run.
    if (type === 'test:summary' && data.file === undefined) hasSummaries = true;
    if (type === 'test:start') open.set(data.file, [...(open.get(data.file) ?? []).slice(0, data.nesting), data.name]);
    // Children of a suite begin before its next sibling does, so the open titles above a test are those of its suites.
    if (type === 'test:pass' || type === 'test:fail') {
      reportTest(type, data, [...(open.get(data.file) ?? []).slice(0, data.nesting), data.name], withTests);
    }
  }
  for (const [file, { name, isSummed, waiting, hasFailed }] of processes) {
    const isWhole = hasSummaries ? isSummed : waiting === 0;
    if (withTests.has(file) && !isWhole && !hasFailed) writer.writeNote(`${name} ended before its tests did`);
  }
  writer.writeEnd();
}

/**
 * A file's process that ends itself is called passed, with the tests it had told until then. One that came to its end has
 * sent its summary or, before Node 22, an outcome for every test of its top level that it had announced.
 */
function followProcess(processes, type, { name, file, nesting }) {
  const isFile = nesting === 0 && name !== undefined && resolve(name) === file;
  if (isFile && type === 'test:enqueue' && !processes.has(file))
    processes.set(file, { name, isSummed: false, waiting: 0, hasFailed: false });
  const its = processes.get(file);
  if (!its) return;
  if (type === 'test:summary') its.isSummed = true;
  if (isFile) its.hasFailed ||= type === 'test:fail';
  else if (nesting === 0 && type === 'test:enqueue') its.waiting += 1;
  else if (nesting === 0 && (type === 'test:pass' || type === 'test:fail')) its.waiting -= 1;
}

function reportTest(type, { name, file, entryFile, skip, todo, details }, titles, withTests) {
  const error = details?.error;
  const isPlanned = skip !== undefined || todo !== undefined;
  const status = isPlanned ? 'skipped' : type === 'test:pass' ? 'passed' : 'failed';
  const message = error && String(error.cause?.stack ?? error.cause?.message ?? error.message);
  // A file that dies is reported as a test named after itself.
  const isFile = titles.length === 1 && (file === undefined ? existsSync(resolve(name)) : resolve(name) === file);
  if (isFile) {
    if (status === 'failed' && error?.failureType !== 'subtestsFailed') writer.writeFailure(file ?? resolve(name), message);
    // It may have ended itself: node:test loses what it said before, and calls it passed.
    if (status === 'passed' && !withTests.has(file)) writer.writeNote(`${name} reported no test`);
    return;
  }
  withTests.add(file);
  // A suite fails because a test in it failed, which has its own line, or by itself: a hook, say. Only the latter is news.
  if (details?.type === 'suite' && (status !== 'failed' || error?.failureType === 'subtestsFailed')) return;
  // A test that a promise has begun was called from nowhere.
  writer.writeTest({ file: file ?? entryFile, titles, status, durationMs: details?.duration_ms, message });
}
