/** A task made of real commits. */
import { beforeAll, describe, expect, test } from 'vitest';
import { taskFromCommits } from '#harness';
import { type GitRepository, gitOf } from '../helpers/git-repository.ts';
import { NO_SETUP, refusal, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
let mill: GitRepository;
beforeAll(async () => {
  mill = await workshop.repository(
    { files: { 'src/wheel.ts': '1' }, message: 'Build a wheel', tags: ['v1.0'] },
    { files: { 'src/wheel.ts': '2', 'test/wheel.test.ts': '2' }, message: 'Turn it! (fixes #7)\n\nIt stood still.' },
    { files: { 'src/wheel.ts': '3', 'test/wheel.test.ts': null, 'src/stone.spec.ts': '3' }, message: '  ', tags: ['v1.2'] },
    { files: { 'README.md': '4' }, message: 'Write it down' },
  );
});
const make = (commit: string, references: string[]) =>
  taskFromCommits(workshop.host, { repository: mill.repository, commit, references, setup: NO_SETUP });
const id = (index: number) => mill.commits[index] ?? '';

test('a milestone per commit, by tag and by short id', async () => {
  const task = await make('v1.0', [id(1).slice(0, 9), 'v1.2']);
  expect(task).toMatchObject({
    id: `origin-${id(0).slice(0, 8)}`,
    title: `2 commits of origin after ${id(0).slice(0, 8)}`,
    baseCommit: id(0),
    bundled: false,
    repository: mill.repository,
  });
  expect(task.milestones).toMatchObject([
    {
      id: '01-turn-it-fixes-7',
      title: 'Turn it! (fixes #7)',
      request: 'Turn it! (fixes #7)\n\nIt stood still.',
      requestGrade: 'C',
      referenceCommit: id(1),
      hiddenTests: ['test/wheel.test.ts'],
      visibleTests: [],
    },
    { id: '02-no-message', request: 'no message', referenceCommit: id(2), hiddenTests: ['src/stone.spec.ts', 'test/wheel.test.ts'] },
  ]);
});

test('commits between two references are left to a fold: a milestone has the tests of its own commit only', async () => {
  const task = await make(id(0), [id(2)]);
  expect(task.milestones).toMatchObject([
    { startCommit: id(1), referenceCommit: id(2), hiddenTests: ['src/stone.spec.ts', 'test/wheel.test.ts'] },
  ]);
  expect((await make(id(0), [id(1), id(2)])).milestones.map(({ startCommit }) => startCommit)).toEqual([null, null]);
});

describe('refused', () => {
  test('the wrong order, the same commit twice, and a first commit as reference', async () => {
    expect(await refusal(make(id(0), [id(1), id(1)]))).toMatchObject({ code: 'E_COMMITS_OUT_OF_ORDER' });
    expect(await refusal(make(id(1), [id(0)]))).toMatchObject({
      code: 'E_COMMITS_OUT_OF_ORDER',
      message: `Reference ${id(0)} does not come after ${id(1)} by first parents.`,
    });
  });

  test('a commit that changes no test', async () => {
    expect(await refusal(make(id(2), [id(3)]))).toMatchObject({
      code: 'E_NO_HIDDEN_TESTS',
      message: `Reference ${id(3)} changes no test file, so nothing could judge it.`,
    });
  });

  test('a commit that nobody knows', async () => {
    expect(await refusal(make('v9', [id(1)]))).toMatchObject({ code: 'E_COMMIT_UNKNOWN' });
    expect(await refusal(make(id(0), ['0123456789012345678901234567890123456789']))).toMatchObject({ code: 'E_COMMIT_UNKNOWN' });
    expect(
      await refusal(taskFromCommits(workshop.host, { repository: '/nowhere', commit: 'v1', references: [], setup: NO_SETUP })),
    ).toMatchObject({ code: 'E_REPOSITORY_UNREACHABLE' });
  });
});

test('a merge follows its first parent', async () => {
  const merged = gitOf(
    mill.repository,
    [
      '-c',
      'user.name=Longhaul tests',
      '-c',
      'user.email=tests@longhaul.invalid',
      'commit-tree',
      `${id(1)}^{tree}`,
      '-p',
      id(0),
      '-p',
      id(2),
      '-m',
      'Merge',
    ],
    '',
  ).trim();
  gitOf(mill.repository, ['update-ref', 'refs/heads/merged', merged]);
  expect((await make(id(0), [merged])).milestones[0]?.referenceCommit).toBe(merged);
});
