import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { expect, test } from 'vitest';
import { openArchitecture } from '#architecture';
import { followsEdits } from './edits.ts';
import { treeOf } from './trees.ts';

test('a small workspace follows three hundred random histories', async () => {
  await followsEdits(300);
}, 300_000);

test('a hundred random iterations on the sources of zod: edges and metrics are those of a tree read anew', async () => {
  const folder = await treeOf();
  await cp(join(import.meta.dirname, '../../node_modules/zod/src'), join(folder, 'src'), { recursive: true });
  const architecture = await openArchitecture(folder);
  const random = xoroshiro128plus(5);
  const pick = <Item>(items: readonly Item[]) => items[uniformInt(random, 0, items.length - 1)] as Item;
  for (let iteration = 1; iteration <= 100; iteration++) {
    const paths = architecture.graph.files.flatMap((file) => file?.path ?? []);
    const [path, other] = [pick(paths), pick(paths)];
    const elsewhere = join(dirname(other), `moved-${iteration}.ts`);
    await mkdir(dirname(join(folder, elsewhere)), { recursive: true });
    const edit = pick(['delete', 'move', 'import', 'copy']);
    if (edit === 'delete') await rm(join(folder, path));
    else if (edit === 'move') await rename(join(folder, path), join(folder, elsewhere));
    else {
      const text = await readFile(join(folder, path), 'utf8');
      await writeFile(
        join(folder, edit === 'copy' ? elsewhere : path),
        `${text}\nimport '/${other}';\nimport './${elsewhere.replaceAll('/', '-')}';\n`,
      );
    }
    await architecture.update([path, elsewhere]);
    if (iteration % 25 === 0) expect(await architecture.selfCheck(), `iteration ${iteration}`).toEqual({ differences: [] });
  }
  expect(architecture.snapshot().edges.value).toBeGreaterThan(0);
}, 300_000);
