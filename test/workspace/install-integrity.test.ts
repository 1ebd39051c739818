/** What a lockfile names is what is installed, whatever another repository or a registry would have in its place. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_SETUP } from '#contracts';
import { outputOf } from '../helpers/installs.ts';
import { openRegistry } from '../helpers/package-registry.ts';
import { bothPlaces, refusal, useWorkshop } from '../helpers/workspaces.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/workspace');
const workshop = useWorkshop();
const [place] = bothPlaces;

test.each([
  ['npm', 'package-lock.json', 'sha512-6Flz', 'sha512-7Flz'],
  ['yarn-classic', 'yarn.lock', 'sha512-6Flz', 'sha512-7Flz'],
  ['yarn-v10', 'yarn.lock', '10c0/d924', '10c0/d925'],
  ['bun', 'bun.lock', 'sha512-6Flz', 'sha512-7Flz'],
])(
  '%s: a package that is not the one that was locked is not installed, with the lockfile or without',
  async (manager, lockfile, is, other) => {
    const fixture = join(FIXTURES, `kiosk-${manager}`);
    const text = await readFile(join(fixture, lockfile), 'utf8');
    const origin = await workshop.fixture(fixture, { files: { [lockfile]: text.replace(is, other) } });
    const { code, message } = await refusal(workshop.open(origin, { at: 1, setup: DEFAULT_SETUP, sandbox: place }));
    expect([code, message]).toEqual([
      'E_INSTALL_FAILED',
      expect.stringMatching(/^\w+ \S+ could not install the dependencies, because a package is not the one that the lockfile names:/),
    ]);
  },
);

test('what a hostile lockfile calls a package is no other repository’s package of that name', async () => {
  await using registry = await openRegistry(await workshop.folder(), { token: null });
  const fixture = join(FIXTURES, 'kiosk-bun');
  const text = await readFile(join(fixture, 'bun.lock'), 'utf8');
  const rigged = text.replace(
    /"ms@2\.1\.3", "", \{\}, "[^"]+"/,
    `"ms@2.1.3", "${registry.url}@kiosk/stamp/-/stamp-1.0.0.tgz", {}, "${registry.integrity}"`,
  );
  const manifest = await readFile(join(fixture, 'package.json'), 'utf8');
  const hostile = await workshop.repository({ files: { 'package.json': manifest, 'bun.lock': rigged } }, { files: { 'bun.lock': text } });
  for (const at of [0, 1]) {
    await using workspace = await workshop.open(hostile, { at, setup: DEFAULT_SETUP, sandbox: place });
    expect(await outputOf(workspace, 'node', '-p', "require('ms')")).toBe('stamped');
  }
  await using workspace = await workshop.open(await workshop.fixture(fixture), { setup: DEFAULT_SETUP, sandbox: place });
  expect(await outputOf(workspace, 'node', '-p', "require('ms')('2 minutes')")).toBe('120000');
});
