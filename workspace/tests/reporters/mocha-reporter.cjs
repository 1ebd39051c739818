/** Reporter for mocha 6 and newer. */
'use strict';
// biome-ignore lint/style/useNodejsImportProtocol: the loader `esm`, which a suite may have loaded before us, knows no node: names.
const { resolve } = require('path');
const { textOf, writeBegun, writeEnd, writeFailure, writeFile, writeShared, writeTest } = require('./report-writer.cjs');

/** Set by mocha-files.cjs, which tells the tests' rows from outside: the only file to run, or none where it asks which there are. */
const only = process.env.LONGHAUL_FILE;
delete process.env.LONGHAUL_FILE;
/** By the time a reporter is loaded, mocha's class is, and no test file. */
const mocha = Object.values(require.cache).find(({ id }) => /[\\/]mocha[\\/]lib[\\/]mocha\.c?js$/.test(id));
const notLoaded = mocha ? keepFailuresToTheirFile(mocha.exports.prototype) : [];
if (mocha && only !== undefined) narrow(mocha.exports.prototype);
writeShared();

module.exports = class {
  constructor(runner) {
    const failedHooks = [];
    runner.on('test', (test) => writeBegun({ file: fileOf(test), titles: test.titlePath() }));
    runner.on('pass', (test) => reportTest(test, 'passed'));
    runner.on('pending', (test) => reportTest(test, 'skipped'));
    runner.on('fail', (test, error) => {
      reportTest(test, 'failed', textOf(error));
      if (test.type === 'hook') failedHooks.push([test, textOf(error)]);
    });
    runner.on('end', () => {
      for (const [hook, message] of failedHooks) reportPrevented(hook, message);
      for (const [file, error] of notLoaded) writeFailure(file, textOf(error));
      // What mocha ends with is the number of its failures.
      runner.failures += notLoaded.length;
      writeEnd();
    });
  }
};

/** mocha collects its files as ever, by its own options, configuration and patterns; of these, only the one to run is kept. */
function narrow(mocha) {
  for (const name of ['loadFiles', 'loadFilesAsync', 'run']) {
    const original = mocha[name];
    if (!original) continue;
    mocha[name] = function (...options) {
      const first = [].concat(this.options.file || []).map((file) => resolve(file));
      if (only === '') tellFiles(this.files, first);
      this.files = this.files.filter((file) => file === only || first.includes(file));
      return original.apply(this, options);
    };
  }
}

function tellFiles(files, first) {
  const others = files.filter((file) => !first.includes(file));
  for (const file of files) writeFile(file, others.length > 0 && first.includes(file));
  process.exit();
}

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
