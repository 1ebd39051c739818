/** Reporter for vitest 0.34 and newer. It reads the tree of tasks, which has kept its shape while reporter events have not. */
'use strict';
const { textOf, writeEnd, writeFailure, writeNote, writeTest } = require('./report-writer.cjs');

module.exports = class {
  /**
   * Tests of dependencies are not the repository's: one that is made for Plug'n'Play need not exclude a folder it does not have.
   * Type checks are no tests. There are options for both, which versions before 1 refuse.
   */
  onInit(vitest) {
    for (const { config } of [vitest, ...(vitest.projects ?? [])]) {
      if (Array.isArray(config?.exclude)) config.exclude.push('**/node_modules/**');
      if (!config?.typecheck) continue;
      // Its files would run as tests otherwise.
      if (config.typecheck.enabled && config.typecheck.only) config.include = [];
      config.typecheck.enabled = false;
    }
  }

  /** Called up to vitest 3. */
  onFinished(files, errors) {
    this.finish(files || [], errors || []);
  }

  /** Called from vitest 3 on. */
  onTestRunEnd(modules, errors) {
    this.finish(
      modules.map((module) => module.task),
      errors,
    );
  }

  finish(files, errors) {
    if (this.finished) return;
    this.finished = true;
    for (const file of files) reportFile(file);
    for (const error of errors) writeNote(`an error outside of any test: ${textOf(error)}`);
    writeEnd();
  }
};

/** Of a test or file that was to run and whose worker was killed, say. */
const NOT_ENDED = 'it did not end';

function reportFile(file) {
  const errors = errorsOf(file);
  const isTold = reportTasks(file.filepath, file.tasks, [], errors);
  if (isTold) return;
  if (errors || (file.result?.state === 'fail' && file.tasks.length === 0)) writeFailure(file.filepath, errors);
  else if (file.tasks.length === 0 && isUnfinished(file)) writeFailure(file.filepath, NOT_ENDED);
}

function isUnfinished({ mode, result }) {
  return mode !== 'skip' && mode !== 'todo' && !/^(pass|fail|skip|todo)$/.test(result?.state ?? '');
}

/**
 * @param failure why every test here is called skipped that was to run: a hook around it failed.
 * @returns whether a test has told that failure.
 */
function reportTasks(file, tasks, ancestors, failure, isPlannedHere = false) {
  let isTold = false;
  for (const task of tasks) {
    const titles = [...ancestors, task.name];
    if (task.type === 'suite') {
      const errors = errorsOf(task);
      // Up to vitest 2, tests in a suite that is only planned do not say that they are.
      const isPlanned = isPlannedHere || task.mode === 'skip' || task.mode === 'todo';
      const isToldWithin = reportTasks(file, task.tasks, titles, errors || failure, isPlanned);
      if (errors && !isToldWithin) writeFailure(file, `${titles.join(' > ')}: ${errors}`);
      isTold = isTold || (isToldWithin && !errors);
      continue;
    }
    const { state, duration, retryCount } = task.result || {};
    const isPrevented = failure && state !== 'pass' && state !== 'fail' && task.mode !== 'todo';
    const isLost = !isPrevented && !isPlannedHere && isUnfinished(task);
    isTold = isTold || Boolean(isPrevented);
    writeTest({
      file,
      titles,
      status: state === 'pass' ? 'passed' : state === 'fail' || isPrevented || isLost ? 'failed' : 'skipped',
      durationMs: duration,
      message: errorsOf(task) || (isPrevented ? failure : isLost ? NOT_ENDED : undefined),
      retries: state === 'pass' ? retryCount : 0,
    });
  }
  return isTold;
}

function errorsOf({ result }) {
  const errors = result?.errors ?? [];
  return errors.length === 0 ? undefined : errors.map(textOf).join('\n');
}
