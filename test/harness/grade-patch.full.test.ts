/** One patch graded at one milestone: as in a trial, and with people in place of what only a trial knows. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { DEFAULT_LIMITS, type Task } from '#contracts';
import { gradePatch, type HarnessDeps, type Judgement } from '#harness';
import { refusal, useWorkshop } from '../helpers/workspaces.ts';
import { agentThat, cornerShop, gradesOf, inMemory, MILESTONES, outline } from './corner-shop.ts';

const workshop = useWorkshop();
const [FIRST, SECOND, THIRD] = MILESTONES;
const LIMITS = { ...DEFAULT_LIMITS, testTimeoutMs: 60_000 };

let task: Task;
let shared: ReturnType<typeof inMemory>;
beforeAll(async () => {
  task = await cornerShop(workshop.host);
  shared = inMemory(workshop.host);
});

test.each([
  ['the work of people up to the first milestone', FIRST, [FIRST], 'resolved yes, useful yes'],
  ['the work of people up to the second', SECOND, [FIRST, SECOND], 'resolved yes, useful yes'],
  ['the work of people up to the third', THIRD, [FIRST, SECOND, THIRD], 'resolved yes, useful yes'],
  [
    'a second milestone without the first',
    SECOND,
    [SECOND],
    'resolved yes, useful no, broke test/discount.test.ts > five articles are a tenth cheaper (base); earlier-milestones failed',
  ],
  ['a first milestone where the second was asked for', SECOND, [FIRST], 'resolved no, useful no; tests failed'],
  ['no change at all', FIRST, [], 'resolved no, useful no; tests failed'],
] as const)('%s', async (_name, milestone, done, expected) => {
  const judgement = await grade(shared.deps, milestone, await patchOf(done));
  expect(told(milestone, judgement)).toBe(`${milestone}: ${expected}`);
});

test('is judged like the submission of a trial, and what a trial found out about an equal tree is known', async () => {
  const { deps, memos } = inMemory(workshop.host);
  const [ofTrial] = await gradesOf(deps, { ...task, milestones: task.milestones.slice(0, 1) }, agentThat({}));
  const keys = [...memos.keys()];
  const { gradeWallMs: _, ...judgement } = await grade(deps, FIRST, await patchOf([FIRST]));
  expect(ofTrial).toMatchObject(judgement);
  expect([...memos.keys()]).toEqual(keys);
});

test('a patch that does not apply is an error, before anything is measured', async () => {
  const { deps, memos } = inMemory(workshop.host);
  const patch = Buffer.from(String(await patchOf([FIRST])).replaceAll('articles.reduce', 'articles.fold'));
  expect(await refusal(grade(deps, FIRST, patch))).toMatchObject({
    code: 'E_PATCH_REFUSED',
    message: expect.stringContaining('src/till.ts'),
    retryable: false,
  });
  expect([...memos.keys()]).toEqual([]);
});

function grade(deps: HarnessDeps, milestone: (typeof MILESTONES)[number], patch: Uint8Array): Promise<Judgement> {
  const index = MILESTONES.indexOf(milestone);
  return gradePatch(deps, { task, index, patch, limits: LIMITS, sandbox: 'none', baselineRuns: 2 });
}

/** What people did at these milestones, on the base commit. */
async function patchOf(milestones: readonly (typeof MILESTONES)[number][]): Promise<Buffer> {
  const folder = join(import.meta.dirname, '../../fixtures/harness/tasks/corner-shop/milestones');
  return Buffer.concat(await Promise.all(milestones.map((id) => readFile(join(folder, id, 'reference.patch')))));
}

function told(id: string, judgement: Judgement): string {
  return String(outline([{ id, ...judgement }]));
}
