import { test } from 'vitest';
import { verifyAgreement } from './compare-with-cruiser.ts';

test('dependency-cruiser sees the same graph of rxjs', () =>
  verifyAgreement('rxjs', { files: 252, edges: 1215, explained: { 'only types are taken, without the word `type`': 197 } }));

test('dependency-cruiser sees the same graph of @trpc/server', () =>
  verifyAgreement('@trpc/server', {
    files: 84,
    edges: 276,
    explained: { 'a file of a package of the tree that it does not export': 1, 'several statements about one file': 1 },
  }));
