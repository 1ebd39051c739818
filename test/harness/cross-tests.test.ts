/** The four cells of a change between two commits, as a pull request has them: real trees, real runs. */
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { DEFAULT_LIMITS, DEFAULT_SETUP } from '#contracts';
import { type CrossOptions, crossTests } from '#harness';
import type { CommitSpec } from '../helpers/git-repository.ts';
import { useWorkshop } from '../helpers/workspaces.ts';
import { inMemory } from './corner-shop.ts';

const SHOP = join(import.meta.dirname, '../../fixtures/harness/repositories/corner-shop');
const suite = (...tests: string[]) =>
  [
    "import assert from 'node:assert/strict';",
    "import { test } from 'node:test';",
    "import { priceOf } from '../src/price.ts';",
    ...tests,
    '',
  ].join('\n');
const costs = (article: string, cents: number) => `test('${article} has a price', () => assert.equal(priceOf('${article}'), ${cents}));`;
const shop = (prices: string, name = 'priceOf') => ({
  'src/price.ts': `const PRICES: Record<string, number> = { ${prices} };\nexport const ${name} = (article: string) => PRICES[article];\n`,
  'src/till.ts': 'export const total = () => 0;\n',
});

const BASE: CommitSpec['files'] = {
  ...shop('bread: 320, milk: 140, newspaper: 290, tea: 410'),
  'test/price.test.ts': suite(costs('bread', 320), costs('milk', 140), costs('newspaper', 290), costs('tea', 410)),
  'test/till.test.ts': suite(costs('bread', 320), costs('tea', 410)),
};
/** Bread is dearer, by mistake: one test of it is bent, one goes with its file. */
const DEARER: CommitSpec['files'] = {
  ...shop('bread: 330, milk: 140, newspaper: 290, tea: 410, jam: 500'),
  'test/price.test.ts': suite(costs('bread', 330), costs('milk', 140).replace("', ()", "', { skip: true }, ()")),
  'test/till.test.ts': null,
  'test/paper.test.ts': suite(costs('newspaper', 290), costs('jam', 500), "test('tea is sold', () => assert.ok(priceOf('tea')));"),
};
const RENAMED: CommitSpec['files'] = {
  ...shop('bread: 320, milk: 140, newspaper: 290, tea: 410', 'costOf'),
  'test/till.test.ts': suite(costs('bread', 320), costs('tea', 410)).replaceAll('priceOf', 'costOf'),
};

const workshop = useWorkshop();

let shared: ReturnType<typeof inMemory>;
let dearer: CrossOptions;
let renamed: CrossOptions;
beforeAll(async () => {
  shared = inMemory(workshop.host);
  const { repository, commits } = await workshop.fixture(
    SHOP,
    { files: BASE },
    { files: DEARER, branch: 'dearer' },
    { files: RENAMED, branch: 'renamed' },
  );
  const optionsFor = (at: number, files: string[]): CrossOptions => {
    const [base, commit] = [commits[1], commits[at]];
    if (!base || !commit) throw new Error('three commits after the first');
    const setup = { ...DEFAULT_SETUP, install: false };
    const limits = { ...DEFAULT_LIMITS, testTimeoutMs: 60_000 };
    return { repository, base, head: { commit }, files, runs: 2, setup, limits, sandbox: 'none' };
  };
  dearer = optionsFor(2, ['test/price.test.ts', 'test/till.test.ts']);
  renamed = optionsFor(3, ['test/till.test.ts']);
});

async function verdicts(options: CrossOptions): Promise<string[]> {
  const { comparison } = await crossTests(shared.deps, options);
  if (comparison.status === 'unknown') return [comparison.reason];
  return comparison.verdicts.map(({ reason: _, test: id, kind, ...more }) =>
    [id.replace(/^test\//, ''), kind, ...Object.entries(more).map(([name, value]) => `${name} ${value}`)].join(', '),
  );
}

test('every test says what became of it, once', async () => {
  expect(await verdicts(dearer)).toEqual([
    'price.test.ts > bread has a price, bent, snapshotOnly false',
    'price.test.ts > milk has a price, disarmed',
    'price.test.ts > tea has a price, gone, holds true',
    'till.test.ts > bread has a price, gone, holds false',
    'till.test.ts > tea has a price, gone, holds true',
    'paper.test.ts > jam has a price, new, fixes true',
    'paper.test.ts > tea is sold, new, fixes false',
  ]);
  const known = shared.memos.size;
  await verdicts(dearer);
  expect(shared.memos.size).toBe(known);
});

test('tests that do not load against a change of the API say nothing', async () => {
  expect(await verdicts(renamed)).toEqual(['till.test.ts > bread has a price, unknown', 'till.test.ts > tea has a price, unknown']);
});

test('a base without tests to run says nothing about any', async () => {
  expect(await verdicts({ ...dearer, files: ['test/nobody-wrote-it.test.ts'] })).toEqual([
    'the base does not run its own tests: nothing was run',
  ]);
});
