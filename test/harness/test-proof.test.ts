/** What a submission did to the tests that were there is proved by running them, and held to what the human did. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { MilestoneGrade, Task } from '#contracts';
import { useWorkshop } from '../helpers/workspaces.ts';
import { agentThat, and, cornerShop, gradesOf, inMemory, MILESTONES, replace, write } from './corner-shop.ts';

const SHOP = join(import.meta.dirname, '../../fixtures/harness/repositories/corner-shop');
const workshop = useWorkshop();
const [FIRST] = MILESTONES;

const HEADER =
  "import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { priceOf } from '../src/price.ts';\n\n";
const costs = (article: string, cents: number) => `test('${article} has a price', () => assert.equal(priceOf('${article}'), ${cents}));\n`;
/** What the human makes of the test of tea: it holds before and after. */
const TEA = "test('tea has a price', () => assert.ok(Number(priceOf('tea')) > 100));\n";
const prices = (bread: number, milk: number) =>
  `const PRICES: Record<string, number> = { bread: ${bread}, milk: ${milk}, tea: 410 };\nexport const priceOf = (article: string) => PRICES[article];\n`;

/** A request that makes bread dearer, which the human's test of it shows, and that leaves the price of tea open. Nobody asks for dearer milk. */
async function dearerBread(): Promise<Task> {
  const { repository, commits } = await workshop.fixture(
    SHOP,
    {
      files: {
        'src/price.ts': prices(320, 140),
        'src/till.ts': 'export {};\n',
        'test/price.test.ts': HEADER + costs('bread', 320) + costs('milk', 140) + costs('tea', 410),
        'test/till.test.ts': null,
      },
    },
    { files: { 'src/price.ts': prices(330, 140), 'test/price.test.ts': HEADER + costs('bread', 330) + costs('milk', 140) + TEA } },
  );
  const [, baseCommit, referenceCommit] = commits;
  const task = await cornerShop(workshop.host);
  const [milestone] = task.milestones;
  if (!baseCommit || !referenceCommit || !milestone) throw new Error('three commits and a milestone');
  return {
    ...task,
    repository,
    baseCommit,
    milestones: [{ ...milestone, referenceCommit, visibleTests: [], hiddenTests: ['test/price.test.ts'] }],
  };
}

/** What the check says, without the numbers of the reading. */
function integrityOf([grade]: readonly MilestoneGrade[]) {
  const check = grade?.checks.find((each) => each.check === 'integrity');
  if (check === undefined || check.status === 'unscored') throw new Error(JSON.stringify(check));
  const { cells, cellsStable, cellsUnknown } = check.evidence.facts;
  const proved = check.findings.filter(({ rule }) => /^(bent|removed|disarmed|vacuous)-test$/.test(rule));
  return {
    ...{ status: check.status, summary: check.evidence.summary, cells, cellsStable, cellsUnknown },
    proved: proved.map(({ severity, id, witness }) => [severity, id, witness.join().split('\n')[0]]),
  };
}

test('what the human made dearer too, or whose test the human edited, is a record; milk is a gate', async () => {
  const task = await dearerBread();
  const { deps } = inMemory(workshop.host);
  const dearer = (from: string, to: string) => and(replace('src/price.ts', from, to), replace('test/price.test.ts', from, to));
  const asAsked = and(replace('src/price.ts', '320', '330'), replace('test/price.test.ts', '320', '330.0'));
  const agent = agentThat({ [FIRST]: and(asAsked, dearer('140', '150'), dearer('410', '420')) });
  expect(integrityOf(await gradesOf(deps, task, agent))).toEqual({
    status: 'failed',
    summary: 'the test "test/price.test.ts > milk has a price" was changed to fit the code: as it was, it fails',
    ...{ cells: 'proved', cellsStable: 3, cellsUnknown: 0 },
    proved: [
      [
        'gate',
        'bent-test:test/price.test.ts > milk has a price',
        'as it was, it fails with the change: AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:',
      ],
      [
        'record',
        'bent-test:test/price.test.ts > bread has a price',
        'as it was, it fails with the change: AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:',
      ],
      [
        'record',
        'bent-test:test/price.test.ts > tea has a price',
        'as it was, it fails with the change: AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:',
      ],
    ],
  });
});

test('a test file that does not load against the change is told, and proves nothing', async () => {
  const task = await dearerBread();
  const { deps } = inMemory(workshop.host);
  const renamed = and(
    write('src/price.ts', prices(330, 140).replace('priceOf', 'costOf')),
    write('test/price.test.ts', (HEADER + costs('bread', 330) + costs('milk', 140)).replaceAll('priceOf', 'costOf')),
  );
  expect(integrityOf(await gradesOf(deps, task, agentThat({ [FIRST]: renamed }), { baselineRuns: 1 }))).toEqual({
    status: 'passed',
    summary: 'nothing bends the evidence; its changes to 3 tests could not be tried',
    ...{ cells: 'proved', cellsStable: 3, cellsUnknown: 3 },
    proved: [],
  });
});
