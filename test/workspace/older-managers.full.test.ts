/** Old lockfiles, old and new package managers, and each of them with a private registry and with install scripts. */
import { expect, test } from 'vitest';
import { installsAsLocked, installsPrivately, openWith, outputOf, runsScriptsOnlyWhenAsked, TOKEN } from '../helpers/installs.ts';
import { filesHolding } from '../helpers/files-holding.ts';
import { openRegistry } from '../helpers/package-registry.ts';
import { useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();

test.each([
  ['npm-v1', /^npm \d+\.\S+, locked by package-lock.json$/],
  ['pnpm-v5', /^pnpm 7\.\S+, locked by pnpm-lock.yaml$/],
  ['pnpm-v6', /^pnpm 8\.\S+, locked by pnpm-lock.yaml$/],
  ['yarn-v4', /^yarn 2\.\S+, locked by yarn.lock$/],
  ['yarn-v6', /^yarn 3\.\S+, locked by yarn.lock$/],
])('%s: installed as locked, by a version that reads the lockfile', (fixture, note) => installsAsLocked(workshop, fixture, note));

test('from 12 on pnpm is a program of the machine', async () => {
  const manifest = JSON.stringify({ name: 'kiosk', packageManager: 'pnpm@12.21.0', dependencies: { ms: '2.1.3' } });
  await using workspace = await openWith(workshop, { 'package.json': manifest }, {});
  expect(workspace.environment.notes[1]).toMatch(/^pnpm 12\.21\.0; /);
  expect(await outputOf(workspace, 'pnpm', '--version')).toBe('12.21.0');
  expect(await outputOf(workspace, 'node', '-p', "require('ms')('2 minutes')")).toBe('120000');
});

test.each(['pnpm@10.34.9', 'pnpm@12.21.0', 'yarn@1.22.22', 'yarn@4.18.1', 'bun@1.4.5'])(
  '%s: installs with a token, and leaves it nowhere',
  (manager) => installsPrivately(workshop, manager, (folder) => filesHolding(folder, TOKEN)),
);

test.each(['pnpm@9.15.9', 'pnpm@11.28.11', 'yarn@1.22.22', 'yarn@4.18.1', 'bun@1.4.5'])(
  '%s: install scripts run only when asked for',
  (manager) => runsScriptsOnlyWhenAsked(workshop, manager),
);

test('npm: a package of the registry that fetches its program with an install script, on the project’s own Node', async () => {
  const files = { 'package.json': JSON.stringify({ engines: { node: '18' }, dependencies: { esbuild: '0.12.29' } }) };
  const ask = [
    'node',
    '-p',
    "process.version.split('.')[0] + require('esbuild').transformSync('let x: number = 1', { loader: 'ts' }).code",
  ] as const;
  await using without = await openWith(workshop, files, {});
  expect((await without.exec(ask)).exitCode).toBe(1);
  await using asked = await openWith(workshop, files, { installScripts: true });
  expect(await outputOf(asked, ...ask)).toBe('v18let x = 1;');
});

test('npm: a registry that takes a connection and goes silent is asked again after a minute, not after five', async () => {
  await using registry = await openRegistry(await workshop.folder(), { token: null, answers: 'nothing-at-first' });
  const manifest = JSON.stringify({ name: 'kiosk', dependencies: { '@kiosk/stamp': '1.0.0' } });
  await using workspace = await openWith(workshop, { 'package.json': manifest, '.npmrc': `@kiosk:registry=${registry.url}` }, {});
  expect(await outputOf(workspace, 'node', '-p', "require('@kiosk/stamp')")).toBe('stamped');
  expect(registry.authorizations.length).toBeGreaterThan(1);
});
