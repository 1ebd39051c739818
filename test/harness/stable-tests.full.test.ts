/** What a test that does not always come out alike can decide: nothing. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Task } from '#contracts';
import { loadTask } from '#harness';
import { useWorkshop } from '../helpers/workspaces.ts';
import { agentThat, and, asHuman, copyOfTheTask, gradesOf, inMemory, MILESTONES, outline, replace, write } from './corner-shop.ts';

const workshop = useWorkshop();
const [FIRST] = MILESTONES;
/** Passes the first time in a workspace and never again. */
const ONCE = 'test/weather.test.ts > the sun shines once';
/** Fails while a file lies in a place that both trees see. */
const DRY = 'test/weather.test.ts > it does not rain';
const BREAD = 'test/price.test.ts > bread has a price';

let task: Task;
let rain: string;
/** Code for a place of each workspace that outlives a run: no folder that a workspace gives to tests does. */
let outside: string;
let shared: ReturnType<typeof inMemory>;
beforeAll(async () => {
  rain = join(await workshop.folder(), 'rain');
  outside = `${JSON.stringify(`${await workshop.folder()}/`)} + process.cwd().replaceAll('/', '-')`;
  const folder = await copyOfTheTask(await workshop.folder());
  await writeFile(
    join(folder, 'milestones', FIRST, 'hidden-tests/test/weather.test.ts'),
    `import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';

test('the sun shines once', () => {
  const place = ${outside} + '-seen';
  const seen = existsSync(place);
  writeFileSync(place, '');
  assert.equal(seen, false);
});
test('it does not rain', () => assert.equal(existsSync(${JSON.stringify(rain)}), false));
`,
  );
  const whole = await loadTask(workshop.host, folder, false);
  task = { ...whole, milestones: whole.milestones.slice(0, 1) };
  shared = inMemory(workshop.host);
});
const grade = async (work: Parameters<typeof and>[0], baselineRuns: number) => {
  const [only] = await gradesOf(shared.deps, task, agentThat({ [FIRST]: work }), { baselineRuns });
  if (!only) throw new Error('no grade');
  return only;
};
const countRuns = () => [...shared.memos.keys()].filter((key) => key.startsWith('second-look:')).length;

describe('in the human trees', () => {
  test('a test that passes only at times is listed, and is in neither set', async () => {
    const spoilt = and(asHuman(FIRST), write('src/umbrella.ts', "import { writeFileSync } from 'node:fs';\nwriteFileSync('x', '');\n"));
    const graded = await grade(spoilt, 2);
    expect(outline([graded])).toEqual([`${FIRST}: resolved yes, useful yes`]);
    expect(graded.flaky).toEqual([ONCE]);
    expect([graded.failToPass.total, graded.passToPass.total]).toEqual([1, 2]);
    expect(countRuns(), 'a clean grade needs no second look').toBe(0);
  });

  test('one run can tell nothing apart', async () => {
    const graded = await grade(asHuman(FIRST), 1);
    expect(graded.flaky).toEqual([]);
    expect(graded.passToPass.total).toBe(3);
  });
});

describe('in the agent’s tree', () => {
  /** Throws on the first of every three runs in a workspace. */
  const atTimes = (runs: number) =>
    and(
      asHuman(FIRST),
      replace(
        'src/price.ts',
        'export function',
        `import { existsSync, readFileSync, writeFileSync } from 'node:fs';
const place = ${outside} + '-runs';
if (process.argv[1]?.includes('price.test')) {
  const before = existsSync(place) ? Number(readFileSync(place, 'utf8')) : 0;
  writeFileSync(place, String(before + 1));
  if (before < ${runs}) PRICES.bread = 1;
}
export function`,
      ),
    );

  test('a test that fails at first and passes again is nobody’s regression', async () => {
    const graded = await grade(atTimes(1), 3);
    expect(outline([graded])).toEqual([`${FIRST}: resolved yes, useful yes`]);
    expect(graded.flaky).toContain(BREAD);
    expect(graded.checks.find(({ check }) => check === 'earlier-milestones')).toMatchObject({
      evidence: { facts: { flaky: 1, broken: 0 } },
    });
  });

  test('one that fails k of k is', async () => {
    const graded = await grade(atTimes(3), 3);
    expect(outline([graded])).toEqual([`${FIRST}: resolved yes, useful no, broke ${BREAD} (base); earlier-milestones failed`]);
  });
});

test('what the human tree does not pass either, at the same time, is nobody’s doing', async () => {
  const graded = await grade(
    and(asHuman(FIRST), write('src/cloud.ts', 'export {};\n'), () => writeFile(rain, '')),
    2,
  );
  expect(outline([graded])).toEqual([`${FIRST}: resolved yes, useful yes`]);
  expect(graded.flaky).toEqual([DRY, ONCE].sort());
  expect(graded.passToPass).toMatchObject({ total: 2, passed: 1, failed: [], flaky: [DRY] });
});
