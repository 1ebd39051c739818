/** A database is brought to this version once, however many ask at the same time. */
import { expect, test } from 'vitest';
import { parcelRun } from './records.ts';
import { sharedServer } from './shared-server.ts';

const server = sharedServer();

test('8 stores that open an empty database at once all work', async () => {
  for (let round = 0; round < 3; round++) {
    await server.query('drop schema if exists longhaul cascade');
    const stores = await Promise.all(Array.from({ length: 8 }, () => server.open()));
    const run = parcelRun('many');
    await Promise.all(stores.map((store) => store.createRun(run)));
    expect(await stores[0]?.listRuns(10)).toHaveLength(1);
    await Promise.all(stores.map((store) => store.close()));
  }
});

test('E_DATABASE_NEWER when a newer version has been here', async () => {
  const store = await server.open();
  await store.close();
  const [table] = await server.query(
    "select table_name from information_schema.tables where table_schema = 'longhaul' and table_name like '%migration%' and table_name not like '%lock'",
  );
  await server.query(`insert into longhaul.${table?.table_name} values ('9999-from-the-future', '2030-01-01')`);
  await expect(server.open()).rejects.toMatchObject({ code: 'E_DATABASE_NEWER', message: expect.stringContaining('9999-from-the-future') });
});
