/** A task folder becomes a task; one that is no task is refused by file and field. */
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CommitSha } from '#contracts';
import { loadTask } from '#harness';
import { gitOf } from '../helpers/git-repository.ts';
import { refusal, useWorkshop } from '../helpers/workspaces.ts';
import { copyOfTheTask, cornerShop, MILESTONES } from './corner-shop.ts';

const workshop = useWorkshop();

type Json = { [key: string]: unknown; milestones: Record<string, unknown>[] };

/** Copies the task, lets a change spoil it, and loads it. */
async function spoiled(change: (folder: string) => Promise<unknown>) {
  const folder = await copyOfTheTask(await workshop.folder());
  await change(folder);
  const { code, message, retryable } = await refusal(loadTask(workshop.host, folder, false));
  expect(retryable).toBe(false);
  return { code, message: message.replaceAll(folder, '.') };
}

const inJson = (change: (task: Json) => unknown) => async (folder: string) => {
  const task = JSON.parse(await readFile(join(folder, 'task.json'), 'utf8')) as Json;
  change(task);
  await writeFile(join(folder, 'task.json'), JSON.stringify(task));
};

test('the corner shop', async () => {
  const task = await cornerShop(workshop.host);
  expect(task).toMatchObject({ id: 'corner-shop', bundled: true, setup: { install: false, build: [], services: [], environment: {} } });
  expect(task.milestones.map(({ id }) => id)).toEqual(MILESTONES);
  expect(task.milestones[1]).toMatchObject({
    request: 'Add `receipt(articles)` in `src/receipt.ts`: a line `<article> <cents>` for each, then `total <cents>`.',
    hiddenTests: ['test/receipt.test.ts'],
    visibleTests: [],
    intent: { removesExports: [] },
    expected: 'solve',
  });
  const history = gitOf(task.repository, ['log', '--reverse', '--format=%s %ad', '--date=short', 'main']);
  expect(history).toBe('Base 2024-01-01\nGrant a discount 2024-01-02\nPrint receipts 2024-01-03\nGive bags away 2024-01-04\n');
});

test('the same commits on every build, in any cache', async () => {
  const ids = async (host: typeof workshop.host) => {
    const task = await cornerShop(host);
    return [task.baseCommit, ...task.milestones.map(({ referenceCommit }) => referenceCommit)];
  };
  const elsewhere = { ...workshop.host, cacheFolder: await workshop.folder() };
  const parallel = await Promise.all([ids(workshop.host), ids(workshop.host), ids(elsewhere)]);
  expect(new Set(parallel.map(String)).size).toBe(1);
  expect(parallel[0]).toMatchInlineSnapshot(`
    [
      "3ddf7a8066f4e9311cf40d0d0124f26165c0afe6",
      "3b286958dcf83c25bd05ac915f15fdad89a8d6ed",
      "b78e1a059276d6a431de0c1442d6abf155fb1e75",
      "2a29d67a3683279a4f835c5add18a102e1029919",
    ]
  `);
});

test('a visible test is among the agent’s files, and a hidden one of the same path outranks it', async () => {
  const folder = await copyOfTheTask(await workshop.folder());
  const place = join(folder, 'milestones', MILESTONES[0]);
  await cp(join(place, 'hidden-tests'), join(place, 'visible-tests'), { recursive: true });
  await writeFile(join(place, 'visible-tests/test/shown.test.ts'), '');
  const [first] = (await loadTask(workshop.host, folder, false)).milestones;
  expect(first).toMatchObject({ visibleTests: ['test/shown.test.ts'], hiddenTests: ['test/discount.test.ts'] });
});

describe('refused', () => {
  test.each<[string, (folder: string) => Promise<unknown>, string | RegExp]>([
    ['task.json that is not JSON', (folder) => writeFile(join(folder, 'task.json'), '{ "id": '), /^\.\/task\.json is not JSON: /],
    ['a list', (folder) => writeFile(join(folder, 'task.json'), '[]'), /^\.\/task\.json: the file: .*expected object/],
    ['an unknown key', inJson((task) => Object.assign(task, { colour: 'red' })), './task.json: colour is not a known key'],
    [
      'an unknown key further in',
      inJson((task) => Object.assign(task.milestones[1] ?? {}, { hint: 'x' })),
      './task.json: milestones[1].hint is not a known key',
    ],
    ['a missing field', inJson((task) => delete task.milestones[1]?.title), './task.json: milestones[1].title is missing'],
    [
      'two',
      inJson((task) => [delete task.id, delete task.milestones[0]?.requestGrade]),
      './task.json: id is missing; milestones[0].requestGrade is missing',
    ],
    [
      'a number for a title',
      inJson((task) => Object.assign(task.milestones[1] ?? {}, { title: 7 })),
      /^\.\/task\.json: milestones\[1\]\.title: .*expected string/,
    ],
    ['a missing choice', inJson((task) => delete task.milestones[2]?.requestGrade), './task.json: milestones[2].requestGrade is missing'],
    ['a missing repository', inJson((task) => delete task.repository), './task.json: repository is missing'],
    ['a missing version', inJson((task) => delete task.schemaVersion), './task.json: schemaVersion is missing'],
    ['a newer version', inJson((task) => Object.assign(task, { schemaVersion: 2 })), /^\.\/task\.json: schemaVersion: .*1/],
    ['no milestones', inJson((task) => Object.assign(task, { milestones: [] })), /^\.\/task\.json: milestones: /],
    [
      'an id for the file system',
      inJson((task) => Object.assign(task.milestones[0] ?? {}, { id: '../x' })),
      './task.json: milestones[0].id: use lower-case letters, digits and single hyphens',
    ],
    [
      'one id twice',
      inJson((task) => Object.assign(task.milestones[1] ?? {}, { id: MILESTONES[0] })),
      `./task.json: milestones[1].id: "${MILESTONES[0]}" is used twice`,
    ],
    [
      'a path that leads out',
      inJson((task) => Object.assign(task.milestones[0] ?? {}, { visibleTests: ['../x'] })),
      /^\.\/task\.json: milestones\[0\]\.visibleTests\[0\]: a path is relative/,
    ],
    [
      'a repository folder that is not there',
      inJson((task) => Object.assign(task, { repository: { files: '../../repositories/nowhere' } })),
      /^\.\/task\.json: repository\.files: .*nowhere is no folder\.$/,
    ],
    [
      'no request',
      (folder) => rm(join(folder, 'milestones', MILESTONES[1], 'request.md')),
      `./milestones/${MILESTONES[1]}/request.md is missing or empty: nothing would be asked.`,
    ],
    [
      'an empty request',
      (folder) => writeFile(join(folder, 'milestones', MILESTONES[1], 'request.md'), ' \n'),
      `./milestones/${MILESTONES[1]}/request.md is missing or empty: nothing would be asked.`,
    ],
    [
      'no hidden tests',
      (folder) => rm(join(folder, 'milestones', MILESTONES[0], 'hidden-tests'), { recursive: true }),
      `./milestones/${MILESTONES[0]}/hidden-tests holds no test: nothing could judge the milestone.`,
    ],
    [
      'a stray file among them',
      (folder) => writeFile(join(folder, 'milestones', MILESTONES[0], 'hidden-tests/solution.ts'), ''),
      `./milestones/${MILESTONES[0]}: solution.ts is no test file by its path.`,
    ],
    [
      'no reference',
      (folder) => rm(join(folder, 'milestones', MILESTONES[2], 'reference.patch')),
      `./milestones/${MILESTONES[2]}/reference.patch is missing: nothing proves that the milestone can be solved.`,
    ],
    [
      'a reference that does not apply',
      (folder) =>
        writeFile(
          join(folder, 'milestones', MILESTONES[2], 'reference.patch'),
          'diff --git a/src/price.ts b/src/price.ts\n--- a/src/price.ts\n+++ b/src/price.ts\n@@ -1 +1 @@\n-never\n+there\n',
        ),
      /^\.\/milestones\/03-give-bags\/reference\.patch does not apply: git apply: .*src\/price\.ts/s,
    ],
    [
      'a reference that is no patch',
      (folder) => writeFile(join(folder, 'milestones', MILESTONES[2], 'reference.patch'), 'I would change the price.\n'),
      /^\.\/milestones\/03-give-bags\/reference\.patch does not apply: git apply: /,
    ],
  ])('%s', async (_, change, message) => {
    expect(await spoiled(change)).toEqual({
      code: 'E_TASK_MALFORMED',
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
    expect((await workshop.room('repositories')).filter((name) => name.includes('unfinished'))).toEqual([]);
  });

  test('a folder that is not there, and one without task.json', async () => {
    const folder = await workshop.folder();
    for (const place of [folder, join(folder, 'nowhere'), join(folder, 'nowhere\0')]) {
      expect(await refusal(loadTask(workshop.host, place, false))).toMatchObject({
        code: 'E_TASK_NOT_FOUND',
        message: `There is no task at ${place}: ${join(place, 'task.json')} cannot be read.`,
      });
    }
  });
});

describe('over a git repository', () => {
  const overGit = async (change: (milestone: Record<string, unknown>) => void = () => {}) => {
    const origin = await workshop.repository(
      { files: { 'a.ts': '1', 'test/a.test.ts': '1' } },
      { files: { 'a.ts': '2', 'test/a.test.ts': '2', 'test/b.test.ts': '2' } },
      { files: { 'a.ts': '3' } },
    );
    const folder = await copyOfTheTask(await workshop.folder());
    await inJson((task) => {
      task.repository = { url: origin.repository, baseCommit: origin.commits[0] };
      const [first] = task.milestones;
      if (!first) throw new Error('no milestone');
      first.referenceCommit = origin.commits[1];
      change(first);
      task.milestones = [first];
    })(folder);
    return { folder, commits: origin.commits };
  };

  test('the tests of a milestone are those its commit changes', async () => {
    const { folder, commits } = await overGit((milestone) => Object.assign(milestone, { visibleTests: ['test/b.test.ts'] }));
    const task = await loadTask(workshop.host, folder, false);
    expect(task).toMatchObject({ baseCommit: commits[0] });
    expect(task.milestones[0]).toMatchObject({
      referenceCommit: commits[1],
      hiddenTests: ['test/a.test.ts'],
      visibleTests: ['test/b.test.ts'],
    });
  });

  test.each<[string, (milestone: Record<string, unknown>) => void, string]>([
    ['no human commit', (milestone) => delete milestone.referenceCommit, 'task.json: milestones[0].referenceCommit: is missing'],
    [
      'a short one',
      (milestone) => Object.assign(milestone, { referenceCommit: 'abc123' }),
      'task.json: milestones[0].referenceCommit: a full commit id',
    ],
  ])('%s', async (_, change, message) => {
    const { folder } = await overGit(change);
    expect(await refusal(loadTask(workshop.host, folder, false))).toMatchObject({
      code: 'E_TASK_MALFORMED',
      message: expect.stringContaining(message),
    });
  });

  test('a commit without a test cannot be judged', async () => {
    const { folder, commits } = await overGit();
    await inJson((task) => Object.assign(task.milestones[0] ?? {}, { referenceCommit: commits[2] as CommitSha }))(folder);
    await inJson((task) => Object.assign(task.repository as object, { baseCommit: commits[1] as CommitSha }))(folder);
    expect(await refusal(loadTask(workshop.host, folder, false))).toMatchObject({
      code: 'E_NO_HIDDEN_TESTS',
      message: `Reference ${commits[2]} changes no test file, so nothing could judge it.`,
    });
  });
});
