/** A program: makes the matrix of 100,000 tests at 50 trees, each made when it is asked for, and prints what came of it. */
import type { ObservedTree, SteadyRuns } from '#harness';
import { regressionMatrix } from '#harness';

const TESTS = 100_000;
const TREES = 50;
const ids = Array.from({ length: TESTS }, (_, index) => `packages/core/test/file-${index % 2000}.test.ts > Füllung 🚲 > case ${index}`);

function ran(outcomeOf: (index: number) => 'passed' | 'failed'): SteadyRuns {
  return { status: 'ran', runs: 3, stopped: 0, outcomes: new Map(ids.map((id, index) => [id, outcomeOf(index)])) };
}

const passing = ran(() => 'passed');
const contentOf = (test: string) => test.slice(0, 40);

function* trees(): Generator<ObservedTree> {
  for (let tree = 0; tree < TREES; tree++) {
    yield {
      name: { milestone: `m-${tree}`, after: 'agent' },
      // Every tenth test is broken at one tree in seven, and healed at the next.
      trial: ran((index) => (index % 10 === 0 && (index / 10 + tree) % 7 === 0 ? 'failed' : 'passed')),
      human: passing,
      contentOf,
      failToPass: [],
      passToPass: [],
    };
  }
}

const { breakages, tests } = regressionMatrix({ start: { human: passing, contentOf }, trees: trees() });
console.log(JSON.stringify({ tests: tests.length, breakages: breakages.length, healed: breakages.filter(({ ended }) => ended).length }));
