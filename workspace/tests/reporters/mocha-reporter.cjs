/** Reporter for mocha 6 and newer. */
'use strict';
const { textOf, writeEnd, writeFailure, writeTest } = require('./report-writer.cjs');

/** By the time a reporter is loaded, mocha's class is, and no test file. */
const mocha = Object.values(require.cache).find(({ id }) => /[\\/]mocha[\\/]lib[\\/]mocha\.c?js$/.test(id));
const notLoaded = mocha ? keepFailuresToTheirFile(mocha.exports.prototype) : [];

module.exports = class {
  constructor(runner) {
    const failedHooks = [];
    runner.on('pass', (test) => reportTest(test, 'passed'));
    runner.on('pending', (test) => reportTest(test, 'skipped'));
    runner.on('fail', (test, error) => {
      reportTest(test, 'failed', textOf(error));
      if (test.type === 'hook') failedHooks.push([test, textOf(error)]);
    });
    runner.on('end', () => {
      for (const [hook, message] of failedHooks) reportPrevented(hook, message);
      for (const [file, error] of notLoaded) writeFailure(file, textOf(error));
      writeEnd();
    });
  }
};

/**
 * mocha gives up at the first file that does not load, and with it the evidence of all others.
 * Here each file is loaded by itself: those that fail are reported, the others run.
 */
function keepFailuresToTheirFile(mocha) {
  const failures = [];
  const { loadFiles, loadFilesAsync } = mocha;
  mocha.loadFiles = function (done) {
    const files = this.files;
    for (const file of files) {
      this.files = [file];
      try {
        loadFiles.call(this);
      } catch (error) {
        failures.push([file, error]);
      }
    }
    this.files = files;
    if (done) done();
  };
  if (loadFilesAsync) {
    mocha.loadFilesAsync = async function (...options) {
      const files = this.files;
      for (const file of files) {
        this.files = [file];
        await loadFilesAsync.apply(this, options).catch((error) => failures.push([file, error]));
      }
      this.files = files;
    };
  }
  return failures;
}

function reportTest(test, status, message) {
  writeTest({
    file: fileOf(test),
    titles: test.titlePath(),
    status,
    durationMs: test.duration,
    message,
    retries: status === 'passed' && test.currentRetry ? test.currentRetry() : 0,
  });
}

/** Of tests under a hook that failed mocha says nothing at all. */
function reportPrevented(hook, message) {
  if (!hook.parent?.eachTest) return; // Of a parallel worker, where suites stay behind.
  hook.parent.eachTest((test) => {
    if (test.state === undefined && !test.isPending()) reportTest(test, 'failed', `${hook.title}: ${message}`);
  });
}

function fileOf({ file, parent }) {
  if (file) return file;
  return parent ? fileOf(parent) : '(root hooks)';
}
