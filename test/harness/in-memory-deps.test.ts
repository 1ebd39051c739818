/** A memo in memory keeps what a memo in a database keeps. */
import { expect, test } from 'vitest';
import { z } from 'zod';
import { inMemoryDeps } from '#harness';
import { refusal } from '../helpers/workspaces.ts';

const around = { host: { environment: {}, cacheFolder: '/nonexistent' }, signal: new AbortController().signal, emit: () => {} };

test('of those who ask at the same time one computes, and everybody gets an answer of his own', async () => {
  const { remember } = inMemoryDeps(around);
  const count = counter();
  const ask = () => remember('tides', z.array(z.number()), count.next);
  const answers = await Promise.all([ask(), ask(), ask()]);
  answers[0]?.push(99);
  expect([...answers.slice(1), await ask()]).toEqual([[1], [1], [1]]);
});

test('what is not worth keeping, or failed, is computed anew by the next one', async () => {
  const { remember } = inMemoryDeps(around);
  const count = counter();
  const ask = (compute: () => Promise<number[]>) => remember('tides', z.array(z.number()), compute, ([first]) => first !== 1);
  const failing = () => Promise.reject(new Error('the gauge is broken'));
  const asked = await Promise.allSettled([ask(failing), ask(count.next), ask(count.next), ask(count.next)]);
  expect(asked.map((each) => (each.status === 'fulfilled' ? each.value : String(each.reason)))).toEqual([
    'Error: the gauge is broken',
    [1],
    [2],
    [2],
  ]);
});

test('what was computed before is given in and can be looked at', async () => {
  const memos = new Map([['tides', '[7]']]);
  const { remember } = inMemoryDeps(around, memos);
  expect(await remember('tides', z.array(z.number()), counter().next)).toEqual([7]);
  await remember('winds', z.array(z.number()), counter().next);
  expect([...memos]).toEqual([
    ['tides', '[7]'],
    ['winds', '[1]'],
  ]);
});

test('documents come back by their hash, and an unknown one is an error', async () => {
  const { keepText, keepBytes, readText, readBytes } = inMemoryDeps(around);
  const hash = await keepText('high water at noon');
  expect(await readText(hash)).toBe('high water at noon');
  expect(await readBytes(await keepBytes(Uint8Array.of(0, 255)))).toEqual(Uint8Array.of(0, 255));
  const { readText: readElsewhere } = inMemoryDeps(around);
  expect(await refusal(readElsewhere(hash))).toMatchObject({ code: 'E_ARTIFACT_MISSING' });
});

/** Takes a moment, so that others ask meanwhile. */
function counter() {
  let calls = 0;
  return {
    async next() {
      calls += 1;
      const call = calls;
      await Promise.resolve();
      return [call];
    },
  };
}
