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

test('many large changes: as many as fit are taken, once and for all, and a patch beyond all measure is refused', async () => {
  const names = ['a.bin', 'b.bin', 'c.bin', 'd.bin'];
  const attic = await workshop.repository({ files: Object.fromEntries(names.map((name) => [name, randomBytes(60 * 1024 * 1024)])) });
  await using workspace = await workshop.open(attic);
  const base = attic.commits[0] as CommitSha;
  await workspace.exec(['bash', '-c', `for name in ${names.join(' ')} e.bin; do head -c 60M /dev/urandom >$name; done`]);
  const frozen = await workspace.freeze(base);
  expect(frozen.leftOut).toEqual(['e.bin']);
  expect(await workspace.freeze(base)).toEqual(frozen);
  // Old content and new, both incompressible.
  expect(await refusal(workspace.diff(base, frozen.commit))).toMatchObject({ code: 'E_SUBMISSION_TOO_LARGE', retryable: false });
});

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
