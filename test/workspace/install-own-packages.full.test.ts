/** Dependencies of a human commit bring nothing of that commit's own code and tests into a tree. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CommitSha, DEFAULT_SETUP } from '#contracts';
import { filesHolding } from '../helpers/files-holding.ts';
import { bothPlaces, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
const [place] = bothPlaces;
const HIDDEN = 'the answer nobody has given yet';

test.each([
  ['npm@11.0.0', { '.npmrc': 'install-links=true' }],
  ['pnpm@10.34.9', {}],
  ['yarn@1.22.22', {}],
  ['yarn@4.18.1', {}],
  ['bun@1.4.5', {}],
])('%s: a folder of the repository is read from the tree, with its own dependencies', async (manager, settings) => {
  const lib = { name: 'lib', version: '1.0.0', dependencies: { ms: '2.1.3' } };
  const project = { name: 'shop', private: true, packageManager: manager, dependencies: { lib: 'file:./lib' } };
  const base = {
    ...settings,
    'package.json': JSON.stringify(project),
    'lib/package.json': JSON.stringify(lib),
    'lib/index.js': "module.exports = 'base ' + require('ms')('2 minutes');\n",
  };
  const reference = { 'lib/index.js': `module.exports = '${HIDDEN}';\n`, 'lib/test/lib.test.js': `// ${HIDDEN}\n` };
  const origin = await workshop.repository({ files: base }, { files: reference });
  const next = origin.commits[1] as CommitSha;
  await using workspace = await workshop.open(origin, {
    setup: DEFAULT_SETUP,
    sandbox: place,
    referenceCommits: [next],
    environmentFrom: next,
  });
  expect((await workspace.exec(['node', '-p', "require('lib')"])).output).toBe('base 120000\n');
  expect((await workspace.exec(['grep', '-rlsF', '-e', HIDDEN, '.'])).output).toBe('');
  expect(filesHolding(join(workshop.host.cacheFolder, 'installs'), HIDDEN)).toEqual([]);
});

test('a package of a workspace that pnpm copies is read from the tree, with its own dependencies', async () => {
  const shop = { name: 'shop', version: '1.0.0', dependencies: { lib: 'workspace:*' }, dependenciesMeta: { lib: { injected: true } } };
  const base = {
    'package.json': JSON.stringify({ name: 'mall', private: true, packageManager: 'pnpm@10.34.9' }),
    'pnpm-workspace.yaml': 'packages:\n  - packages/*\ndedupeInjectedDeps: false\n',
    'packages/shop/package.json': JSON.stringify(shop),
    'packages/lib/package.json': JSON.stringify({ name: 'lib', version: '1.0.0', dependencies: { ms: '2.1.3' } }),
    'packages/lib/index.js': "module.exports = 'base ' + require('ms')('2 minutes');\n",
  };
  const reference = { 'packages/lib/index.js': `module.exports = '${HIDDEN}';\n`, 'packages/lib/lib.test.js': `// ${HIDDEN}\n` };
  const origin = await workshop.repository({ files: base }, { files: reference });
  const next = origin.commits[1] as CommitSha;
  const changes = { setup: DEFAULT_SETUP, sandbox: place, referenceCommits: [next], environmentFrom: next };
  await using workspace = await workshop.open(origin, changes);
  const ask = "require(require.resolve('lib', { paths: ['./packages/shop'] }))";
  expect((await workspace.exec(['node', '-p', ask])).output).toBe('base 120000\n');
  expect(filesHolding(join(workshop.host.cacheFolder, 'installs'), HIDDEN)).toEqual([]);
});

test('a test of the commit that an archive brings along is left out; what else it brings stays', async () => {
  const folder = await workshop.folder();
  const shared = `// ${HIDDEN}\n`;
  const pack =
    'mkdir -p package/test && printf %s "$1" > package/test/lib.test.js && cp package/test/lib.test.js package/index.js && echo "{\\"name\\":\\"lib\\",\\"version\\":\\"1.0.0\\"}" > package/package.json && tar -cz package';
  const archive = execFileSync('sh', ['-c', pack, 'sh', shared], { cwd: folder });
  const origin = await workshop.repository({
    files: {
      'package.json': JSON.stringify({ dependencies: { lib: 'file:./lib.tgz' } }),
      'lib.tgz': archive,
      'test/lib.test.js': shared,
    },
  });
  await using workspace = await workshop.open(origin, { setup: DEFAULT_SETUP, sandbox: place });
  expect((await workspace.exec(['find', '-L', 'node_modules/lib', '-type', 'f', '-printf', '%P\n'])).output.split('\n').sort()).toEqual([
    '',
    'index.js',
    'package.json',
  ]);
});
