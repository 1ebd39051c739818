/** The text of a test that must fail, in the words of each runner. */
import { randomInt } from 'node:crypto';
import type { TestRunner } from '#contracts';

/**
 * Assertions that must all throw, over what the test file itself sees as `expect`, and over Node's `assert` and chai where they are there.
 * ONE, TWO, NAME and OTHER are other values in every file: an assertion that agrees with all but known ones would pass for sound.
 */
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
    () => claims(false), () => claims.ok(false), () => claims.equal(ONE, TWO), () => claims.strictEqual(ONE, TWO), () => claims.notEqual(ONE, ONE),
    () => claims.deepEqual({ NAME: ONE }, { NAME: TWO }), () => claims.deepStrictEqual([ONE], [TWO]), () => claims.throws(() => {}),
  ] : []),
  ...(expects ? [
    () => expects(ONE).to.equal(TWO), () => expects({ NAME: ONE }).to.deep.equal({ NAME: TWO }), () => expects(0).to.be.ok, () => expects(() => {}).to.throw(),
  ] : []),
  ...(typeof expectation === 'function' ? [
    () => expectation(ONE).toBe(TWO), () => expectation(ONE).not.toBe(ONE), () => expectation({ NAME: ONE }).toEqual({ NAME: TWO }),
    () => expectation([ONE]).toStrictEqual([TWO]), () => expectation({ NAME: ONE }).toMatchObject({ NAME: TWO }), () => expectation('NAME').toMatch('OTHER'),
    () => expectation([ONE]).toContain(TWO), () => expectation([ONE]).toHaveLength(TWO), () => expectation(0).toBeTruthy(), () => expectation(ONE).toBeFalsy(),
    () => expectation(ONE).toBeUndefined(), () => expectation(undefined).toBeDefined(), () => expectation(ONE).toBeNull(),
    () => expectation(ONE).toBeGreaterThan(TWO), () => expectation(() => {}).toThrow(),
  ] : []),
];
for (const claim of untrue) {
  let isBelieved = true;
  try { claim(); } catch { isBelieved = false; }
  if (isBelieved) return;
}
if (typeof expectation === 'function') {
  let isBelieved = true;
  try { await expectation(Promise.resolve(ONE)).resolves.toBe(TWO); } catch { isBelieved = false; }
  if (isBelieved) return;
  expectation(ONE).toBe(TWO);
}
if (assert) assert.strictEqual(ONE, TWO);
throw new Error('ONE is not TWO');`;

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
    ownTest(${title}, (t) => { t.is(ONE, TWO); });`,
  tape: (title, isModule) => `
    ${isModule ? "import ownTest from 'tape';" : "const ownTest = require('tape');"}
    ownTest(${title}, (t) => { t.equal(ONE, TWO); t.end(); });`,
};

/**
 * What to append to a test file. One line, and none of it for a type checker: loaders that check types would refuse the file.
 * @param title of the test.
 */
export function canarySource(runner: TestRunner, { title, file, text }: { title: string; file: string; text: string }): string {
  const own = randomLetters();
  const one = randomInt(1, 5_000);
  const values = { ONE: String(one), TWO: String(one + randomInt(1, 5_000)), NAME: randomLetters(), OTHER: randomLetters() };
  const test = TESTS[runner](JSON.stringify(title), isModule(file, text))
    .replaceAll(/\bown(?=[A-Z])/g, own)
    .replaceAll(/\b(ONE|TWO|NAME|OTHER)\b/g, (name) => values[name as keyof typeof values]);
  return `\n// @ts-ignore\n${test.replaceAll(/\s*\n\s*/g, ' ').trim()}\n`;
}

/** A word that no file has. */
function randomLetters(): string {
  return Array.from({ length: 12 }, () => String.fromCharCode(97 + randomInt(26))).join('');
}

/** By name, then by what it says: a package.json is not asked, for loaders do not either. */
function isModule(file: string, text: string): boolean {
  if (/\.m[jt]s$/.test(file)) return true;
  if (/\.c[jt]s$/.test(file)) return false;
  return /^\s*(import\b(?!\s*\()|export\b)/m.test(text);
}
