import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openArchitecture } from '#architecture';
import { treeOf, write } from './trees.ts';

test('a tree that was followed through changes equals one read anew', async () => {
  const folder = await treeOf('parcel-service');
  const architecture = await openArchitecture(folder);
  await write(folder, { 'src/domain/tax.ts': "import './price.js';\n", 'src/http/format-money.ts': 'export const cents = 100;\n' });
  await rm(join(folder, 'src/main.ts'));
  await architecture.update(['src/domain/tax.ts', 'src/http/format-money.ts', 'src/main.ts']);
  expect(await architecture.selfCheck()).toEqual({ differences: [] });
});

test('a deletion that was forgotten is found in the edges and in every number that counts files', async () => {
  const folder = await treeOf('parcel-service');
  const architecture = await openArchitecture(folder);
  await rm(join(folder, 'src/main.ts'));
  const { differences } = await architecture.selfCheck();
  expect(differences).toEqual(
    expect.arrayContaining([
      "imports: only in the tree that was followed: src/main.ts:1 './http/server.js' -> src/http/server.ts (1)",
      'files: only in the tree that was followed: "production" = 6',
      'edges: only in the tree read anew: "value" = 4',
      'modules: only in the tree that was followed: {"name":"src/*","package":".","files":1}',
    ]),
  );
});

test('files that the caller did not name are not missed', async () => {
  const folder = await treeOf('parcel-service');
  const files = ['src/domain/parcel.ts', 'src/domain/price.ts', 'package.json'];
  const architecture = await openArchitecture(folder, { files });
  expect(architecture.snapshot().sources.map(([path]) => path)).toEqual(files.slice(0, 2));
  expect(await architecture.selfCheck()).toEqual({ differences: [] });
});
