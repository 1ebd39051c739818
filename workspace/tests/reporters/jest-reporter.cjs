/** Reporter for jest 24 and newer. */
'use strict';
const { textOf, writeEnd, writeFailure, writeNote, writeTest } = require('./report-writer.cjs');

module.exports = class {
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
