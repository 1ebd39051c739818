/**
 * SARIF as a code-scanning service takes it in: valid against the published schema, the same on every machine.
 * The schema is the one of docs.oasis-open.org, SARIF 2.1.0 errata 01.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import type { CheckReport } from '#contracts';
import { renderSarif } from '#report';
import { checkReport, finding } from './check-reports.ts';

const ajv = new Ajv.default({ strict: false, allErrors: true });
addFormats.default(ajv);
const isSarif = ajv.compile(JSON.parse(readFileSync(join(import.meta.dirname, 'sarif-2.1.0.schema.json'), 'utf8')));

/** The run of a document that the schema accepts. */
function run(report: CheckReport) {
  const document = JSON.parse(renderSarif(report));
  expect(isSarif(document), JSON.stringify(isSarif.errors, null, 1)).toBe(true);
  return document.runs[0];
}

test('the schema is in force: a document that breaks it is refused', () => {
  const document = JSON.parse(renderSarif(checkReport()));
  document.runs[0].results[0].level = 'gate';
  expect(isSarif(document)).toBe(false);
});

test('a finding becomes a result at its place, with its rule, its proof and its identity', () => {
  const { results, tool, invocations } = run(
    checkReport({ findings: [finding({ human: { tripped: 3, of: 200, low: 0.005, high: 0.043 } })] }),
  );
  expect(results).toHaveLength(1);
  expect(results[0]).toMatchObject({
    ruleId: 'new-cycle',
    ruleIndex: 0,
    level: 'error',
    locations: [{ physicalLocation: { artifactLocation: { uri: 'src/oven.ts', uriBaseId: '%SRCROOT%' }, region: { startLine: 3 } } }],
    relatedLocations: [{ physicalLocation: { artifactLocation: { uri: 'src/flour.ts' } } }],
    properties: { identity: 'new-cycle:0123456789abcdef', humanCommits: 200, humanCommitsTripped: 3 },
  });
  expect(results[0].message.text).toContain('src/oven.ts -> src/flour.ts -> src/oven.ts');
  expect(tool.driver.rules[0]).toMatchObject({ id: 'new-cycle', name: 'NewCycle' });
  expect(tool.driver.rules[0].help.text).toContain('What to do: Move what both sides need');
  expect(invocations[0].executionSuccessful).toBe(true);
});

test('the fingerprint follows the identity, not the line', () => {
  const fingerprint = (changes: Parameters<typeof finding>[0]) =>
    run(checkReport({ findings: [finding(changes)] })).results[0].partialFingerprints;
  expect(fingerprint({ place: { path: 'src/oven.ts', line: 90 } })).toEqual(fingerprint({}));
  expect(fingerprint({ id: 'new-cycle:fedcba9876543210' })).not.toEqual(fingerprint({}));
});

test.for([
  ['gate', 'error'],
  ['warn', 'warning'],
  ['record', 'note'],
] as const)('%s is %s', ([severity, level]) => {
  expect(run(checkReport({ findings: [finding({ severity })] })).results[0].level).toBe(level);
});

test('names of any kind are relative addresses that a reader decodes to the same name', () => {
  const path = 'src/brötchen & co/100% #1/ofen?.ts';
  const { uri } = run(checkReport({ findings: [finding({ place: { path } })] })).results[0].locations[0].physicalLocation.artifactLocation;
  expect(uri).not.toMatch(/[ #?]|%(?![0-9A-F]{2})/);
  expect(decodeURIComponent(uri)).toBe(path);
  expect(new URL(uri, 'https://example.invalid/bakery/').href).toBe(`https://example.invalid/bakery/${uri}`);
});

test('a rule that is not in the list, and one named like a property of every object, are described like others', () => {
  const findings = ['flour-is-not-ordered/by-the-oven', 'constructor'].map((rule) => finding({ id: rule, rule }));
  const { rules } = run(checkReport({ findings })).tool.driver;
  expect(rules.map(({ id }: { id: string }) => id)).toEqual(['constructor', 'flour-is-not-ordered/by-the-oven']);
  expect(rules[0].fullDescription.text).toContain('newer version');
});

test('an unscored check did not succeed, and says why; what was not read is a notification', () => {
  const { invocations } = run(
    checkReport({
      verdict: 'unscored',
      reason: 'The ovens are out.',
      findings: [],
      unread: [{ path: 'eslint.config.js', tool: 'eslint', reason: 'no sandbox' }],
      notes: ['A tsconfig extends what is not installed.'],
    }),
  );
  expect(invocations[0].executionSuccessful).toBe(false);
  expect(invocations[0].toolExecutionNotifications.map(({ message }: { message: { text: string } }) => message.text)).toEqual([
    'The ovens are out.',
    'eslint.config.js was not read: no sandbox',
    'A tsconfig extends what is not installed.',
  ]);
});

test('no more results than a service shows, the most severe first, and the rest is counted', () => {
  const many = Array.from({ length: 5_200 }, (_, index) => finding({ id: `new-clone:${index}`, rule: 'new-clone', severity: 'warn' }));
  const { results, invocations } = run(checkReport({ findings: [finding(), ...many] }));
  expect(results).toHaveLength(5_000);
  expect(results[0].level).toBe('error');
  expect(JSON.stringify(invocations)).toContain('201 further findings are left out');
});
