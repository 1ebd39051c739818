/** The script format: what is accepted, and how a mistake is named. */

import { expect, test } from 'vitest';
import { parseModelScript } from '#agent';
import { LonghaulError } from '#contracts';

const SCRIPT = {
  schemaVersion: 1,
  model: 'scripted',
  price: { inputPerMillionUsd: 0.3, outputPerMillionUsd: 1.2 },
  milestones: { 'add-labels': [{ content: 'Done.', toolCalls: [{ name: 'submit', arguments: { summary: 'done' } }] }] },
};

function refusal(text: string): string {
  try {
    parseModelScript(text, 'demo.json');
  } catch (error) {
    if (error instanceof LonghaulError) return `${error.code} ${error.message}`;
    throw error;
  }
  throw new Error('The script was accepted.');
}

test('a script comes back as it was written', () => {
  expect(parseModelScript(JSON.stringify(SCRIPT), 'demo.json')).toEqual(SCRIPT);
});

test('a turn may have words only, or calls only', () => {
  const script = parseModelScript(JSON.stringify({ ...SCRIPT, milestones: { a: [{ content: 'Hm.' }, { toolCalls: [] }] } }), 'demo.json');
  expect(script.milestones.a).toEqual([
    { content: 'Hm.', toolCalls: [] },
    { content: '', toolCalls: [] },
  ]);
});

test.each([
  ['not JSON', '{', /^E_SCRIPT_MALFORMED demo\.json is not JSON: /],
  [
    'a missing field',
    JSON.stringify({ ...SCRIPT, price: { inputPerMillionUsd: 1 } }),
    /demo\.json: price\.outputPerMillionUsd: is missing/,
  ],
  ['an unknown key', JSON.stringify({ ...SCRIPT, temperature: 1 }), /demo\.json: Unrecognized key: "temperature"/],
  [
    'a call without arguments',
    JSON.stringify({ ...SCRIPT, milestones: { 'add-labels': [{ toolCalls: [{ name: 'submit' }] }] } }),
    /demo\.json: milestones\["add-labels"\]\[0\]\.toolCalls\[0\]\.arguments: /,
  ],
  ['a milestone without turns', JSON.stringify({ ...SCRIPT, milestones: { a: [] } }), /demo\.json: milestones\.a: /],
  ['a milestone name nobody can have', JSON.stringify({ ...SCRIPT, milestones: { 'No Slug': [{}] } }), /demo\.json: milestones/],
  ['another version', JSON.stringify({ ...SCRIPT, schemaVersion: 2 }), /demo\.json: schemaVersion: /],
])('%s is refused by name', (_, text, message) => {
  expect(refusal(text)).toMatch(message);
});
