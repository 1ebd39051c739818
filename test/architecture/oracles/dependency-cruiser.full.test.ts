import { test } from 'vitest';
import type { CodeBase } from './code-bases.ts';
import { type Agreement, verifyAgreement } from './compare-with-cruiser.ts';

const OWN_NAME = 'a package of the tree by its name, or an alias';
const TYPES = 'only types are taken, without the word `type`';
const PASSED_ON = 'several statements about one file';
const LOCATED = 'a file that is located by `new URL(..., import.meta.url)`';
const DECLARATION = 'a declaration, which runs nothing';

const LARGER: [CodeBase, Agreement][] = [
  ['zod', { files: 332, edges: 728, explained: { [PASSED_ON]: 10, [OWN_NAME]: 188, [LOCATED]: 1 } }],
  ['openai', { files: 456, edges: 1996, explained: { [PASSED_ON]: 10, [TYPES]: 124, [DECLARATION]: 1 } }],
  ['effect', { files: 572, edges: 5659, explained: { [PASSED_ON]: 8, [OWN_NAME]: 5 } }],
  ['@reduxjs/toolkit', { files: 106, edges: 412, explained: { [PASSED_ON]: 5, [OWN_NAME]: 30 } }],
  ['core-js', { files: 3729, edges: 9847, explained: {} }],
];

test.each(LARGER)('dependency-cruiser sees the same graph of %s', verifyAgreement, 300_000);
