/** An artifact is what its name says, or it is missing. */
import { createHash } from 'node:crypto';
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ContentHash } from '#contracts';
import { openStoreReader } from '#store/read';
import { sharedServer } from './shared-server.ts';

const server = sharedServer();
const labels = 'Parcel 7, fragile\n'.repeat(1_000);

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

test('the same content, written at the same time and again, is one compressed file', async () => {
  const artifactsFolder = join(server.stateFolder, 'once');
  const { artifacts } = await server.open({ artifactsFolder });
  const hashes = await Promise.all(Array.from({ length: 8 }, () => artifacts.putText(labels)));
  hashes.push(await artifacts.putBytes(Buffer.from(labels)));
  expect(new Set(hashes)).toEqual(new Set([createHash('sha256').update(labels).digest('hex')]));
  const [file, ...others] = files(artifactsFolder);
  expect(others).toEqual([]);
  expect(statSync(file ?? '').size).toBeLessThan(labels.length / 10);
  await using reader = await openStoreReader({ connectionString: server.connectionString, artifactsFolder });
  expect(await reader.artifacts.getText(ContentHash.parse(hashes[0]))).toBe(labels);
});

test('the empty one', async () => {
  const { artifacts } = await server.open();
  expect(await artifacts.getText(await artifacts.putText(''))).toBe('');
});

test('E_ARTIFACT_MISSING when it is lost, cut off, or another one lies in its place', async () => {
  const artifactsFolder = join(server.stateFolder, 'damage');
  const { artifacts } = await server.open({ artifactsFolder });
  const hash = await artifacts.putText(labels);
  const [file = ''] = files(artifactsFolder);
  const missing = { code: 'E_ARTIFACT_MISSING', message: expect.stringContaining(hash) };
  writeFileSync(file, 'Parcel 8');
  await expect(artifacts.getText(hash)).rejects.toMatchObject(missing);
  rmSync(file);
  await expect(artifacts.getBytes(hash)).rejects.toMatchObject(missing);
  await artifacts.putText('another');
  const [other = ''] = files(artifactsFolder);
  await artifacts.putText(labels);
  writeFileSync(file, await import('node:fs').then(({ readFileSync }) => readFileSync(other)));
  await expect(artifacts.getText(hash)).rejects.toMatchObject(missing);
});
