import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { openArchitecture } from '#architecture';
import { treeOf, write } from './trees.ts';

const SERVICE = 'parcel-service';

test('with a cache, cold, warm and shared, a tree is what it is without', async () => {
  const cache = join(await treeOf(), 'made/when/needed');
  const [folder, elsewhere] = [await treeOf(SERVICE), await treeOf(SERVICE)];
  const without = (await openArchitecture(folder)).snapshot();
  const shared = await Promise.all([folder, elsewhere, folder].map((each) => openArchitecture(each, { cache })));
  const warm = await openArchitecture(elsewhere, { cache });
  for (const each of [...shared, warm]) {
    expect(each.cacheTrouble).toBeUndefined();
    expect(each.snapshot()).toEqual(without);
  }
});

test('one content under two extensions is two things', async () => {
  const text = "/** @type {import('./box').Box} */\nexport const box = {};\n";
  const folder = await write(await treeOf(), { 'src/box.ts': 'export interface Box {}\n', 'src/a.ts': text, 'src/b.js': text });
  const cache = await treeOf();
  for (const run of ['cold', 'warm']) {
    const { edges } = (await openArchitecture(folder, { cache })).snapshot();
    expect(edges, run).toEqual({ value: 0, type: 1 });
  }
});

test('what is remembered is not read again, unless the record is damaged', async () => {
  const folder = await treeOf(SERVICE);
  const cache = await treeOf();
  const { edges } = (await openArchitecture(folder, { cache })).snapshot();
  const content = createHash('sha256')
    .update(await readFile(join(folder, 'src/main.ts')))
    .digest('hex');
  const body = JSON.stringify({ imports: [], exports: [], syntaxError: false });
  const set = async (sum: number) => {
    const database = await databaseIn(cache);
    expect(database.prepare('UPDATE facts SET body = ?, sum = ? WHERE key = ?').run(body, sum, `links .ts ${content}`).changes).toBe(1);
    database.close();
  };

  await set(crc32(body));
  const remembered = await openArchitecture(folder, { cache });
  expect(remembered.snapshot().edges).toEqual({ ...edges, value: edges.value - 1 });
  await set(crc32(body) + 1);
  expect((await openArchitecture(folder, { cache })).snapshot().edges).toEqual(edges);
});

test('a cache that is damaged is begun anew', async () => {
  const folder = await treeOf(SERVICE);
  const cache = await treeOf();
  const sound = (await openArchitecture(folder, { cache })).snapshot();
  const [name = ''] = await readdir(cache);
  await writeFile(
    join(cache, name),
    'a shopping list, say, and long enough to be taken for something: milk, bread, butter, eggs, and so on and so forth',
  );
  const again = await openArchitecture(folder, { cache });
  expect(again.cacheTrouble).toBeUndefined();
  expect(again.snapshot()).toEqual(sound);
  const database = await databaseIn(cache);
  expect(database.prepare('SELECT count(*) AS count FROM facts').get()).not.toEqual({ count: 0 });
  database.close();
});

test('a cache that is locked or cannot be made is done without, and that is said', async () => {
  const folder = await treeOf(SERVICE);
  const { edges } = (await openArchitecture(folder)).snapshot();
  const blocked = await write(await treeOf(), { file: '' });
  const nowhere = await openArchitecture(folder, { cache: join(blocked, 'file') });
  expect(nowhere.cacheTrouble).toMatch(/EEXIST|ENOTDIR/);
  expect(nowhere.snapshot().edges).toEqual(edges);

  const cache = await treeOf();
  await openArchitecture(await treeOf('depot-workspaces'), { cache });
  const database = await databaseIn(cache);
  database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  const waiting = await openArchitecture(folder, { cache });
  database.close();
  expect(waiting.cacheTrouble).toMatch(/locked/);
  expect(waiting.snapshot().edges).toEqual(edges);
});

async function databaseIn(cache: string): Promise<DatabaseSync> {
  const name = (await readdir(cache)).find((each) => each.endsWith('.db')) ?? '';
  return new DatabaseSync(join(cache, name));
}
