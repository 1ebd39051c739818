/** The graded tree: the agent's work, with the human tests laid over whatever it made of them. */
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CommitSha } from '#contracts';
import { type GitRepository, gitOf } from '../helpers/git-repository.ts';
import { useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
let library: GitRepository;
beforeAll(async () => {
  library = await workshop.repository(
    {
      files: {
        'src/loan.ts': 'export const days = 21;\n',
        'test/loan.test.ts': 'human, old\n',
        'test/support/shelf.ts': 'human helper\n',
        'test/__snapshots__/loan.test.ts.snap': 'human snapshot\n',
        'test/retired.test.ts': 'human, to be deleted\n',
        'src/desk.spec.ts': 'human spec\n',
        'vitest.config.ts': 'human config\n',
      },
    },
    {
      files: {
        'src/loan.ts': 'export const days = 14;\n',
        'test/loan.test.ts': 'human, new\n',
        'test/new/fine.test.ts': 'human, added\n',
        'test/retired.test.ts': null,
      },
    },
  );
});
const base = () => library.commits[0] as CommitSha;
const reference = () => library.commits[1] as CommitSha;

const HUMAN_TESTS = {
  'src/desk.spec.ts': 'human spec\n',
  'test/__snapshots__/loan.test.ts.snap': 'human snapshot\n',
  'test/loan.test.ts': 'human, new\n',
  'test/new/fine.test.ts': 'human, added\n',
  'test/support/shelf.ts': 'human helper\n',
  'vitest.config.ts': 'human config\n',
};

/** Lets an agent change the tree, and opens what would be graded: files by path. */
async function graded(change: (folder: string) => Promise<unknown>): Promise<Record<string, string>> {
  await using workspace = await workshop.open(library);
  await change(workspace.folder);
  const frozen = await workspace.freeze(base());
  const patch = await workspace.diff(base(), frozen.commit);
  await using fresh = await workshop.open(library, { patch, testsFrom: reference(), referenceCommits: [reference()] });
  const modes = gitOf(join(fresh.folder, '../control.git'), ['ls-tree', '-r', '--format=%(objectmode)', fresh.start.tree]);
  expect(modes, 'no link is left among these').not.toContain('120000');
  const files = await fresh.listFiles();
  return Object.fromEntries(
    await Promise.all(files.map(async (path) => [path, await readFile(join(fresh.folder, path), 'utf8')] as const)),
  );
}

const replaceBy = (path: string, make: (place: string) => Promise<unknown>) => async (folder: string) => {
  await rm(join(folder, path), { recursive: true, force: true });
  await make(join(folder, path));
};

describe('whatever the agent did to a test, the human one is graded', () => {
  test.each<[string, (folder: string) => Promise<unknown>]>([
    ['nothing', async () => {}],
    ['weakened it', (folder) => writeFile(join(folder, 'test/loan.test.ts'), 'expect(true)\n')],
    ['deleted it', (folder) => rm(join(folder, 'test/loan.test.ts'))],
    ['deleted them all', (folder) => rm(join(folder, 'test'), { recursive: true })],
    ['made it a link to outside', replaceBy('test/loan.test.ts', (place) => symlink('/etc/hostname', place))],
    ['made the folder a link to outside', replaceBy('test', (place) => symlink('/tmp', place))],
    ['made the folder a link inside', replaceBy('test', (place) => symlink('src', place))],
    ['made the folder a file', replaceBy('test', (place) => writeFile(place, 'no tests here\n'))],
    [
      'made it a folder',
      replaceBy('test/loan.test.ts', async (place) => {
        await mkdir(place);
        await writeFile(join(place, 'inside.txt'), '');
      }),
    ],
    ['changed the helper', (folder) => writeFile(join(folder, 'test/support/shelf.ts'), 'lenient\n')],
    ['changed the snapshot', (folder) => writeFile(join(folder, 'test/__snapshots__/loan.test.ts.snap'), 'updated\n')],
    ['changed the configuration', (folder) => writeFile(join(folder, 'vitest.config.ts'), 'passWithNoTests\n')],
    [
      'guessed the name of a hidden test',
      async (folder) => {
        await mkdir(join(folder, 'test/new'));
        await writeFile(join(folder, 'test/new/fine.test.ts'), 'always passes\n');
      },
    ],
    [
      'put a folder in the place of a hidden test',
      async (folder) => {
        await mkdir(join(folder, 'test/new/fine.test.ts'), { recursive: true });
        await writeFile(join(folder, 'test/new/fine.test.ts/x.ts'), '');
      },
    ],
    ['added a configuration of its own', (folder) => writeFile(join(folder, 'vitest.config.mts'), 'rigged\n')],
    ['made a package of the tests', (folder) => writeFile(join(folder, 'test/package.json'), '{ "imports": { "#src/*": "./doubles/*" } }')],
    [
      'made a package of some of them',
      async (folder) => {
        await mkdir(join(folder, 'test/new'));
        await writeFile(join(folder, 'test/new/package.json'), '{ "type": "commonjs" }');
      },
    ],
    ['added one in a folder of the sources', (folder) => writeFile(join(folder, 'src/vite.config.js'), 'rigged\n')],
    ['made the configuration a link', replaceBy('vitest.config.ts', (place) => symlink('src/loan.ts', place))],
    ['put a helper in front of it', (folder) => writeFile(join(folder, 'test/support/shelf.js'), 'lenient\n')],
    ['named a test like it but for case', (folder) => writeFile(join(folder, 'test/LOAN.test.ts'), 'lenient\n')],
    ['named a link like the folder but for case', (folder) => symlink('src', join(folder, 'Test'))],
    ['added a compiler of tests', (folder) => writeFile(join(folder, 'babel.config.cjs'), 'rigged\n')],
  ])('it %s', async (_, change) => {
    expect(await graded(change)).toEqual({ 'src/loan.ts': 'export const days = 21;\n', ...HUMAN_TESTS });
  });
});

test('work on the sources and tests of its own are the agent’s and stay', async () => {
  const files = await graded(async (folder) => {
    await writeFile(join(folder, 'src/loan.ts'), 'export const days = 14; // mine\n');
    await writeFile(join(folder, 'src/package.json'), '{ "type": "module" }');
    await mkdir(join(folder, 'test/mine'));
    await writeFile(join(folder, 'test/mine/mine.test.ts'), 'my test\n');
    await writeFile(join(folder, 'test/mine/package.json'), '{ "type": "module" }');
  });
  expect(files).toEqual({
    'src/loan.ts': 'export const days = 14; // mine\n',
    'src/package.json': '{ "type": "module" }',
    'test/mine/mine.test.ts': 'my test\n',
    'test/mine/package.json': '{ "type": "module" }',
    ...HUMAN_TESTS,
  });
});

test('the content ids of tests are those of the graded tree', async () => {
  await using fresh = await workshop.open(library, { testsFrom: reference() });
  const ids = await fresh.testFiles(fresh.start.commit);
  expect([...ids.keys()].sort()).toEqual(Object.keys(HUMAN_TESTS).filter((path) => path !== 'vitest.config.ts'));
  expect(ids.get('test/loan.test.ts')).toBe(gitOf(library.repository, ['rev-parse', `${reference()}:test/loan.test.ts`]).trim());
});

describe('package.json is the agent’s, but for what a runner reads in it', () => {
  const manifest = (more: object) => `${JSON.stringify({ name: 'library', version: '1.0.0', ...more }, null, 2)}\n`;
  let shop: GitRepository;
  beforeAll(async () => {
    shop = await workshop.repository({
      files: {
        'package.json': manifest({ scripts: { test: 'jest' }, jest: { testEnvironment: 'node' } }),
        'packages/desk/package.json': manifest({}),
      },
    });
  });
  const laid = async (path: string, text: string, link = false) => {
    await using workspace = await workshop.open(shop);
    await rm(join(workspace.folder, path), { force: true });
    await mkdir(join(workspace.folder, path, '..'), { recursive: true });
    await (link ? symlink(text, join(workspace.folder, path)) : writeFile(join(workspace.folder, path), text));
    const start = shop.commits[0] as CommitSha;
    const patch = await workspace.diff(start, (await workspace.freeze(start)).commit);
    await using fresh = await workshop.open(shop, { patch, testsFrom: start });
    return fresh.readFile(path);
  };
  const human = manifest({ scripts: { test: 'jest' }, jest: { testEnvironment: 'node' } });

  test.each([
    [
      'a new script and an import map stay',
      { scripts: { test: 'jest', docs: 'typedoc' }, jest: { testEnvironment: 'node' }, imports: { '#x': './x.js' } },
    ],
    ['and no file is touched that leaves the runner alone', { jest: { testEnvironment: 'node' }, scripts: { test: 'true' } }],
  ])('%s', async (_, more) => {
    expect(await laid('package.json', manifest(more))).toBe(manifest(more));
  });

  test('settings of a runner and of what compiles its files are as people have them', async () => {
    const rigged = {
      scripts: { docs: 'typedoc' },
      jest: { setupFiles: ['./x.js'] },
      babel: { plugins: ['./x.js'] },
      mocha: { require: './x.js' },
    };
    expect(JSON.parse(await laid('package.json', `\ufeff${manifest(rigged)}`))).toEqual({
      ...{ name: 'library', version: '1.0.0' },
      ...{ scripts: { docs: 'typedoc' }, jest: { testEnvironment: 'node' } },
    });
    expect(JSON.parse(await laid('packages/till/package.json', manifest({ ava: { require: './x.js' } })))).toEqual({
      ...{ name: 'library', version: '1.0.0' },
    });
  });

  test('a link in its place is none', async () => {
    expect(await laid('package.json', 'packages/desk/package.json', true)).toBe(human);
  });
});
