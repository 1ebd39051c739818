import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findSecurityFindings } from '#harness';
import { changeOf, type Files, headlines } from './security-trees.ts';

/** One manifest, locked by each manager: npm 11, pnpm 7 to 9, yarn 1 and 4, bun 1.2. */
const FORMATS = [
  ['npm 1', 'package-lock.json', 'npm-1.json'],
  ['npm 2', 'package-lock.json', 'npm-2.json'],
  ['npm 3', 'package-lock.json', 'npm-3.json'],
  ['pnpm 5', 'pnpm-lock.yaml', 'pnpm-5.yaml'],
  ['pnpm 6', 'pnpm-lock.yaml', 'pnpm-6.yaml'],
  ['pnpm 9', 'pnpm-lock.yaml', 'pnpm-9.yaml'],
  ['yarn 1', 'yarn.lock', 'yarn-1.lock'],
  ['yarn 4', 'yarn.lock', 'yarn-4.lock'],
  ['bun', 'bun.lock', 'bun.lock'],
] as const;

const cart = (file: string) => readFileSync(join(import.meta.dirname, '../../fixtures/lockfiles/cart', file), 'utf8');

describe.for(FORMATS)('%s', ([, path, file]) => {
  test('is read: nothing is new against itself, and a package that the base lacks is', async () => {
    const lock = cart(file);
    expect(await headlines({ [path]: `${lock}\n` }, { [path]: lock })).toEqual([`record lockfile-alone:${path}`]);
    const { findings } = await findSecurityFindings(changeOf({ [path]: cart(file).replaceAll('wrappy', 'wrappy-old') }, { [path]: lock }));
    expect(findings.find(({ rule }) => rule === 'new-packages')?.witness).toEqual(['wrappy@1.0.2']);
  });

  test('another digest under an unchanged version is a gate', async () => {
    const tampered = cart(file).replace('6FlzubTLZG3J2a', 'a2J3GZLTbuzlF6').replace('d924b57e7312', '2137e75b429d');
    expect(await headlines({ [path]: cart(file) }, { [path]: tampered })).toEqual([
      'gate integrity-changed:ms@2.1.3',
      `record lockfile-alone:${path}`,
    ]);
  });
});

test.for(FORMATS.flatMap(([from, , fromFile]) => FORMATS.map(([to, , toFile]) => [from, to, fromFile, toFile] as const)))(
  'from %s to %s: another package manager brings no news',
  async ([, , from, to]) => {
    const pathOf = (file: string) => FORMATS.find((each) => each[2] === file)?.[1] ?? '';
    const found = await headlines({ [pathOf(from)]: cart(from) }, { [pathOf(to)]: cart(to) });
    expect(found.filter((each) => !each.startsWith('record lockfile-alone'))).toEqual([]);
  },
);

const npm = (packages: Record<string, object>, manifest: object = {}): Files => ({
  'package.json': JSON.stringify({ name: 'cart', ...manifest }),
  'package-lock.json': JSON.stringify({ lockfileVersion: 3, packages: { '': { name: 'cart' }, ...packages } }),
});
const MS = { version: '2.1.3', resolved: 'https://registry.npmjs.org/ms/-/ms-2.1.3.tgz', integrity: 'sha512-ms' };
const locked = (name: string, more: object = {}) => ({
  [`node_modules/${name}`]: {
    version: '1.0.0',
    resolved: `https://registry.npmjs.org/${name}/-/${name.split('/').at(-1)}-1.0.0.tgz`,
    integrity: `sha512-${name}`,
    ...more,
  },
});
const base = npm({ 'node_modules/ms': MS }, { dependencies: { ms: '^2.1.3' } });
const adding = (name: string, more: object = {}, range = '^1.0.0') =>
  npm({ 'node_modules/ms': MS, ...locked(name, more) }, { dependencies: { ms: '^2.1.3', [name]: range } });

describe('where packages come from', () => {
  test.for([
    ['https://packages.example.com/left-shelf/-/left-shelf-1.0.0.tgz', 'a host that was not in use'],
    ['https://example.com/left-shelf.tgz', 'a tarball from anywhere'],
    ['git+ssh://git@github.com/acme/left-shelf.git#4f2c9ab', 'a git repository'],
    ['file:../../left-shelf', 'a folder outside the repository'],
  ])('%s: %s', async ([resolved]) => {
    expect(await headlines(base, adding('left-shelf', { resolved }))).toEqual([
      'gate unregistered-source:left-shelf',
      'warn new-dependency:left-shelf',
    ]);
  });

  test.for(['github:acme/left-shelf', 'https://example.com/x.tgz', 'git@github.com:acme/left-shelf.git', '/opt/left-shelf'])(
    'without a lockfile the manifest says it: %s',
    async (range) => {
      const found = await headlines(
        { 'package.json': '{}' },
        { 'package.json': JSON.stringify({ dependencies: { 'left-shelf': range } }) },
      );
      expect(found).toEqual(['gate unregistered-source:left-shelf', 'warn new-dependency:left-shelf']);
    },
  );

  test('a workspace, a folder of the repository and a registry that the base uses are at home', async () => {
    const own = { 'packages/shelf/package.json': '{"name":"shelf"}' };
    expect(
      await headlines(base, {
        ...npm(
          { 'node_modules/ms': MS, 'node_modules/shelf': { resolved: 'packages/shelf', link: true } },
          { dependencies: { ms: '^2.1.3', shelf: '*' } },
        ),
        ...own,
      }),
    ).toEqual([]);
    const resolved = (name: string) => `https://npm.acme.example/${name}/-/${name}-1.0.0.tgz`;
    const inHouse = npm(locked('till', { resolved: resolved('till') }));
    const more = npm({ ...locked('till', { resolved: resolved('till') }), ...locked('shelf-x', { resolved: resolved('shelf-x') }) });
    expect((await headlines(inHouse, more)).filter((each) => each.startsWith('gate'))).toEqual([]);
  });

  test('a newer commit of a git dependency is no new source', async () => {
    const at = (commit: string) =>
      npm(locked('left-shelf', { resolved: `git+ssh://git@github.com/acme/left-shelf.git#${commit}`, version: `1.0.${commit}` }));
    expect((await headlines(at('1'), at('2'))).filter((each) => !each.startsWith('record'))).toEqual([]);
  });

  test("an address of another package, or of another version, is a gate; an alias' is not", async () => {
    const other = { resolved: 'https://registry.npmjs.org/evil-shelf/-/evil-shelf-1.0.0.tgz' };
    expect(await headlines(base, adding('left-shelf', other))).toContain('gate resolved-to-other-package:left-shelf@1.0.0');
    const older = { resolved: 'https://registry.npmjs.org/left-shelf/-/left-shelf-0.9.0.tgz' };
    expect(await headlines(base, adding('left-shelf', older))).toContain('gate resolved-to-other-package:left-shelf@1.0.0');
    const scoped = { resolved: 'https://registry.npmjs.org/@acme%2fshelf/-/shelf-1.0.0.tgz' };
    expect(await headlines(base, adding('@acme/shelf', scoped))).toEqual(['warn new-dependency:@acme/shelf']);
    const aliased = { ...other, name: 'evil-shelf' };
    expect((await headlines(base, adding('left-shelf', aliased))).filter((each) => each.startsWith('gate'))).toEqual([]);
  });
});

describe('digests', () => {
  test('a stronger algorithm, and another registry with the same digest, prove nothing', async () => {
    const before = npm({ 'node_modules/ms': { ...MS, integrity: 'sha1-old' } });
    const after = npm({ 'node_modules/ms': { ...MS, resolved: 'https://registry.yarnpkg.com/ms/-/ms-2.1.3.tgz' } });
    expect(await headlines(before, after)).toEqual([
      'record lockfile-alone:package-lock.json',
      'record registry-changed:package-lock.json',
    ]);
  });

  test('one that is gone is a warning where the others have one', async () => {
    const { integrity: _, ...bare } = MS;
    const found = await headlines(npm({ 'node_modules/ms': MS }), npm({ 'node_modules/ms': bare }));
    expect(found).toEqual(['warn integrity-missing:package-lock.json', 'record lockfile-alone:package-lock.json']);
  });
});

test('a package for other platforms has no digest in yarn 4, by design', async () => {
  const lock = cart('yarn-4.lock');
  const forMac = `${lock}\n"fsevents@npm:2.3.3":\n  version: 2.3.3\n  resolution: "fsevents@npm:2.3.3"\n  conditions: os=darwin\n  languageName: node\n  linkType: hard\n`;
  const found = await headlines({ 'yarn.lock': lock }, { 'yarn.lock': forMac });
  expect(found.filter((each) => !each.startsWith('record'))).toEqual([]);
  expect(await headlines({ 'yarn.lock': lock }, { 'yarn.lock': forMac.replace('  conditions: os=darwin\n', '') })).toContain(
    'warn integrity-missing:yarn.lock',
  );
});

describe('install scripts', () => {
  test('of a new package: a gate, of a well-known one: a record', async () => {
    expect(await headlines(base, adding('left-shelf', { hasInstallScript: true }))).toEqual([
      'gate install-script:left-shelf',
      'warn new-dependency:left-shelf',
    ]);
    expect(await headlines(base, adding('esbuild', { hasInstallScript: true }))).toEqual([
      'warn new-dependency:esbuild',
      'record install-script:esbuild',
    ]);
  });

  test('gained by a newer version: a warning; had by the older one too: nothing', async () => {
    const at = (version: string, hasInstallScript: boolean) =>
      npm(
        locked('left-shelf', { version, hasInstallScript, resolved: `https://registry.npmjs.org/left-shelf/-/left-shelf-${version}.tgz` }),
      );
    expect(await headlines(at('1.0.0', false), at('1.0.1', true))).toContain('warn install-script-gained:left-shelf');
    expect((await headlines(at('1.0.0', true), at('1.0.1', true))).filter((each) => !each.startsWith('record'))).toEqual([]);
  });

  test('by the word of an older pnpm, which errs: a warning', async () => {
    const lock = cart('pnpm-6.yaml').replaceAll('core-js-pure', 'left-shelf');
    expect(await headlines({ 'pnpm-lock.yaml': cart('pnpm-6.yaml') }, { 'pnpm-lock.yaml': lock })).toContain(
      'warn install-script:left-shelf',
    );
  });

  test('a lockfile that does not say whether there is one leaves it open', async () => {
    const lock = cart('pnpm-9.yaml');
    const without = lock.replaceAll('core-js-pure', 'core-js-other');
    const found = await headlines({ 'pnpm-lock.yaml': without }, { 'pnpm-lock.yaml': lock });
    expect(found.filter((each) => each.includes('install-script'))).toEqual([]);
    const older = cart('pnpm-6.yaml');
    expect(await headlines({ 'pnpm-lock.yaml': older.replaceAll('core-js-pure', 'core-js-other') }, { 'pnpm-lock.yaml': older })).toContain(
      'record install-script:core-js-pure',
    );
  });
});

describe('look-alike names', () => {
  test.for([
    ['loadsh', 'lodash'],
    ['expresss', 'express'],
    ['chalk-next', undefined],
    ['cross_env', 'cross-env'],
    ['crossenv', 'cross-env'],
    ['babel-core7', 'babel-core'],
    ['types-node', '@types/node'],
    ['1odash', 'lodash'],
    ['preact', undefined],
    ['vuex', undefined],
    ['@acme/lodash', undefined],
    ['@acme/node', undefined],
    ['@tpyes/node', '@types/node'],
    ['@types/nod', undefined],
    ['kysely', undefined],
  ] as const)('%s is taken for %s', async ([name, twin]) => {
    const { findings } = await findSecurityFindings(changeOf(base, adding(name)));
    expect(findings.find(({ rule }) => rule === 'look-alike-name')?.witness).toEqual(twin && [name, twin]);
  });

  test('a warning in what the manifest names, a record further down', async () => {
    expect(await headlines(base, adding('loadsh'))).toContain('warn look-alike-name:loadsh');
    expect(await headlines(base, npm({ 'node_modules/ms': MS, ...locked('loadsh') }))).toContain('record look-alike-name:loadsh');
  });
});

describe('programs, overrides, scripts and settings', () => {
  test('a new package that brings `node`, and a package whose own `vitest` it is', async () => {
    expect(await headlines(base, adding('left-shelf', { bin: { node: 'x.js' } }))).toContain('warn shadowed-program:left-shelf:node');
    expect((await headlines(base, adding('vitest', { bin: { vitest: 'x.js' } }))).filter((each) => each.includes('shadowed'))).toEqual([]);
  });

  test.for([
    [{ scripts: { postinstall: 'node setup.js' } }, 'warn lifecycle-script'],
    [{ scripts: { prepare: 'husky' } }, 'record lifecycle-script'],
    [{ overrides: { ms: '2.0.0' } }, 'record dependency-override'],
    [{ bin: { git: 'git.js' } }, 'warn shadowed-program'],
    [{ scripts: { build: 'tsc' }, bin: { cart: 'cart.js' } }, undefined],
  ] as const)('%j', async ([manifest, expected]) => {
    const found = await headlines({ 'package.json': '{}' }, { 'package.json': JSON.stringify(manifest) });
    expect(found.map((each) => each.split(':')[0])).toEqual(expected === undefined ? [] : [expected]);
  });

  test.for([
    ['.npmrc', 'strict-ssl=false', 'gate'],
    ['.npmrc', 'script-shell=./shell.sh', 'gate'],
    ['.npmrc', 'registry=https://npm.example.com/', 'warn'],
    ['.npmrc', '@acme:registry=https://npm.example.com/', 'warn'],
    ['.npmrc', 'ignore-scripts=false', 'warn'],
    ['.yarnrc.yml', 'npmRegistryServer: "https://npm.example.com"', 'warn'],
    ['.yarnrc.yml', 'enableStrictSsl: false', 'gate'],
    ['.yarnrc', 'registry "https://npm.example.com"', 'warn'],
    ['pnpm-workspace.yaml', 'dangerouslyAllowAllBuilds: true', 'warn'],
    ['.npmrc', 'registry=https://registry.npmjs.org/', undefined],
    ['.npmrc', 'save-exact=true', undefined],
    ['.npmrc', '# strict-ssl=false', undefined],
    ['.npmrc', 'ignore-scripts=true', undefined],
    ['pnpm-workspace.yaml', 'packages:\n  - packages/*', undefined],
  ] as const)('%s: %s', async ([path, line, severity]) => {
    const found = await findSecurityFindings(changeOf({}, { [path]: `${line}\n` }));
    expect(found.findings.map((each) => `${each.severity} ${each.rule}`)).toEqual(
      severity === undefined ? [] : [`${severity} install-setting`],
    );
    const moved = await findSecurityFindings(changeOf({ [path]: `${line}\n` }, { [path]: `save=true\n${line}\n` }));
    expect(moved.findings).toEqual([]);
  });
});

describe('where it cannot tell', () => {
  test.for([
    ['package-lock.json', 'not JSON'],
    ['package-lock.json', '[]'],
    ['package-lock.json', '{"packages":{"node_modules/ms":7}}'],
    ['pnpm-lock.yaml', 'lockfileVersion: 9\npackages: ['],
    ['pnpm-lock.yaml', '[['.repeat(100_000)],
    ['yarn.lock', '# yarn lockfile v1\n\n}{'],
    ['bun.lock', '{"packages":{"ms":7}}'],
    ['bun.lockb', new Uint8Array([0, 1, 2])],
  ] as const)('%s %#: a lockfile that is none is said to be unread', async ([path, content]) => {
    const { unread } = await findSecurityFindings(changeOf({}, { [path]: content }));
    expect(unread).toEqual([{ path, reason: expect.any(String), fault: 'agent' }]);
  });

  test('with nothing to compare with, nothing is called new', async () => {
    const { findings } = await findSecurityFindings(changeOf({}, { 'package-lock.json': cart('npm-3.json') }));
    expect(findings).toEqual([]);
  });

  test('a base that cannot be read is not the submission’s doing', async () => {
    const { unread } = await findSecurityFindings(changeOf({ 'bun.lockb': new Uint8Array([0]) }, { 'bun.lock': cart('bun.lock') }));
    expect(unread).toEqual([{ path: 'bun.lock', reason: expect.any(String), fault: 'environment' }]);
    const binary = new Uint8Array([0]);
    const script = changeOf({ 'bun.lockb': binary, 'package.json': '{}' }, { 'bun.lockb': binary, 'package.json': '{"scripts":{}}' });
    expect((await findSecurityFindings(script)).unread).toEqual([]);
  });

  test('names that every object has are names like others', async () => {
    const lock =
      '{"packages":{"node_modules/__proto__":{"version":"1.0.0","integrity":"a-1"},"node_modules/constructor":{"version":"1.0.0","integrity":"a-2"}}}';
    const { findings, unread } = await findSecurityFindings(changeOf(base, { ...base, 'package-lock.json': lock }));
    expect(unread).toEqual([]);
    expect(findings.find(({ rule }) => rule === 'new-packages')?.witness).toEqual(['__proto__@1.0.0', 'constructor@1.0.0']);
  });
});
