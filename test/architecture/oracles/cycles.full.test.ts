import { test } from 'vitest';
import type { CodeBase } from './code-bases.ts';
import { type CycleCounts, verifyCycles } from './verify-cycles.ts';

const LARGER: [CodeBase, CycleCounts][] = [
  ['@trpc/server', { value: 0, all: 20, knots: 1 }],
  ['zod', { value: 2, all: 87, knots: 2 }],
  ['openai', { value: 73, all: 243, knots: 5 }],
  ['effect', { value: 0, all: 275, knots: 28 }],
  ['@reduxjs/toolkit', { value: 0, all: 42, knots: 7 }],
  ['core-js', { value: 0, all: 0, knots: 0 }],
];

test.each(LARGER)('oxlint finds the same files of %s on cycles', verifyCycles, 300_000);
