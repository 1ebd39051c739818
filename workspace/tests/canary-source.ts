/** The text of a test that must fail, in the words of each runner. */
import type { TestRunner } from '#contracts';

/** Assertions that must all throw, over what the test file itself sees as `expect`, and over Node's `assert` and chai where they are there. */
const UNTRUE = `
const load = async (name) => {
  try { return typeof require === 'function' ? require(name) : await import(/* @vite-ignore */ name); } catch { return undefined; }
};
const node = await load('assert');
const assert = node?.default ?? node;
const chai = typeof expectation === 'function' ? undefined : await load('chai');
const expects = chai?.expect ?? chai?.default?.expect;
const untrue = [
  ...[assert, assert?.strict].flatMap((claims) => claims ? [
    () => claims(false), () => claims.ok(false), () => claims.equal(1, 2), () => claims.strictEqual(1, 2), () => claims.notEqual(1, 1),
    () => claims.deepEqual({ of: 1 }, { of: 2 }), () => claims.deepStrictEqual([1], [2]), () => claims.throws(() => {}),
  ] : []),
  ...(expects ? [
    () => expects(1).to.equal(2), () => expects({ of: 1 }).to.deep.equal({ of: 2 }), () => expects(0).to.be.ok, () => expects(() => {}).to.throw(),
  ] : []),
  ...(typeof expectation === 'function' ? [
    () => expectation(1).toBe(2), () => expectation(1).not.toBe(1), () => expectation({ of: 1 }).toEqual({ of: 2 }),
    () => expectation([1]).toStrictEqual([2]), () => expectation({ of: 1 }).toMatchObject({ of: 2 }), () => expectation('of').toMatch('one'),
    () => expectation([1]).toContain(2), () => expectation([1]).toHaveLength(2), () => expectation(0).toBeTruthy(), () => expectation(1).toBeFalsy(),
    () => expectation(1).toBeUndefined(), () => expectation(undefined).toBeDefined(), () => expectation(1).toBeNull(),
    () => expectation(1).toBeGreaterThan(2), () => expectation(() => {}).toThrow(),
  ] : []),
];
for (const claim of untrue) {
  let isBelieved = true;
  try { claim(); } catch { isBelieved = false; }
  if (isBelieved) return;
}
if (typeof expectation === 'function') {
  let isBelieved = true;
  try { await expectation(Promise.resolve(1)).resolves.toBe(2); } catch { isBelieved = false; }
  if (isBelieved) return;
  expectation(1).toBe(2);
}
if (assert) assert.strictEqual(1, 2);
throw new Error('1 is not 2');`;

/** Each declares one test named `title` at the top level of a file. A word that begins with `own` is replaced by one that no file has. */
const TESTS: Record<TestRunner, (title: string, isModule: boolean) => string> = {
  vitest: (title) => `
    import { expect as ownExpect, test as ownTest } from 'vitest';
    ownTest(${title}, async () => { const expectation = ownExpect; ${UNTRUE} });`,
  jest: (title) => `
    (() => {
      const globals = typeof test === 'function' ? { test, expect } : require('@jest/globals');
      globals.test(${title}, async () => { const expectation = globals.expect; ${UNTRUE} });
    })();`,
  mocha: (title) => `
    (() => {
      const declare = typeof it === 'function' ? it : test;
      declare(${title}, async () => { const expectation = typeof expect === 'function' && expect(1).toBe ? expect : undefined; ${UNTRUE} });
    })();`,
  'node:test': (title, isModule) => `
    ${isModule ? "import { test as ownTest } from 'node:test';" : "const { test: ownTest } = require('node:test');"}
    ownTest(${title}, async () => { const expectation = undefined; ${UNTRUE} });`,
  ava: (title, isModule) => `
    ${isModule ? "import ownTest from 'ava';" : "const ownTest = require('ava');"}
    ownTest(${title}, (t) => { t.is(1, 2); });`,
  tape: (title, isModule) => `
    ${isModule ? "import ownTest from 'tape';" : "const ownTest = require('tape');"}
    ownTest(${title}, (t) => { t.equal(1, 2); t.end(); });`,
};

/**
 * What to append to a test file. One line, and none of it for a type checker: loaders that check types would refuse the file.
 * @param title of the test; letters only.
 */
export function canarySource(runner: TestRunner, { title, file, text }: { title: string; file: string; text: string }): string {
  const test = TESTS[runner](JSON.stringify(title), isModule(file, text)).replaceAll(/\bown(?=[A-Z])/g, title);
  return `\n// @ts-ignore\n${test.replaceAll(/\s*\n\s*/g, ' ').trim()}\n`;
}

/** By name, then by what it says: a package.json is not asked, for loaders do not either. */
function isModule(file: string, text: string): boolean {
  if (/\.m[jt]s$/.test(file)) return true;
  if (/\.c[jt]s$/.test(file)) return false;
  return /^\s*(import\b(?!\s*\()|export\b)/m.test(text);
}
