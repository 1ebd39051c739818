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
    ['added one in a folder of the sources', (folder) => writeFile(join(folder, 'src/vite.config.js'), 'rigged\n')],
  ])('it %s', async (_, change) => {
    expect(await graded(change)).toEqual({ 'src/loan.ts': 'export const days = 21;\n', ...HUMAN_TESTS });
  });
});

test('work on the sources and tests of its own are the agent’s and stay', async () => {
  const files = await graded(async (folder) => {
    await writeFile(join(folder, 'src/loan.ts'), 'export const days = 14; // mine\n');
    await writeFile(join(folder, 'test/mine.test.ts'), 'my test\n');
  });
  expect(files).toEqual({ 'src/loan.ts': 'export const days = 14; // mine\n', 'test/mine.test.ts': 'my test\n', ...HUMAN_TESTS });
});

test('the content ids of tests are those of the graded tree', async () => {
  await using fresh = await workshop.open(library, { testsFrom: reference() });
  const ids = await fresh.testFiles(fresh.start.commit);
  expect([...ids.keys()].sort()).toEqual(Object.keys(HUMAN_TESTS).filter((path) => path !== 'vitest.config.ts'));
  expect(ids.get('test/loan.test.ts')).toBe(gitOf(library.repository, ['rev-parse', `${reference()}:test/loan.test.ts`]).trim());
});
