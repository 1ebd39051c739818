/** Reporter for jest 24 and newer. */
'use strict';
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { textOf, writeEnd, writeFailure, writeNote, writeShared, writeTest } = require('./report-writer.cjs');

module.exports = class {
  constructor({ rootDir }) {
    for (const Runner of runnersFrom(rootDir)) runInWorkers(Runner.prototype);
  }

  onTestStart() {
    // Where jest runs tests in this process, it has made a worker of it just now.
    if (process.env.JEST_WORKER_ID === undefined || this.isShared) return;
    this.isShared = true;
    writeShared();
  }

  onTestResult(_test, { testFilePath, testResults, testExecError, failureMessage }) {
    if (testResults.length === 0 && failureMessage) writeFailure(testFilePath, failureMessage);
    else if (testExecError) writeFailure(testFilePath, textOf(testExecError));
    for (const { ancestorTitles, title, status, duration, failureMessages, invocations } of testResults) {
      writeTest({
        file: testFilePath,
        titles: [...ancestorTitles, title],
        status: status === 'passed' || status === 'failed' ? status : 'skipped',
        durationMs: duration,
        message: (failureMessages || []).join('\n') || undefined,
        retries: status === 'passed' && invocations ? invocations - 1 : 0,
      });
    }
  }

  onRunComplete(_contexts, { runExecError, wasInterrupted }) {
    if (runExecError) writeNote(`an error outside of any test: ${textOf(runExecError)}`);
    if (wasInterrupted) writeNote('jest stopped before its last file');
    writeEnd();
  }
};

/** Every copy of jest-runner that jest may be about to use: that of the repository, and that of jest itself. */
function runnersFrom(rootDir) {
  const jest = Object.keys(require.cache).filter((path) => /[\\/](@jest[\\/]core|jest-config)[\\/]build[\\/]index\.js$/.test(path));
  const runners = [join(rootDir, 'package.json'), ...jest].flatMap((from) => {
    try {
      const loaded = createRequire(from)('jest-runner');
      return [loaded.default || loaded];
    } catch {
      return [];
    }
  });
  return new Set(runners);
}

/**
 * jest runs a single file, a few quick ones, and all where one at a time was asked for in its own process, which is this one.
 * There is an option against it since version 29 alone, and it restarts workers. They are as many as jest has counted: one for one at a time.
 */
function runInWorkers(runner) {
  const { runTests } = runner;
  runner.runTests = function (...given) {
    const options = given.pop();
    return runTests.call(this, ...given, { ...options, serial: Boolean(this.isSerial) });
  };
}
