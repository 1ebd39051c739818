/** Starts ava 3 and newer, and listens to its workers: it has no option for a reporter, and its TAP tells less and breaks when a test ends the process. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import writer from './report-writer.cjs';

/**
 * Tests in the order in which they are declared, failed until they have ended. They are told in this order and not in that
 * of their ends, which differs from run to run: alike titles are numbered by it.
 */
const tests = new Map();
const home = findAva(process.cwd());
const { bin } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
const program = typeof bin === 'string' ? bin : bin.ava;

const { prototype } = (await importFile('lib/run-status.js')).default;
const { emitStateChange, suggestExitCode } = prototype;
prototype.emitStateChange = function (event) {
  note(event);
  return emitStateChange.call(this, event);
};
prototype.suggestExitCode = function (...options) {
  for (const test of tests.values()) writer.writeTest(test);
  tests.clear();
  writer.writeEnd();
  return suggestExitCode.apply(this, options);
};
process.argv[1] = join(home, program);
await importFile(program);

function note({ type, testFile, title, skip, todo, knownFailing, duration, err }) {
  switch (type) {
    case 'selected-test':
      take(testFile, title, skip || todo ? { status: 'skipped' } : { status: 'failed', message: 'it did not end' });
      break;
    case 'test-passed':
      take(testFile, title, { status: knownFailing ? 'skipped' : 'passed', durationMs: duration });
      break;
    case 'test-failed':
    case 'hook-failed':
      take(testFile, title, { status: 'failed', durationMs: duration, message: messageOf(err) });
      break;
    case 'uncaught-exception':
    case 'unhandled-rejection':
    case 'internal-error':
    case 'worker-failed':
    case 'missing-ava-import':
    case 'process-exit':
      if (testFile) writer.writeFailure(testFile, err ? messageOf(err) : type);
      else writer.writeNote(`${type}: ${messageOf(err)}`);
      break;
  }
}

function take(file, title, outcome) {
  tests.set(`${file}\n${title}`, { file, titles: [title], ...outcome });
}

/** ava 6 nests the error of the worker; older ones lay its fields side by side. */
function messageOf(error) {
  return [
    error?.message,
    ...(error?.values ?? error?.formattedDetails ?? []).map(({ label, formatted }) => `${label} ${formatted}`),
    error?.stack,
  ]
    .filter((text) => text)
    .join('\n');
}

/** By the path itself: the package exports neither file. */
function importFile(path) {
  return import(pathToFileURL(join(home, path)).href);
}

function findAva(folder) {
  const here = join(folder, 'node_modules/ava');
  if (existsSync(join(here, 'package.json'))) return realpathSync(here);
  if (folder === dirname(folder)) {
    console.error('longhaul: not installed: ava');
    process.exit(127);
  }
  return findAva(dirname(folder));
}
