import { test } from 'vitest';
import { verifyCycles } from './verify-cycles.ts';

test('oxlint finds the same files of rxjs on cycles', () => verifyCycles('rxjs', { value: 10, all: 16, knots: 4 }));
