import { expect, test } from 'vitest';
import { openArchitecture } from '#architecture';
import { treeOf, write } from './trees.ts';

test('a chain of 20,000 imports in a ring is one cycle, and timers run meanwhile', async () => {
  const count = 20_000;
  const folder = await treeOf();
  const files = Array.from({ length: count }, (_, index) => [`src/link-${index}.ts`, `import './link-${(index + 1) % count}.js';\n`]);
  await write(folder, Object.fromEntries(files));
  let turns = 0;
  const timer = setInterval(() => turns++, 10);
  const { cycles } = (await openArchitecture(folder)).snapshot();
  clearInterval(timer);
  expect(cycles.map((cycle) => cycle.files.length)).toEqual([count]);
  expect(turns).toBeGreaterThan(20);
});
