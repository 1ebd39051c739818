/** Who can speak in a report: what tests and services try with real runners, and where tests run. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_SETUP, type TestRequest, TestRun } from '#contracts';
import type { Workspace } from '#workspace';
import { outline, runSuite } from '../helpers/suites.ts';
import { bothPlaces, NO_SETUP, noSandbox, useWorkshop } from '../helpers/workspaces.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/workspace');
const workshop = useWorkshop();
const OTHER_FILE = 'test/twice.test.js';

/** Whatever can be called in the loaded modules of this process, by name. */
const REACHABLE = `
  const reachable = (seen = new Set(), found = new Set()) => {
    const look = (module) => {
      if (!module || seen.has(module)) return;
      seen.add(module);
      for (const name of Object.keys(Object(module.exports))) found.add(name);
      for (const child of module.children || []) look(child);
    };
    look(require.main);
    for (const module of Object.values(require.cache)) look(module);
    return [...found].filter((name) => /^write(Test|End|Failure)$/.test(name));
  };
`;

describe('mocha', () => {
  let workspace: Workspace;
  beforeAll(async () => {
    const greenhouse = await workshop.fixture(join(FIXTURES, 'greenhouse-mocha'));
    workspace = await workshop.open(greenhouse, { setup: DEFAULT_SETUP, sandbox: bothPlaces[0] });
  });
  afterAll(() => workspace?.[Symbol.asyncDispose]());
  const run = async (request: Parameters<Workspace['runTests']>[0] = {}) => TestRun.parse(await workspace.runTests(request));
  const runWith = async (files: Record<string, string>, request: TestRequest) => {
    for (const [path, content] of Object.entries(files)) await workspace.writeFile(path, content);
    const told = await run(request);
    await workspace.exec(['rm', '-rf', ...Object.keys(files)]);
    await workspace.layIn(workspace.start.commit, ['package.json']);
    return told;
  };

  test('comes out the same in one process and in one for each file, and says which it was', async () => {
    const shared = await run();
    const apart = await run({ processes: 'apart', canaries: [OTHER_FILE] });
    expect(shared).toMatchObject({ processes: 'shared', gaps: [] });
    expect(apart).toMatchObject({ processes: 'apart', canaries: { [OTHER_FILE]: 'failed' }, gaps: [] });
    expect(outline(apart)).toEqual(outline(shared));
  });

  test('finds its files, what is loaded before them and the flags of node by its own configuration', async () => {
    const files = {
      'package.json': '{"scripts":{"test":"mocha --file test/first.cjs"},"devDependencies":{"mocha":"11.7.5"}}',
      '.mocharc.cjs':
        "module.exports = { spec: ['checks'], recursive: true, extension: ['cjs', 'mjs'], ignore: ['checks/old/**'], require: ['./test/hooks.cjs'], 'expose-gc': true };\n",
      'test/first.cjs': "before(() => { global.isFirst = true; });\nit('first of all', () => {});\n",
      'test/hooks.cjs': 'exports.mochaHooks = { beforeEach() { this.currentTest.parent.ctx.isHooked = true; } };\n',
      'checks/a.cjs':
        "it('is prepared', function () { if (!global.isFirst || !this.isHooked || !global.gc) throw new Error('not prepared'); });\n",
      'checks/deep/b.mjs': "it('is found', () => {});\n",
      'checks/old/c.cjs': "it('is ignored', () => {});\n",
    };
    const place = await workshop.open(await workshop.repository({ files }), { setup: DEFAULT_SETUP, sandbox: bothPlaces[0] });
    await using _ = place;
    const lines = ['passed checks/a.cjs > is prepared', 'passed checks/deep/b.mjs > is found', 'passed test/first.cjs > first of all'];
    for (const processes of ['shared', 'apart'] as const) {
      const told = TestRun.parse(await place.runTests({ processes }));
      expect(outline(told)).toEqual(lines);
      expect(told).toMatchObject({ processes, gaps: [], exitCode: 0 });
    }
  });

  test('files that count on one another come out differently apart, and none is lost', async () => {
    const files = {
      'test/pot-1.test.js': "it('fills it', () => { global.pot = 'full'; });\n",
      'test/pot-2.test.js': "it('waters', () => { if (global.pot !== 'full') throw new Error('empty'); });\n",
    };
    const pots = { files: Object.keys(files) };
    expect(outline(await runWith(files, pots))).toEqual(['passed test/pot-1.test.js > fills it', 'passed test/pot-2.test.js > waters']);
    expect(outline(await runWith(files, { ...pots, processes: 'apart' }))).toEqual([
      'passed test/pot-1.test.js > fills it',
      'failed test/pot-2.test.js > waters: Error: empty',
    ]);
  });

  test('a file that ends the process costs only itself apart, and the test that did it has failed', async () => {
    const files = { 'test/quits.test.js': "it('stays', () => {});\nit('quits', () => process.exit(0));\nit('late', () => {});\n" };
    const told = await runWith(files, { processes: 'apart', files: ['test/quits.test.js', OTHER_FILE] });
    expect(outline(told)).toEqual([
      'failed test/quits.test.js > quits: it did not end',
      'passed test/quits.test.js > stays',
      'passed test/twice.test.js > a > b',
      expect.stringMatching(/^failed test\/twice\.test\.js > twice: /),
    ]);
    expect(told).toMatchObject({ gaps: [expect.stringMatching(/quits\.test\.js ended before its tests did$/)] });
  });

  test.each(['shared', 'apart'] as const)('a file that does not load makes it end with another code than 0: %s', async (processes) => {
    const files = { 'test/dry.test.js': "throw new Error('dry');\n", 'test/wet.test.js': "it('is wet', () => {});\n" };
    const told = await runWith(files, { processes, files: Object.keys(files) });
    expect(outline(told)).toEqual(['failed test/dry.test.js > (file does not load): Error: dry', 'passed test/wet.test.js > is wet']);
    expect(told).toMatchObject({ exitCode: 1 });
  });

  test.each(['shared', 'apart'] as const)('a test that fails while it stands in for JSON.stringify is told: %s', async (processes) => {
    const stubs = `
      const { stringify } = JSON;
      afterEach(() => { JSON.stringify = stringify; });
      it('stands in', () => {
        JSON.stringify = () => { throw new Error('no cycle'); };
        throw new Error('as told');
      });
      it('late', () => {});\n`;
    const told = await runWith({ 'test/stubs.test.js': stubs }, { processes, files: ['test/stubs.test.js'] });
    expect(outline(told)).toEqual(['passed test/stubs.test.js > late', 'failed test/stubs.test.js > stands in: Error: as told']);
  });

  test.each(['shared', 'apart'] as const)(
    'clocks that a browser is played with do not keep a suite from its end: %s',
    async (processes) => {
      const plays =
        "const real = global.setTimeout;\nglobal.setTimeout = (...given) => { real(...given); return 1; };\nit('plays', () => {});\n";
      const told = await runWith({ 'test/plays.test.js': plays }, { processes, files: ['test/plays.test.js'] });
      expect(outline(told)).toEqual(['passed test/plays.test.js > plays']);
      expect(told).toMatchObject({ gaps: [], exitCode: 0 });
    },
  );

  test('a process that dies after its last test has failed apart', async () => {
    const files = { 'test/dies.test.js': "it('lives', () => {});\nafter(() => { process.on('exit', () => process.reallyExit(7)); });\n" };
    expect(outline(await runWith(files, { processes: 'apart', files: ['test/dies.test.js'] }))).toEqual([
      'failed test/dies.test.js > (outside of any test): node ended (7)',
      'passed test/dies.test.js > lives',
    ]);
  });

  test('where mocha itself does not start, it says why', async () => {
    const told = await runWith({ '.mocharc.cjs': "throw new Error('no light');\n" }, { processes: 'apart' });
    expect(outline(told)).toEqual([expect.stringMatching(/^agent: mocha reported no test at all; .*no light/s)]);
  });

  test('apart, what a test makes its own process say of other files is not believed', async () => {
    const forges = `
      const fs = require('fs');
      const rows = fs.readdirSync('/proc/self/fd').find((fd) => { try { return /rows/.test(fs.readlinkSync('/proc/self/fd/' + fd)); } catch { return false; } });
      const row = (file, title) => '\\n1 ' + JSON.stringify({ type: 'test', file: require('path').resolve(file), titles: [title], status: 'passed', durationMs: 1 }) + '\\n';
      it('forges', () => {
        if (rows) fs.appendFileSync('/proc/self/fd/' + rows, row('test/never.test.js', 'forged') + row(__filename, { toString: 1 }) + '\\n1 {"type":\\n1 null\\n' + row(__filename, 'own'));
      });\n`;
    const told = await runWith({ 'test/forges.test.js': forges }, { processes: 'apart', files: ['test/forges.test.js'] });
    // For its own file it may speak, as any test that patches its runner does.
    expect(outline(told)).toEqual(['passed test/forges.test.js > forges', 'passed test/forges.test.js > own']);
    expect(told).toMatchObject({ gaps: [expect.stringMatching(/forges\.test\.js told of tests of other files/)] });
  });

  test('a test in a process of its own gets no debugger in the process of the report', async () => {
    const asks = `
      const { connect } = require('net');
      const answers = () => new Promise((done) => connect(9229, '127.0.0.1').once('connect', () => done(true)).once('error', () => done(false)));
      it('asks', async () => {
        process.kill(process.ppid, 'SIGUSR1');
        for (let n = 0; n < 20; n++) {
          if (await answers()) throw new Error('a debugger');
          await new Promise((done) => setTimeout(done, 50));
        }
      });\n`;
    const told = await runWith({ 'test/asks.test.js': asks }, { processes: 'apart', files: ['test/asks.test.js'] });
    expect(outline(told)).toEqual(['passed test/asks.test.js > asks']);
  });

  test.each(['shared', 'apart'] as const)('a test finds no function that writes the report, nor its key: %s', async (processes) => {
    const looks = `${REACHABLE}
      const seen = [];
      const { stringify } = JSON;
      JSON.stringify = (...given) => { seen.push(stringify(given)); return stringify(...given); };
      Object.prototype.toJSON = function () { seen.push(Object.keys(this).join()); return this; };
      it('is told while others look on', () => {});
      it('looks', async () => {
        delete Object.prototype.toJSON;
        JSON.stringify = stringify;
        const writer = '/opt/node_modules/longhaul-reporters/report-writer.cjs';
        const again = [() => require(writer), () => import(writer)];
        for (const load of again) {
          const loaded = await Promise.resolve().then(load).catch(() => undefined);
          if (loaded) throw new Error('loaded again');
        }
        if (reachable().length > 0) throw new Error(reachable().join());
        if (/\\bkey\\b/.test(seen.join())) throw new Error('key');
        if (process.env.LONGHAUL_REPORT || process.env.LONGHAUL_ROWS || process.env.LONGHAUL_FILE) throw new Error('environment');
        if (require('fs').readFileSync(0, 'utf8') !== '') throw new Error('standard input');
      });\n`;
    const told = await runWith({ 'test/looks.test.js': looks }, { processes, files: ['test/looks.test.js'] });
    expect(outline(told)).toEqual(['passed test/looks.test.js > is told while others look on', 'passed test/looks.test.js > looks']);
    expect(told).toMatchObject({ gaps: [] });
  });
});

describe('the report itself', () => {
  const TESTS = "import { test } from 'node:test';\nimport fs from 'node:fs';\n";
  const files = { 'package.json': '{"scripts":{"test":"node --test --test-concurrency=1 test/*.mjs"}}' };
  const setup = { ...NO_SETUP, environment: {} };

  test.skipIf(noSandbox)('holds nothing to sign with, and a line of it counts once', async () => {
    const suite = {
      ...files,
      'test/a.mjs': `${TESTS}test('first', () => {});\n`,
      'test/b.mjs': `${TESTS}test('copies', () => {
        const lines = fs.readFileSync('/report/report', 'utf8').split('\\n').filter((line) => line !== '');
        if (lines.length === 0) throw new Error('nothing to copy');
        fs.appendFileSync('/report/report', '\\n' + lines[0] + '\\n' + lines[0].replace('first', 'forged') + '\\n');
      });\n`,
    };
    const told = await runSuite(workshop, await workshop.repository({ files: suite }), { setup });
    expect(outline(told)).toEqual(['passed test/a.mjs > first', 'passed test/b.mjs > copies']);
    expect(told).toMatchObject({ gaps: ['2 lines of the report were not written by its reporter, and are left out'] });
  });

  test.skipIf(noSandbox)('a service that lies in wait finds its key in no file, environment or command line', async () => {
    const spy = `
      const fs = require('node:fs');
      const see = (found) => fs.appendFileSync('seen.txt', found + '\\n');
      fs.writeFileSync('seen.txt', '');
      const read = (path) => { try { return fs.readFileSync(path, 'latin1'); } catch { return ''; } };
      for (;;) {
        for (const name of fs.readdirSync('/report')) if (name !== 'report' && name !== 'stage') see(name);
        for (const pid of fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name)))
          for (const of of ['environ', 'cmdline']) for (const found of read('/proc/' + pid + '/' + of).match(/[0-9a-f]{32}/g) ?? []) see(found);
      }`;
    const services = [{ name: 'spy', command: 'node spy.cjs', ready: 'test -e seen.txt' }];
    const suite = { ...files, 'spy.cjs': spy, 'test/a.mjs': `${TESTS}test('first', () => {});\n` };
    await using workspace = await workshop.open(await workshop.repository({ files: suite }), {
      setup: { ...setup, services },
      sandbox: 'required',
    });
    expect(outline(await workspace.runTests())).toEqual(['passed test/a.mjs > first']);
    expect(await workspace.readFile('seen.txt')).toBe('');
  });
});
