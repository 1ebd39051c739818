/** Where a milestone begins, and what becomes of its hidden tests afterwards. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Task } from '#contracts';
import { useWorkshop } from '../helpers/workspaces.ts';
import { agentThat, and, asHuman, cornerShop, gradesOf, inMemory, MILESTONES, outline, replace, type Work } from './corner-shop.ts';

const workshop = useWorkshop();
const [FIRST, SECOND, THIRD] = MILESTONES;
const nothing: Work = async () => {};

let task: Task;
let shared: ReturnType<typeof inMemory>;
beforeAll(async () => {
  task = await cornerShop(workshop.host);
  shared = inMemory(workshop.host);
});

/** Notes what lies in the tree when a milestone begins. */
function looking(seen: Map<string, string[]>, milestone: string): Work {
  return async (workspace) => {
    seen.set(
      milestone,
      (await workspace.listFiles()).filter((path) => !path.includes('.json')),
    );
  };
}

describe('isolated', () => {
  test('every milestone begins in the human tree before it, whatever the agent made of the last one', async () => {
    const seen = new Map<string, string[]>();
    const grades = await gradesOf(
      shared.deps,
      task,
      agentThat({
        [FIRST]: replace('src/price.ts', 'bread: 320', 'bread: 1'),
        [SECOND]: and(looking(seen, SECOND), asHuman(SECOND)),
        [THIRD]: and(looking(seen, THIRD), asHuman(THIRD), replace('src/discount.ts', 'articles >= 5', 'articles >= 50')),
      }),
      { mode: 'isolated', baselineRuns: 1 },
    );
    expect(outline(grades)).toEqual([
      `${FIRST}: resolved no, useful no, broke test/price.test.ts > bread has a price (base), broke test/till.test.ts > a basket is the sum of its articles (base); tests failed, earlier-milestones failed`,
      `${SECOND}: resolved yes, useful yes`,
      // What the human tree passes is watched from the beginning, and nothing else.
      `${THIRD}: resolved yes, useful no, broke test/discount.test.ts > five articles are a tenth cheaper (base); earlier-milestones failed`,
    ]);
    expect(seen.get(SECOND)).toEqual([
      'src/discount.ts',
      'src/price.ts',
      'src/till.ts',
      'test/discount.test.ts',
      'test/price.test.ts',
      'test/till.test.ts',
    ]);
    expect(seen.get(THIRD)).toContain('src/receipt.ts');
  });

  test('goes on after an interruption, with nothing of what came before', async () => {
    const whole = await gradesOf(shared.deps, task, agentThat({ [FIRST]: nothing }), { mode: 'isolated', baselineRuns: 1 });
    const rest = await gradesOf(shared.deps, task, agentThat({}), { mode: 'isolated', baselineRuns: 1, finished: whole.slice(0, 2) });
    expect(outline(rest)).toEqual([`${THIRD}: resolved yes, useful yes`]);
    expect(rest[0]?.submission.tree).toBe(whole[2]?.submission.tree);
  });
});

describe('tests of a graded milestone', () => {
  const begin = async (tests: 'hidden' | 'revealed') => {
    const seen = new Map<string, string[]>();
    const works = { [SECOND]: and(looking(seen, SECOND), asHuman(SECOND)), [THIRD]: and(looking(seen, THIRD), asHuman(THIRD)) };
    const grades = await gradesOf(shared.deps, task, agentThat(works), { tests, baselineRuns: 1 });
    expect(outline(grades)).toEqual(MILESTONES.map((id) => `${id}: resolved yes, useful yes`));
    // They are no work of the agent's.
    expect(grades.map(({ submission }) => submission.filesChanged)).toEqual([2, 1, 1]);
    return MILESTONES.map((id) => (seen.get(id) ?? []).filter((path) => /discount\.test|receipt\.test|bag\.test/.test(path)));
  };

  test('never join the tree when they are hidden', async () => {
    expect(await begin('hidden')).toEqual([[], [], []]);
  });

  test('join it when they are revealed', async () => {
    expect(await begin('revealed')).toEqual([[], ['test/discount.test.ts'], ['test/discount.test.ts', 'test/receipt.test.ts']]);
  });
});

test('equal submissions are examined once, whoever made them and whenever', async () => {
  const { deps, memos } = inMemory(workshop.host);
  const examined = () => [...memos.keys()].filter((key) => key.startsWith('examination:')).length;
  await gradesOf(deps, task, agentThat({}), { baselineRuns: 1 });
  expect(examined()).toBe(3);
  await gradesOf(deps, task, agentThat({}), { baselineRuns: 1, seed: 2 });
  expect(examined(), 'a second trial of the same').toBe(3);
  await gradesOf(deps, task, agentThat({ [THIRD]: nothing }), { baselineRuns: 1 });
  expect(examined(), 'one that differs at the end').toBe(4);
});
