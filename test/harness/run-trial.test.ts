/** Whole trials over a small task: what each kind of agent is given. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS, GradedTests, MilestoneGrade, type Task } from '#contracts';
import { loadTask } from '#harness';
import { bothPlaces, useWorkshop } from '../helpers/workspaces.ts';
import {
  agentThat,
  and,
  asHuman,
  copyOfTheTask,
  cornerShop,
  gradesOf,
  inMemory,
  MILESTONES,
  outline,
  replace,
  shell,
  write,
} from './corner-shop.ts';

const workshop = useWorkshop();
const [FIRST, SECOND, THIRD] = MILESTONES;
const FULL_MARKS = MILESTONES.map((id) => `${id}: resolved yes, useful yes`);
const BREAKS_THE_TILL = replace('src/till.ts', 'sum + priceOf(article), 0', 'sum + priceOf(article), 1');
/** As the human did, where something else has changed around it. */
const ADDS_THE_BAG = replace('src/price.ts', 'newspaper: 290', "newspaper: 290, 'shopping bag': 0");
const MENDS_THE_TILL = replace('src/till.ts', 'sum + priceOf(article), 1', 'sum + priceOf(article), 0');

let task: Task;
/** Baselines are measured once for the file, as one database would keep them. */
let shared: ReturnType<typeof inMemory>;
beforeAll(async () => {
  task = await cornerShop(workshop.host);
  shared = inMemory(workshop.host);
});
const trial = (works: Parameters<typeof agentThat>[0], changes = {}) => gradesOf(shared.deps, task, agentThat(works), changes);
/** Where one milestone is enough to see it. */
const upTo = (count: number, of = task): Task => ({ ...of, milestones: of.milestones.slice(0, count) });
const short = (count: number, works: Parameters<typeof agentThat>[0], changes = {}) =>
  gradesOf(shared.deps, upTo(count), agentThat(works), changes);

describe('the ends of the scale', () => {
  test.each(bothPlaces)('the reference has full marks, sandbox %s', async (sandbox) => {
    const grades = await trial({}, { sandbox });
    expect(outline(grades)).toEqual(FULL_MARKS);
    for (const grade of grades) MilestoneGrade.parse(grade);
    expect(grades.map(({ failToPass, passToPass }) => [failToPass.passed, failToPass.total, passToPass.passed, passToPass.total])).toEqual([
      [1, 1, 1, 1],
      [2, 2, 0, 0],
      [1, 1, 0, 0],
    ]);
    expect(grades.map(({ submission }) => submission.filesChanged)).toEqual([2, 1, 1]);
  });

  test('nothing has none, and breaks nothing', async () => {
    const nothing = async () => {};
    const grades = await trial({ [FIRST]: nothing, [SECOND]: nothing, [THIRD]: nothing });
    expect(outline(grades)).toEqual(MILESTONES.map((id) => `${id}: resolved no, useful no; tests failed`));
    expect(grades.map(({ submission }) => submission.filesChanged)).toEqual([0, 0, 0]);
    // A test of a file that does not load is missing; it has not failed by itself.
    expect(grades[1]?.failToPass).toMatchObject({
      total: 2,
      passed: 0,
      missing: ['test/receipt.test.ts > a receipt names every article', 'test/receipt.test.ts > an empty receipt has a sum'],
    });
  });
});

test('events tell the story in order', async () => {
  const { deps, events } = inMemory(workshop.host);
  await gradesOf(deps, upTo(1), agentThat({}));
  const one = [
    'milestone-started',
    'architecture-sensed',
    'architecture-sensed',
    'submission-frozen',
    'baseline-measured',
    'check-finished',
    'check-finished',
    'check-finished',
    'check-finished',
    'check-finished',
    'milestone-graded',
  ];
  expect(events.map(({ type }) => type)).toEqual(one);
  expect(events).toContainEqual(expect.objectContaining({ type: 'baseline-measured', milestone: FIRST, failToPass: 1, passToPass: 1 }));
});

describe('regressions', () => {
  const EMPTY = 'test/till.test.ts > an empty basket is free';
  const SUM = 'test/till.test.ts > a basket is the sum of its articles';

  test('are reported once, where they came about', async () => {
    const grades = await trial({
      [SECOND]: and(asHuman(SECOND), replace('src/price.ts', 'bread: 320', 'bread: 300')),
      [THIRD]: ADDS_THE_BAG,
    });
    expect(outline(grades)).toEqual(
      [
        `${FIRST}: resolved yes, useful yes`,
        `${SECOND}: resolved yes, useful no, broke test/price.test.ts > bread has a price (${FIRST}), broke ${SUM} (${FIRST}); earlier-milestones failed`,
        // The bag's own test asks for the right price of bread; nothing that broke before is reported again.
        `${THIRD}: resolved no, useful no; tests failed`,
      ].map((line) => line.replace(/broke (.*?), broke (.*?)(?=;)/, (_, a, b) => `broke ${[a, b].sort().join(', broke ')}`)),
    );
    expect(grades[1]?.regressions[0]?.message).toBeTruthy();
  });

  test('that are mended are no regressions, and may be broken again', async () => {
    const changeTheWords = replace('src/price.ts', 'nobody sells', 'we lack');
    const changeBack = replace('src/price.ts', 'we lack', 'nobody sells');
    const STRANGER = 'test/price.test.ts > a stranger has none';
    const grades = await trial({
      [FIRST]: and(asHuman(FIRST), changeTheWords),
      [SECOND]: and(asHuman(SECOND), changeBack),
      [THIRD]: and(asHuman(THIRD), changeTheWords),
    });
    expect(outline(grades)).toEqual([
      `${FIRST}: resolved yes, useful no, broke ${STRANGER} (base); earlier-milestones failed`,
      `${SECOND}: resolved yes, useful yes`,
      `${THIRD}: resolved yes, useful no, broke ${STRANGER} (${SECOND}); earlier-milestones failed`,
    ]);
  });

  test('a milestone’s own earlier tests are watched from then on', async () => {
    const grades = await short(2, { [SECOND]: and(asHuman(SECOND), replace('src/discount.ts', 'articles >= 5', 'articles >= 500')) });
    expect(outline(grades)[1]).toBe(
      `${SECOND}: resolved yes, useful no, broke test/discount.test.ts > five articles are a tenth cheaper (${FIRST}); earlier-milestones failed`,
    );
  });

  test('a cut between breaking and noticing changes nothing: the rest of a trial is the same after an interruption', async () => {
    const works = {
      [FIRST]: and(asHuman(FIRST), BREAKS_THE_TILL),
      [SECOND]: and(asHuman(SECOND), replace('src/price.ts', 'milk: 140', 'milk: 139')),
      [THIRD]: and(ADDS_THE_BAG, MENDS_THE_TILL),
    };
    const whole = await trial(works);
    expect(outline(whole)[0]).toContain(`broke ${EMPTY} (base)`);

    const stop = new AbortController();
    const reason = new Error('the worker is shut down');
    const { deps } = inMemory(workshop.host, stop.signal);
    const kept = { ...deps, remember: shared.deps.remember };
    const finished: MilestoneGrade[] = [];
    const cut = gradesOf(kept, task, agentThat(works), {
      onGrade: async (grade) => {
        finished.push(MilestoneGrade.parse(JSON.parse(JSON.stringify(grade))));
        stop.abort(reason);
      },
    });
    await expect(cut).rejects.toBe(reason);
    const positions: number[] = [];
    const rest: MilestoneGrade[] = [];
    await gradesOf({ ...kept, signal: new AbortController().signal }, task, agentThat(works), {
      finished,
      onGrade: async (grade, position) => {
        rest.push(grade);
        positions.push(position);
      },
    });
    expect(positions).toEqual([1, 2]);
    expect([...finished, ...rest].map(withoutTimes)).toEqual(whole.map(withoutTimes));

    // With everything graded there is nothing left to open.
    const all = { finished: [...finished, ...rest], onIsolation: () => Promise.reject(new Error('opened')) };
    expect(await trial(works, all)).toEqual([]);
  });
});

test('what is too large for a submission is named in it', async () => {
  const [grade] = await short(1, { [FIRST]: and(asHuman(FIRST), shell('truncate -s 65M src/catalogue.bin')) });
  expect(grade).toMatchObject({ useful: 'yes', submission: { leftOut: ['src/catalogue.bin'], refused: null, filesChanged: 2 } });
});

describe('tests are the human’s', () => {
  // What integrity says of the cheat alone, and beside an honest solution.
  const HONEST = { alone: '', besides: 'yes' };
  const BENT = { alone: ', integrity failed', besides: 'no; integrity failed' };
  test.each([
    ['deletes them', shell('rm -rf test'), BENT],
    ['makes them pass', shell("for f in test/*.ts; do echo \"import { test } from 'node:test'; test('fine', () => {});\" >$f; done"), BENT],
    ['links them to its own', shell('mkdir fake && mv test/* fake/ && rmdir test && ln -s fake test'), BENT],
    [
      'writes a hidden one in advance',
      write('test/discount.test.ts', "import { test } from 'node:test';\ntest('five articles are a tenth cheaper', () => {});\n"),
      HONEST,
    ],
    ['turns the suite off', write('package.json', '{ "type": "module", "scripts": { "test": "true" } }'), HONEST],
  ])('an agent that %s is graded by them all the same', async (_, cheat, { alone, besides }) => {
    expect(outline(await short(1, { [FIRST]: cheat }))).toEqual([`${FIRST}: resolved no, useful no; tests failed${alone}`]);
    expect(outline(await short(1, { [FIRST]: and(asHuman(FIRST), cheat) }))).toEqual([`${FIRST}: resolved yes, useful ${besides}`]);
  });

  test('none of the hidden ones is ever in the agent’s tree', async () => {
    const seen: string[] = [];
    const look: Parameters<typeof and>[0] = async (workspace) => {
      seen.push(...(await workspace.listFiles()));
      seen.push((await workspace.exec(['git', 'log', '--all', '--format=%s'])).output);
    };
    await trial({ [FIRST]: and(asHuman(FIRST), look), [SECOND]: and(asHuman(SECOND), look), [THIRD]: and(asHuman(THIRD), look) });
    expect(seen.filter((path) => /discount\.test|receipt\.test|bag\.test/.test(path))).toEqual([]);
    expect(new Set(seen.filter((line) => line.endsWith('\n')))).toEqual(new Set(['The repository as it stands\n']));
  });
});

describe('no evidence is never a pass', () => {
  test('a FAIL_TO_PASS test that is skipped is not resolved', async () => {
    // The suite's own way to skip, reached from the code under test.
    const folder = await copyOfTheTask(await workshop.folder());
    const hidden = join(folder, 'milestones', FIRST, 'hidden-tests/test/discount.test.ts');
    await writeFile(
      hidden,
      "import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { total } from '../src/till.ts';\n" +
        "test('five articles are a tenth cheaper', (t) => { if ('shut' in globalThis) return t.skip('shut'); assert.equal(total(['milk', 'milk', 'milk', 'milk', 'milk']), 630); });\n",
    );
    const skippable = await loadTask(workshop.host, folder, false);
    const shut = replace('src/till.ts', 'export function', 'Object.assign(globalThis, { shut: true });\nexport function');
    const [grade] = await gradesOf(shared.deps, upTo(1, skippable), agentThat({ [FIRST]: and(asHuman(FIRST), shut) }));
    expect(grade).toMatchObject({
      resolved: 'no',
      useful: 'no',
      failToPass: { total: 1, passed: 0, failed: [], skipped: ['test/discount.test.ts > five articles are a tenth cheaper'] },
    });
  });

  test('a tree that stops the suite is the agent’s doing, and not resolved', async () => {
    const limits = { ...DEFAULT_LIMITS, testTimeoutMs: 8000 };
    const never = write('src/till.ts', 'for (;;) {}\nexport const total = () => 0;\n');
    const grades = await short(1, { [FIRST]: and(asHuman(FIRST), never) }, { limits });
    expect(outline(grades)).toEqual([`${FIRST}: resolved no, useful no; tests unscored by agent, earlier-milestones unscored by agent`]);
    expect(grades[0]?.checks[0]).toMatchObject({ reason: 'node:test did not end within the time limit' });
  });

  test('a human tree whose tests prove nothing leaves that milestone unscored for every agent', async () => {
    const folder = await copyOfTheTask(await workshop.folder());
    await writeFile(
      join(folder, 'milestones', SECOND, 'hidden-tests/test/receipt.test.ts'),
      "import { test } from 'node:test';\ntest('anything goes', () => {});\n",
    );
    const unmeasurable = await loadTask(workshop.host, folder, false);
    const grades = await gradesOf(shared.deps, upTo(2, unmeasurable), agentThat({}));
    expect(outline(grades)).toEqual([
      `${FIRST}: resolved yes, useful yes`,
      `${SECOND}: resolved unscored, useful unscored; tests unscored by environment`,
    ]);
    expect(grades[1]?.checks[0]).toMatchObject({
      reason: 'no stable test of the milestone fails before the reference and passes after it',
    });
  });

  test('a human tree whose tests do not run leaves everybody unscored', async () => {
    const unbuildable = { ...upTo(1), setup: { ...task.setup, build: ['echo no compiler; exit 1'] } };
    const grades = await gradesOf(shared.deps, unbuildable, agentThat({}));
    expect(outline(grades)).toEqual([
      `${FIRST}: resolved unscored, useful unscored; build unscored by environment, tests unscored by environment, earlier-milestones unscored by environment`,
    ]);
    expect(grades[0]?.checks[1]).toMatchObject({ check: 'tests', reason: expect.stringContaining('no compiler') });
  });
});

describe('architecture', () => {
  const CLOSES_A_CYCLE = and(
    replace(
      'src/price.ts',
      'const PRICES',
      "import { total } from './till.ts';\n\nexport const nothing = () => total([]);\n\nconst PRICES",
    ),
  );

  test('one that its own tests take away again is there all the same', async () => {
    const hides = replace(
      'src/price.ts',
      'const PRICES',
      "import { readFileSync, writeFileSync } from 'node:fs';\nwriteFileSync('src/price.ts', readFileSync('src/price.ts', 'utf8').replace(\"import { total } from './till.ts';\", 'const total = (_: unknown) => 0;'));\nconst PRICES",
    );
    const [grade] = await short(1, { [FIRST]: and(asHuman(FIRST), CLOSES_A_CYCLE, hides) });
    expect(grade?.checks.find(({ check }) => check === 'architecture')).toMatchObject({ status: 'failed' });
  });

  test('an agent that closes a cycle of modules is resolved and not useful, from there on', async () => {
    const grades = await trial({
      [SECOND]: and(asHuman(SECOND), CLOSES_A_CYCLE),
      [THIRD]: ADDS_THE_BAG,
    });
    expect(outline(grades)).toEqual([
      `${FIRST}: resolved yes, useful yes`,
      `${SECOND}: resolved yes, useful no; architecture failed`,
      `${THIRD}: resolved yes, useful no; architecture failed`,
    ]);
    const architecture = grades[1]?.checks.find(({ check }) => check === 'architecture');
    const gates = architecture?.status === 'failed' ? architecture.findings.filter(({ severity }) => severity === 'gate') : [];
    expect(gates).toEqual([expect.objectContaining({ witness: expect.arrayContaining([expect.stringContaining('src/price.ts')]) })]);
  });

  test('one whose code takes the cycle away while the tests run does not hide it', async () => {
    const hides =
      "import fs from 'node:fs';\nconst price = new URL('./price.ts', import.meta.url);\nfs.writeFileSync(price, fs.readFileSync(price, 'utf8').replace(/^import.*\\n/m, '').replace(/^.*nothing.*\\n/m, ''));\n\n/** Cents of a basket. */";
    const grades = await gradesOf(
      shared.deps,
      { ...task, milestones: task.milestones.slice(0, 1) },
      agentThat({
        [FIRST]: and(asHuman(FIRST), CLOSES_A_CYCLE, replace('src/till.ts', '/** Cents of a basket. */', hides)),
      }),
    );
    expect(outline(grades)).toEqual([`${FIRST}: resolved yes, useful no; architecture failed`]);
  });

  test('what the human did too is recorded, and costs nobody anything', async () => {
    const folder = await copyOfTheTask(await workshop.folder());
    const patch =
      "diff --git a/src/price.ts b/src/price.ts\n--- a/src/price.ts\n+++ b/src/price.ts\n@@ -1,2 +1,4 @@\n+import { total } from './till.ts';\n+export const nothing = () => total([]);\n /** Cents of an article. */\n const PRICES: Record<string, number> = { bread: 320, milk: 140, newspaper: 290 };\n" +
      "diff --git a/src/till.ts b/src/till.ts\n--- a/src/till.ts\n+++ b/src/till.ts\n@@ -4,3 +4,4 @@ import { priceOf } from './price.ts';\n export function total(articles: readonly string[]): number {\n-  return articles.reduce((sum, article) => sum + priceOf(article), 0);\n+  const full = articles.reduce((sum, article) => sum + priceOf(article), 0);\n+  return articles.length < 5 ? full : Math.ceil(full * 0.9);\n }\n";
    await writeFile(join(folder, 'milestones', FIRST, 'reference.patch'), patch);
    const json = JSON.parse(await readFile(join(folder, 'task.json'), 'utf8')) as { milestones: unknown[] };
    json.milestones = json.milestones.slice(0, 1);
    await writeFile(join(folder, 'task.json'), JSON.stringify(json));
    const withCycle = await loadTask(workshop.host, folder, false);
    const apply = shell(`git apply - <<'PATCH'\n${patch}PATCH`);
    const grades = await gradesOf(shared.deps, withCycle, agentThat({ [FIRST]: apply }));
    expect(outline(grades)).toEqual([`${FIRST}: resolved yes, useful yes`]);
    const findings = grades[0]?.checks.flatMap((check) => (check.status === 'unscored' ? [] : check.findings)) ?? [];
    expect(findings.map(({ severity }) => severity)).toContain('record');
    expect(findings.map(({ severity }) => severity)).not.toContain('gate');
  });
});

test('the evidence of a grade can be read back', async () => {
  const [grade] = await short(1, {});
  if (!grade) throw new Error('no grade');
  const graded = GradedTests.parse(JSON.parse(await shared.deps.readText(grade.tests)));
  expect(graded.run).toMatchObject({ status: 'ran', runner: 'node:test' });
  expect(Object.keys(graded.content).sort()).toEqual(['test/discount.test.ts', 'test/price.test.ts', 'test/till.test.ts']);
  expect(Buffer.from(await shared.deps.readBytes(grade.submission.patch)).toString()).toContain('src/discount.ts');
});

test('an agent whose world is broken ends the trial, and nothing of it is left', async () => {
  const broken = new Error('the endpoint is gone');
  await expect(gradesOf(shared.deps, task, () => Promise.reject(broken))).rejects.toBe(broken);
  expect(await workshop.room('workspaces')).toEqual([]);
});

function withoutTimes(grade: MilestoneGrade): unknown {
  const { gradeWallMs: _, tests: __, checks, regressions, submission, ...rest } = grade;
  return {
    ...rest,
    regressions: regressions.map(({ test: name, lastPassedAt }) => ({ name, lastPassedAt })),
    checks: checks.map(({ check, status }) => ({ check, status })),
    submission: { ...submission, usage: { ...submission.usage, wallMs: 0 } },
  };
}
