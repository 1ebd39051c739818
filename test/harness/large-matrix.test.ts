/** The matrix of a very large trial fits into little memory. */
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';

test('100,000 tests at 50 trees, in 200 MiB of heap', async () => {
  const { stdout } = await execa(process.execPath, ['--max-old-space-size=200', join(import.meta.dirname, 'large-matrix-entry.ts')]);
  // 10,000 tests are broken at every tree where (n + tree) is a multiple of 7; only breakages of the last tree are not healed.
  const broken = (tree: number) => Array.from({ length: 10_000 }, (_, n) => n).filter((n) => (n + tree) % 7 === 0).length;
  const perTree = Array.from({ length: 50 }, (_, tree) => broken(tree));
  const breakages = perTree.reduce((sum, count) => sum + count, 0);
  expect(JSON.parse(stdout)).toEqual({ tests: 100_000, breakages, healed: breakages - (perTree.at(-1) ?? 0) });
});
