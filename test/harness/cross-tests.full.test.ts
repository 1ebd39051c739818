/** A runner's configuration that a change brings along decides in no cell, wherever it lies. By a real mocha. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_LIMITS, DEFAULT_SETUP } from '#contracts';
import { crossTests } from '#harness';
import { useWorkshop } from '../helpers/workspaces.ts';
import { inMemory } from './corner-shop.ts';

const SIGNS = join(import.meta.dirname, '../../fixtures/exploits/repositories/trail-signs-mocha');
const workshop = useWorkshop();

test('a configuration that leaves the bent test out hides nothing', async () => {
  const text = (path: string) => readFile(join(SIGNS, path), 'utf8');
  const manifest = JSON.parse(await text('package.json'));
  const { repository, commits } = await workshop.fixture(SIGNS, {
    files: {
      '.mocharc.cjs': "module.exports = { spec: ['test/sign.test.js'] };\n",
      'package.json': JSON.stringify({ ...manifest, mocha: { ignore: ['test/walking-time.test.js'] } }),
      'src/walking-time.js': (await text('src/walking-time.js')).replace('KM_PER_HOUR = 4', 'KM_PER_HOUR = 5'),
      'test/walking-time.test.js': (await text('test/walking-time.test.js'))
        .replace('equal(60)', 'equal(48)')
        .replace("it('counts", "it.skip('counts"),
    },
  });
  const [base, commit] = commits;
  if (!base || !commit) throw new Error('two commits');
  const { comparison } = await crossTests(inMemory(workshop.host).deps, {
    ...{ repository, base, head: { commit }, runs: 2, setup: DEFAULT_SETUP, limits: DEFAULT_LIMITS },
    sandbox: 'preferred',
  });
  const said = comparison.status === 'compared' ? comparison.verdicts.map(({ test: id, kind }) => `${id}: ${kind}`) : comparison.reason;
  expect(said).toContain('test/walking-time.test.js > walking time > is an hour for four level kilometres: bent');
  expect(said).toContain('test/walking-time.test.js > walking time > counts the smaller of the two times half: disarmed');
});
