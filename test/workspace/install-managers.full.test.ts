/** Every package manager, from the real registry: which one installs, in which version, and what it may heed. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SETUP } from '#contracts';
import { installsAsLocked, outputOf } from '../helpers/installs.ts';
import { bothPlaces, refusal, useWorkshop } from '../helpers/workspaces.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/workspace');
const [place] = bothPlaces;
const workshop = useWorkshop();
const open = async (files: Record<string, string>) =>
  workshop.open(await workshop.repository({ files }), { setup: DEFAULT_SETUP, sandbox: place });
const KIOSK = { name: 'kiosk', private: true, dependencies: { ms: '2.1.3' } };

test.each([
  ['npm', /^npm \d+\.\S+, locked by package-lock.json$/],
  ['pnpm', /^pnpm 10\.\S+, locked by pnpm-lock.yaml$/],
  ['yarn-classic', /^yarn 1\.\S+, locked by yarn.lock$/],
  ['yarn-v10', /^yarn 4\.\S+, locked by yarn.lock$/],
  ['bun', /^bun 1\.\S+, locked by bun.lock$/],
])('%s: installed as locked, by a version that reads the lockfile', (fixture, note) => installsAsLocked(workshop, fixture, note));

describe('the manager’s own scripts run on the PATH of the project', () => {
  test.each(['npm', 'pnpm', 'yarn-classic', 'yarn-v10', 'bun'])('%s', async (fixture) => {
    const manifest = JSON.stringify({ ...KIOSK, scripts: { minutes: "node -p \"require('ms')('2 minutes')\"" } });
    const origin = await workshop.fixture(join(FIXTURES, `kiosk-${fixture}`), { files: { 'package.json': manifest } });
    await using workspace = await workshop.open(origin, { at: 1, setup: DEFAULT_SETUP, sandbox: place });
    const manager = fixture.replace(/-.*/, '');
    expect(await outputOf(workspace, manager, 'run', 'minutes')).toMatch(/^120000$/m);
  });
});

describe('the version that package.json names', () => {
  test('is the one used', async () => {
    await using workspace = await open({ 'package.json': JSON.stringify({ ...KIOSK, packageManager: 'pnpm@9.15.4+sha512.0' }) });
    expect(workspace.environment.notes[1]).toBe('pnpm 9.15.4; no lockfile, so versions are those of the day it was first installed here');
  });

  test('is replaced by the newest of its major where the registry lacks it', async () => {
    await using workspace = await open({ 'package.json': JSON.stringify({ ...KIOSK, packageManager: 'npm@10.999.0' }) });
    expect(workspace.environment.notes.slice(1)).toEqual([
      'package.json names npm 10.999.0, which the registry does not have',
      expect.stringMatching(/^npm 10\./),
    ]);
  });

  test('does not count where it cannot read the lockfile', async () => {
    const origin = await workshop.fixture(join(FIXTURES, 'kiosk-pnpm-v6'), {
      files: { 'package.json': JSON.stringify({ ...KIOSK, packageManager: 'pnpm@9.15.4' }) },
    });
    await using workspace = await workshop.open(origin, { at: 1, setup: DEFAULT_SETUP, sandbox: place });
    expect(workspace.environment.notes.slice(1)).toEqual([
      'package.json names pnpm 9.15.4, which does not read pnpm-lock.yaml',
      expect.stringMatching(/^pnpm 8\.\S+, locked by pnpm-lock.yaml$/),
    ]);
  });

  test('decides between several lockfiles', async () => {
    const origin = await workshop.fixture(join(FIXTURES, 'kiosk-npm'), {
      files: { 'pnpm-lock.yaml': 'nonsense\n', 'package.json': JSON.stringify({ ...KIOSK, packageManager: 'npm@11.0.0' }) },
    });
    await using workspace = await workshop.open(origin, { at: 1, setup: DEFAULT_SETUP, sandbox: place });
    expect(workspace.environment.notes.slice(1)).toEqual([
      'of several lockfiles (pnpm-lock.yaml, package-lock.json) package-lock.json was used',
      'npm 11.0.0, locked by package-lock.json',
    ]);
  });
});

describe('a repository’s own programs do not install', () => {
  test('yarnPath and plugins of .yarnrc.yml', async () => {
    const evil = "require('fs').writeFileSync('/workspace/node_modules/evil.txt', '');";
    const origin = await workshop.fixture(join(FIXTURES, 'kiosk-yarn-v10'), {
      files: {
        '.yarnrc.yml': 'yarnPath: .yarn/releases/evil.cjs\nplugins:\n  - path: .yarn/plugins/evil.cjs\n    spec: evil\n',
        '.yarn/releases/evil.cjs': evil,
        '.yarn/plugins/evil.cjs': `${evil} module.exports = { name: 'evil', factory: () => ({}) };`,
      },
    });
    await using workspace = await workshop.open(origin, { at: 1, setup: DEFAULT_SETUP, sandbox: place });
    expect(workspace.environment.notes[1]).toMatch(/^yarn 4\.\S+, locked by yarn.lock$/);
    expect(await outputOf(workspace, 'ls', 'node_modules')).toBe('ms');
  });

  test('.pnpmfile.cjs', async () => {
    const origin = await workshop.fixture(join(FIXTURES, 'kiosk-pnpm'), {
      files: { '.pnpmfile.cjs': "require('fs').mkdirSync('/workspace/node_modules/evil', { recursive: true }); module.exports = {};" },
    });
    await using workspace = await workshop.open(origin, { at: 1, setup: DEFAULT_SETUP, sandbox: place });
    expect(await outputOf(workspace, 'ls', 'node_modules')).toBe('ms');
  });
});

test('packages of the repository itself come from nowhere else', async () => {
  const files = {
    'package.json': JSON.stringify({ name: 'mall', private: true, workspaces: ['packages/*'] }),
    'packages/shop/package.json': '{"name":"shop","version":"1.0.0","main":"index.js"}',
    'packages/shop/index.js': 'module.exports = "shop";',
    'package-lock.json': JSON.stringify({
      name: 'mall',
      lockfileVersion: 3,
      packages: {
        '': { name: 'mall', workspaces: ['packages/*'] },
        'node_modules/shop': { resolved: 'packages/shop', link: true },
        'packages/shop': { name: 'shop', version: '1.0.0' },
      },
    }),
  };
  await using workspace = await open(files);
  expect(workspace.environment.notes[1]).toMatch(/^npm \S+, locked by package-lock.json$/);
  expect(await outputOf(workspace, 'node', '-p', "require('shop')")).toBe('shop');
});

describe('what no registry keeps is refused before anything is fetched, by name', () => {
  const archive = 'https://github.com/vercel/ms/tarball/2.1.3';
  const git = 'git+ssh://git@github.com/vercel/ms.git#1c6264b795492e8fdecbc82cb8802fcfbfc08d26';
  const own = 'https://archives.example/ms.tgz';
  test.each<[string, string, string, string]>([
    ['package-lock.json', JSON.stringify({ lockfileVersion: 3, packages: { 'node_modules/ms': { resolved: git } } }), 'ms', git],
    ['package-lock.json', JSON.stringify({ lockfileVersion: 1, dependencies: { ms: { version: archive } } }), 'ms', archive],
    ['yarn.lock', `# yarn lockfile v1\n\n"ms@vercel/ms":\n  version "2.1.3"\n  resolved "${archive}"\n`, 'ms@vercel/ms', archive],
    [
      'yarn.lock',
      `__metadata:\n  version: 8\n\n"ms@vercel/ms":\n  version: 2.1.3\n  resolution: "ms@https://github.com/vercel/ms.git#commit=1c62"\n`,
      'ms@vercel/ms',
      'https://github.com/vercel/ms.git#commit=1c62',
    ],
    [
      'pnpm-lock.yaml',
      `lockfileVersion: '9.0'\n\npackages:\n\n  ms@${archive}:\n    resolution: {tarball: ${archive}}\n`,
      `ms@${archive}`,
      archive,
    ],
    [
      'bun.lock',
      `{\n  "packages": {\n    "ms": ["ms@github:vercel/ms#1c6264b", {}, "vercel-ms-1c6264b"],\n  }\n}\n`,
      'ms',
      'github:vercel/ms#1c6264b',
    ],
    ['bun.lock', `{\n  "packages": {\n    "ms": ["ms@2.1.3", "${own}", {}, ""],\n  }\n}\n`, 'ms', own],
    ['yarn.lock', `# yarn lockfile v1\n\nms@2.1.3:\n  version "2.1.3"\n  resolved "${own}"\n`, 'ms@2.1.3', own],
    ['package.json', JSON.stringify({ dependencies: { ms: 'vercel/ms#2.1.3' } }), 'ms', 'github:vercel/ms#2.1.3'],
  ])('%s', async (file, text, name, from) => {
    const files = { 'package.json': JSON.stringify(KIOSK), [file]: text };
    expect(await refusal(open(files))).toEqual({
      code: 'E_DEPENDENCY_OUTSIDE_REGISTRY',
      message: `${file} takes ${name} (${from}) from outside the registry.`,
      retryable: false,
    });
  });
});
