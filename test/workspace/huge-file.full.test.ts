/** A file of 200 MB goes in and comes out; a change of it is too large for a submission. */
import { createHash, randomBytes } from 'node:crypto';
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CommitSha } from '#contracts';
import { refusal, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();

test('200 MB', async () => {
  const bytes = Buffer.concat(Array.from({ length: 200 }, () => randomBytes(1024 * 1024)));
  const store = await workshop.repository({ files: { 'store.bin': bytes } });
  await using workspace = await workshop.open(store);
  const path = join(workspace.folder, 'store.bin');
  expect(digest(await readFile(path))).toBe(digest(bytes));
  expect(await refusal(workspace.readFile('store.bin'))).toMatchObject({
    code: 'E_WORKSPACE_PATH',
    message: expect.stringContaining('too large'),
  });
  await appendFile(path, 'x');
  const base = store.commits[0] as CommitSha;
  const frozen = await workspace.freeze(base);
  expect(frozen).toMatchObject({ tree: workspace.start.tree, leftOut: ['store.bin'] });
});

test('many large changes: as many as fit are taken, once and for all', async () => {
  const attic = await workshop.repository({ files: { 'door.txt': 'closed\n' } });
  await using workspace = await workshop.open(attic);
  const base = attic.commits[0] as CommitSha;
  await workspace.exec(['truncate', '-s', '60M', 'a.bin', 'b.bin', 'c.bin', 'd.bin', 'e.bin']);
  const frozen = await workspace.freeze(base);
  expect(frozen.leftOut).toEqual(['e.bin']);
  expect(await workspace.freeze(base)).toEqual(frozen);
  await workspace.exec(['rm', 'a.bin']);
  expect((await workspace.freeze(base)).leftOut).toEqual([]);
});

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
