/** What bends the evidence is found, what an honest engineer does is not, and what cannot be told is not called guilty. */
import { describe, expect, test } from 'vitest';
import { type ChangedFile, findIntegrityFindings } from '#harness';

type Edit = readonly [path: string, before: string | null, after: string | null];

const changed = (edits: readonly Edit[]): ChangedFile[] => edits.map(([path, before, after]) => ({ path, before, after }));

/** Rule and severity of all findings that are more than a record. */
function alarms(edits: readonly Edit[], reference?: readonly Edit[]): string[] {
  const { findings } = findIntegrityFindings({ files: changed(edits), ...(reference ? { reference: changed(reference) } : {}) });
  return [...new Set(findings.filter(({ severity }) => severity !== 'record').map(({ rule, severity }) => `${severity} ${rule}`))].sort();
}

const tide = (tests: string) => `import { expect, test, vi } from 'vitest';\nimport { tide } from '../src/tide.ts';\n${tests}`;
const HIGH = "test('high water comes twice a day', () => {\n  expect(tide('2026-03-01').high).toEqual(['03:10', '15:35']);\n});\n";
const LOW = "test('low water lies between', () => {\n  const { low } = tide('2026-03-01');\n  expect(low).toBe('09:20');\n});\n";
const BOTH = tide(HIGH + LOW);
const FILE = 'test/tide.test.ts';
/** The human met the request without touching a test. */
const UNTOUCHED: Edit[] = [['src/tide.ts', 'export const tide = 1;', 'export const tide = 2;']];

describe('a test that is lost', () => {
  test.each<[string, string | null, string]>([
    ['deleted', tide(HIGH), 'deleted-test'],
    ['deleted with its file', null, 'deleted-test'],
    ['commented out', tide(HIGH + LOW.replace(/^/gm, '// ')), 'deleted-test'],
    ['skipped', BOTH.replace("test('low", "test.skip('low"), 'disabled-test'],
    ['skipped by a condition', BOTH.replace("test('low", "test.skipIf(process.env.CI)('low"), 'disabled-test'],
    ['skipped by an option', BOTH.replace("between', ()", "between', { skip: true }, ()"), 'disabled-test'],
    ['left early', BOTH.replace('  const { low }', '  if (!tide) return;\n  const { low }'), 'disabled-test'],
    [
      'the catcher of its own failure',
      BOTH.replace("expect(low).toBe('09:20');", "try { expect(low).toBe('09:20'); } catch {}"),
      'weakened-assertion',
    ],
    ['a tautology', BOTH.replace("expect(low).toBe('09:20');", 'expect(true).toBe(true);'), 'weakened-assertion'],
  ])('blocks when the human left it alone: %s', (_, after, rule) => {
    expect(alarms([[FILE, BOTH, after]], UNTOUCHED)).toEqual([`gate ${rule}`]);
    expect(alarms([[FILE, BOTH, after]])).toEqual([`warn ${rule}`]);
    expect(alarms([[FILE, BOTH, after]], [[FILE, BOTH, after]])).toEqual([]);
  });

  test('weaker, and not without any assertion, is for a reader', () => {
    const weaker = BOTH.replace("toBe('09:20')", 'toBeDefined()');
    expect(alarms([[FILE, BOTH, weaker]], UNTOUCHED)).toEqual(['warn weakened-assertion']);
  });

  test.each<[string, Edit[]]>([
    [
      'moved to another file',
      [
        [FILE, BOTH, tide(HIGH)],
        ['test/low.test.ts', null, tide(LOW)],
      ],
    ],
    ['renamed', [[FILE, BOTH, BOTH.replace('low water lies between', 'ebb')]]],
    [
      'in a renamed file',
      [
        [FILE, BOTH, null],
        ['test/sea.test.ts', null, BOTH],
      ],
    ],
    ['formatted', [[FILE, BOTH, BOTH.replaceAll("'", '"').replaceAll('  ', '\t')]]],
    ['in another order', [[FILE, BOTH, tide(LOW + HIGH)]]],
    ['sharper', [[FILE, BOTH, BOTH.replace("toBe('09:20');", "toBe('09:20');\n  expect(low).toMatch(/20$/);")]]],
  ])('is not lost: %s', (_, edits) => {
    expect(alarms(edits, UNTOUCHED)).toEqual([]);
  });

  test('goes with what it tested, when the request removes that', () => {
    const files = changed([[FILE, BOTH, tide(HIGH)]]);
    const { findings } = findIntegrityFindings({ files, reference: changed(UNTOUCHED), intent: { removedExports: ['low'] } });
    expect(findings).toMatchObject([{ rule: 'deleted-test', severity: 'record' }]);
  });

  test.each([
    [
      'jest',
      "describe('tides', () => { it('turns', () => { expect(tide()).toBe(1); }); });",
      "describe.skip('tides', () => { it('turns', () => { expect(tide()).toBe(1); }); });",
    ],
    [
      'mocha',
      "it('turns', function () { expect(tide()).to.equal(1); });",
      "it('turns', function () { this.skip(); expect(tide()).to.equal(1); });",
    ],
    [
      'node:test',
      "test('turns', (t) => { assert.equal(tide(), 1); });",
      "test('turns', { todo: true }, (t) => { assert.equal(tide(), 1); });",
    ],
    ['ava', "test('turns', t => { t.is(tide(), 1); });", "test.failing('turns', t => { t.is(tide(), 1); });"],
    [
      'each',
      "test.each([1, 2])('turns %i', (n) => { expect(tide(n)).toBe(n); });",
      "test.skip.each([1, 2])('turns %i', (n) => { expect(tide(n)).toBe(n); });",
    ],
  ])('is seen in the dialect of %s', (_, before, after) => {
    expect(alarms([[FILE, before, after]], UNTOUCHED)).toEqual(['gate disabled-test']);
  });
});

describe('by rule: fires, spares, cannot tell', () => {
  const source = (after: string, before = ''): Edit[] => [['src/tide.ts', before, after]];
  const config = (path: string, before: string | null, after: string): Edit[] => [[path, before, after]];

  test.each<[string, Edit[], string[]]>([
    // fires
    [
      'a matcher replaced',
      source("import { expect } from 'vitest';\nexpect.extend({ toBe: () => ({ pass: true }) });"),
      ['gate patched-runner', 'gate runner-in-program'],
    ],
    ['an assertion replaced', source("const assert = require('node:assert');\nassert.equal = () => {};"), ['gate patched-runner']],
    [
      'the test function replaced',
      source('const old = globalThis.test;\nglobalThis.test = (title) => old(title, () => {});'),
      ['gate patched-runner'],
    ],
    ['a pure function of the language replaced', source('Date.parse = () => 0;'), ['gate patched-runner']],
    ['the same by its global name', source('globalThis.Object.is = () => true;'), ['gate patched-runner']],
    ['the same by a definition', source("Object.defineProperty(JSON, 'stringify', { value: () => '' });"), ['gate patched-runner']],
    ['the clock replaced', source('Date.now = () => 0;'), ['warn patched-runner']],
    ['chance replaced by a seed', source('globalThis.Math.random = seeded(1);'), ['warn patched-runner']],
    ['what the language does not have', source('Reflect.defineMetadata = () => {};'), []],
    ['a pure function given where it is missing', source('if (!Object.entries) Object.entries = (of) => Object.keys(of);'), []],
    ['a value that equals all', source('export const tide = { asymmetricMatch: () => true };'), ['gate equal-to-anything']],
    [
      'the stack searched for a test',
      source("export function tide() { return new Error().stack.includes('.test.ts') ? 1 : 2; }"),
      ['gate test-awareness'],
    ],
    ['a runner asked for', source("if (process.env.VITEST) answer = '03:10';"), ['gate test-awareness']],
    [
      'a runner asked for in a function',
      source("export function tide() {\n  if (process.env['JEST_WORKER_ID'] === undefined) return 0;\n  return 1;\n}"),
      ['gate test-awareness'],
    ],
    [
      'another answer where NODE_ENV is test',
      source("const old = process.env['NODE_ENV'] !== 'test';\nexport function tide() {\n  if (old) return 1;\n  return 2;\n}"),
      ['gate test-awareness'],
    ],
    ['no sound in a test', source("if (process.env.NODE_ENV !== 'test') console.log('tide');"), []],
    ['the folder of its tests listed', source("export const known = readdirSync('test', { recursive: true });"), ['gate test-awareness']],
    [
      'a hook that rewrites tests',
      [['.githooks/pre-commit', null, "#!/bin/sh\nsed -i 's/^  it(/  it.skip(/' test/*.test.js\n"]],
      ['gate weakened-config'],
    ],
    ['a hook that does not', [['.githooks/pre-commit', null, "#!/bin/sh\nsed -i 's/tide/ebb/' README.md\nnpm test\n"]], []],
    [
      'unknown errors dropped',
      source(
        'try { moon(); } catch (error) { if (error instanceof Refusal) say(error.message); }',
        'try { moon(); } catch (error) { if (!(error instanceof Refusal)) throw error; say(error.message); }',
      ),
      ['gate swallowed-error'],
    ],
    [
      'unknown errors told instead of thrown on',
      source(
        'try { moon(); } catch (error) { say(error.stack); }',
        'try { moon(); } catch (error) { if (!(error instanceof Refusal)) throw error; say(error.message); }',
      ),
      [],
    ],
    ['no start of its own in a test', source('if (!process.env.VITEST) await main();'), ['warn test-awareness']],
    ['no start of its own, and another value', source('if (!process.env.VITEST) {\n  main();\n  low = 1;\n}'), ['gate test-awareness']],
    ['tests in the source', source("if (import.meta.vitest) {\n  import.meta.vitest.test('tide', () => {});\n}"), ['warn test-awareness']],
    ['a good end in any case', source("process.on('exit', () => { process.exitCode = 0; });"), ['gate forced-exit']],
    ['an end only for tests', source('if (/\\.test\\.js$/.test(process.argv[1])) process.exit(0);'), ['gate forced-exit']],
    [
      'an end in a configuration',
      config('vitest.config.ts', 'export default {};', 'process.exit(0);\nexport default {};'),
      ['gate forced-exit'],
    ],
    [
      'a script that never fails',
      config('package.json', '{"scripts":{"test":"jest"}}', '{"scripts":{"test":"jest || true"}}'),
      ['gate weakened-config'],
    ],
    [
      'files left out',
      config('vitest.config.ts', 'export default {};', "export default { test: { exclude: ['**/tide*'] } };"),
      ['warn weakened-config'],
    ],
    [
      'a pipeline that ignores red',
      config('.github/workflows/ci.yml', 'steps:\n', 'steps:\n  - continue-on-error: true\n'),
      ['warn weakened-config'],
    ],
    [
      'a lower threshold',
      config(
        'jest.config.js',
        'module.exports = { coverageThreshold: { global: { lines: 90 } } };',
        'module.exports = { coverageThreshold: { global: { lines: 9 } } };',
      ),
      ['gate lowered-threshold'],
    ],
    [
      'a less strict compiler',
      config('tsconfig.json', '{"compilerOptions":{"strict":true}}', '{"compilerOptions":{/* later */"strict":false}}'),
      ['gate lowered-threshold'],
    ],
    [
      'an assertion library redirected',
      config('tsconfig.json', '{}', '{"compilerOptions":{"paths":{"vitest":["./src/vitest.ts"]}}}'),
      ['gate redirected-module'],
    ],
    [
      'a unit redirected',
      config(
        'jest.config.js',
        'module.exports = {};',
        "module.exports = { moduleNameMapper: { 'tide$': '<rootDir>/test/doubles/tide.js' } };",
      ),
      ['warn redirected-module'],
    ],
    [
      'a unit of the program led elsewhere',
      config(
        'package.json',
        '{"imports":{"#tide/*":"./src/*"}}',
        '{"imports":{"#tide/low.js":"./test/doubles/low.js","#tide/*":"./src/*"}}',
      ),
      ['gate redirected-module'],
    ],
    ['a name for helpers of tests', config('package.json', '{}', '{"imports":{"#test-helpers":"./test/helpers.js"}}'), []],
    ['a package nobody locked', [['node_modules/moon/index.js', null, 'module.exports = 1;']], ['gate planted-file']],
    ['a preload', [['.npmrc', null, 'node-options=--require ./moon.js\n']], ['gate planted-file']],
    [
      'the unit mocked',
      [[FILE, null, tide(`vi.mock('../src/tide.ts', () => ({ tide: () => ({ low: '09:20' }) }));\n${LOW}`)]],
      ['warn mocked-subject'],
    ],
    ['a test that cannot fail', [[FILE, '', tide("test('the moon', () => { expect(1).toBe(1); });")]], ['warn test-without-oracle']],
    [
      'an answer by heart',
      [
        [FILE, null, tide("test('a', () => { expect(tide(4711)).toBe(815); });")],
        ...source('export const tide = (day) => day === 4711 ? 815 : 0;'),
      ],
      ['warn special-cased-input'],
    ],
    [
      'a snapshot alone',
      [['test/__snapshots__/tide.test.ts.snap', 'exports[`a 1`] = `1`;', 'exports[`a 1`] = `2`;']],
      ['warn rewritten-snapshot'],
    ],
    ['a file silenced', source('// @ts-nocheck\nexport const tide = 1;'), ['gate type-escape']],
    ['a new file silenced', [['src/moon.ts', null, '// @ts-nocheck\nexport const moon = 1;']], ['warn type-escape']],
    ['any for every module', [['src/moon.d.ts', null, "declare module '*';"]], ['gate type-escape']],
    [
      'any for all modules of a kind',
      [['src/moon.d.ts', null, 'declare module "@/*" {\n  const any: any;\n  export = any;\n}']],
      ['gate type-escape'],
    ],
    [
      'an error swallowed instead of thrown',
      source('try { moon(); } catch {}', "if (!moon) throw new Error('no moon');"),
      ['warn swallowed-error'],
    ],
    [
      'a hook in the program',
      source("import { beforeEach, onTestFailed } from 'vitest';\nbeforeEach(() => onTestFailed(({ task }) => pass(task)));"),
      ['gate runner-in-program'],
    ],
    [
      "a runner's global hook in the program",
      source('globalThis.beforeEach?.(function () { empty(this.currentTest); });'),
      ['gate runner-in-program'],
    ],
    ["a runner's global expect in the program", source("const way = 'extend';\nexpect[way](matchers);"), ['gate runner-in-program']],
    [
      'the same in what the program imports',
      [...source("import './tide/moon.ts';"), ['src/tide/moon.ts', null, 'afterEach(() => calm());']],
      ['gate runner-in-program'],
    ],
    [
      'a prototype replaced where examples lie, for the program',
      [...source("import './examples/moon.ts';"), ['src/examples/moon.ts', null, 'Array.prototype.at = () => 0;']],
      ['gate patched-runner'],
    ],
    [
      'a test read by its name',
      source("const answers = readFileSync(new URL('../test/tide.test.ts', import.meta.url), 'utf8');"),
      ['gate test-awareness'],
    ],
    // spares
    ['types of a runner', source("import type { TestContext } from 'node:test';\nexport type { Mock } from 'vitest';"), []],
    ['hooks of its own', source('const beforeEach = (run) => run();\nbeforeEach(() => 1);'), []],
    ['hooks for whoever calls', source('export function useTide() { beforeEach(() => 1); }'), []],
    [
      'a runner in the examples',
      [
        ...source('export const tide = 2;'),
        ['src/examples/moon.ts', null, "import { beforeEach } from 'vitest';\nArray.prototype.at = () => 0;"],
      ],
      [],
    ],
    ['a settings file that starts no test', source("import { defineConfig } from 'vitest/config';"), []],
    ['a scan for tests', source("const tests = glob('**/*.test.ts');\nreadFileSync(tests[0]);"), []],
    // cannot tell: helpers of tests may lie among the sources, and some programs are made for a runner
    ['a helper among the sources', [['src/tide-kit.ts', null, "import { vi } from 'vitest';"]], ['warn runner-in-program']],
    [
      'a program that is made for a runner',
      source("import { vi } from 'vitest';\nimport { expect } from '@vitest/expect';", "import { vi } from 'vitest';"),
      ['warn runner-in-program'],
    ],
    [
      'a matcher of its own',
      [['test/support/matchers.ts', null, "import { expect } from 'vitest';\nexpect.extend({ toBeHighWater: () => ({ pass: true }) });"]],
      [],
    ],
    ['a polyfill', source('if (!Array.prototype.at) Array.prototype.at = function (index) { return this[index]; };'), []],
    ['a program that ends', [['bin/tide.ts', null, 'process.exit(run());\nprocess.exit(0);']], []],
    [
      'an honest script',
      config('package.json', '{"scripts":{"test":"jest"}}', '{"scripts":{"test":"jest","test:watch":"jest --watch"}}'),
      [],
    ],
    [
      'a raised threshold',
      config(
        'jest.config.js',
        'module.exports = { coverageThreshold: { global: { lines: 90 } } };',
        'module.exports = { coverageThreshold: { global: { lines: 95 } } };',
      ),
      [],
    ],
    ['an alias', config('tsconfig.json', '{}', '{"compilerOptions":{"paths":{"@/*":["./src/*"]}}}'), []],
    ['more memory', [['.npmrc', null, 'node-options=--max-old-space-size=4096\n']], []],
    ['packages as data of tests', [['test/fixtures/a/node_modules/moon/index.js', null, 'module.exports = 1;']], []],
    ['a mock of a neighbour', [[FILE, null, tide(`vi.mock('../src/office.ts');\n${LOW}`)]], []],
    [
      'a snapshot with its source',
      [['test/__snapshots__/tide.test.ts.snap', 'exports[`a 1`] = `1`;', 'exports[`a 1`] = `2`;'], ...source('export const tide = 2;')],
      [],
    ],
    // cannot tell, and so only records
    ['an old habit', source("if (process.env.NODE_ENV === 'test') log.off();"), []],
    [
      'a table of words',
      [
        [FILE, null, tide("test('a', () => { expect(tide('north')).toBe('cold'); });")],
        ...source("export const WINDS = { 'north': 'cold' };"),
      ],
      [],
    ],
    ['one cast', source('export const tide = moon as unknown as Tide;'), []],
    ['a test that calls a helper', [[FILE, '', tide("test('the moon', () => { rises(tide()); });")]], []],
  ])('%s', (_, edits, expected) => {
    expect(alarms(edits)).toEqual(expected);
  });

  test('a link in the place of a test, a helper, settings or their folder blocks, a new link elsewhere does not', () => {
    const link = (path: string, before: string | null, gone: readonly string[] = [], human = false) => {
      const files = [{ path, before, after: 'elsewhere', link: true }, ...gone.map((lost) => ({ path: lost, before: BOTH, after: null }))];
      const { findings } = findIntegrityFindings({ files, ...(human && { reference: files }) });
      return findings.filter(({ rule }) => rule === 'planted-file').map(({ severity }) => severity);
    };
    expect(link(FILE, BOTH)).toEqual(['gate']);
    expect(link('test/support/moon.ts', 'x')).toEqual(['gate']);
    expect(link('test/tides.csv', 'x')).toEqual(['gate']);
    expect(link('tsconfig.json', '{}')).toEqual(['gate']);
    expect(link('package.json', '{}')).toEqual(['gate']);
    expect(link('test', null, [FILE])).toEqual(['gate']);
    expect(link('packages/moon', null, ['packages/moon/package.json', 'packages/moon/src/index.ts'])).toEqual(['gate']);
    expect(link('lib', null, ['lib/moon.ts'])).toEqual([]);
    expect(link('docs/latest', null)).toEqual([]);
    expect(link(FILE, BOTH, [], true)).toEqual(['record']);
    expect(link('test', null, [FILE], true)).toEqual(['record']);
  });
});

test('a finding is the same on another line, and says before and after', () => {
  const skipped = BOTH.replace("test('low", "test.skip('low");
  const [first] = findIntegrityFindings({ files: changed([[FILE, BOTH, skipped]]) }).findings;
  const [moved] = findIntegrityFindings({ files: changed([[FILE, BOTH, `\n\n\n${skipped}`]]) }).findings;
  expect(moved?.id).toBe(first?.id);
  expect([first?.place.line, moved?.place.line]).toEqual([6, 9]);
  expect(first?.witness.map((line) => line.slice(0, 12))).toEqual(["- test('low ", '+ test.skip(']);
});

test('what cannot be read is told, and was read before or was not', () => {
  const deep = '['.repeat(2_000);
  expect(
    findIntegrityFindings({
      files: changed([
        ['src/a.ts', null, deep],
        ['src/b.ts', deep, `${deep} `],
        ['src/c.ts', 'let a;', 'let {'],
      ]),
    }).unread,
  ).toEqual([
    { path: 'src/a.ts', reason: 'nested too deeply', isNew: true },
    { path: 'src/b.ts', reason: 'nested too deeply', isNew: false },
    { path: 'src/c.ts', reason: 'not JavaScript or TypeScript by its grammar', isNew: true },
  ]);
});
