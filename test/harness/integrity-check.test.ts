/** The verdict of integrity, made in a process that a hostile text may bring down. */
import { expect, test } from 'vitest';
import { checkIntegrity } from '#harness';

const signal = new AbortController().signal;

test('passes when nothing bends the evidence, with what was looked at', async () => {
  const files = [{ path: 'src/tide.ts', before: 'export const tide = 1;', after: 'export const tide = 2;' }];
  expect(await checkIntegrity({ files }, { signal })).toMatchObject({
    status: 'passed',
    evidence: { summary: 'nothing bends the evidence', facts: { files: 1, gates: 0, warnings: 0, records: 0, unread: 0 } },
    findings: [],
  });
});

test('fails by a gate, also beside a file that cannot be read', async () => {
  const files = [
    { path: '.npmrc', before: null, after: 'node-options=--require ./a.js' },
    { path: 'src/a.ts', before: null, after: 'let {' },
  ];
  expect(await checkIntegrity({ files }, { signal })).toMatchObject({ status: 'failed', evidence: { facts: { gates: 1, unread: 1 } } });
});

test('is not made when a new text cannot be read, and that is the doing of whoever wrote it', async () => {
  const files = [{ path: 'src/a.ts', before: null, after: 'let {' }];
  expect(await checkIntegrity({ files }, { signal })).toEqual({
    status: 'unscored',
    reason: 'src/a.ts could not be read (not JavaScript or TypeScript by its grammar)',
    fault: 'agent',
  });
});

test('survives a text that brings the native parser down', async () => {
  const files = [{ path: 'src/a.ts', before: null, after: `if (a) {}${' else if (a) {}'.repeat(60_000)}` }];
  expect(await checkIntegrity({ files }, { signal })).toMatchObject({
    status: 'unscored',
    reason: expect.stringMatching(/ended with SIG/),
    fault: 'agent',
  });
});

test('is nobody’s doing where the human change brings the reader down by itself', async () => {
  const reference = [{ path: 'src/b.ts', before: null, after: `if (a) {}${' else if (a) {}'.repeat(60_000)}` }];
  const files = [{ path: 'src/a.ts', before: null, after: 'let a;' }];
  expect(await checkIntegrity({ files, reference }, { signal })).toMatchObject({
    status: 'unscored',
    reason: expect.stringMatching(/^the human change: .*ended with SIG/),
    fault: 'environment',
  });
  const [both] = reference;
  const worse = both ? [...files, both] : files;
  expect(await checkIntegrity({ files: worse, reference: files }, { signal })).toMatchObject({ status: 'unscored', fault: 'agent' });
});

test('does not wait for ever', async () => {
  const files = [{ path: 'src/a.ts', before: null, after: 'let a;' }];
  expect(await checkIntegrity({ files }, { signal, timeoutMs: 1 })).toMatchObject({ status: 'unscored', fault: 'agent' });
});

test('ends with its caller', async () => {
  const stopped = AbortSignal.abort(new Error('the trial is over'));
  await expect(checkIntegrity({ files: [] }, { signal: stopped })).rejects.toThrow('the trial is over');
});
