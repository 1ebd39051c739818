/** Chains of observed trees that one line per test tells, and what the matrix makes of them. */
import type { Breakage, TreeName } from '#contracts';
import { type Chain, type ObservedTree, type RegressionMatrix, regressionMatrix, type SteadyRuns } from '#harness';

const OUTCOMES = { P: 'passed', F: 'failed', S: 'skipped', '~': 'flaky' } as const;
type Outcome = (typeof OUTCOMES)[keyof typeof OUTCOMES];

/**
 * One word per tree, the start first, where only the human tree is told: `<trial>/<human><content>`.
 * Outcomes: P, F, S, ~ (flaky), - (no outcome). `/<human>` may be left out and is P. `<content>`, from a single digit, may be left out
 * and is what it was before; `?` is unknown. A `*` at the end puts the test into the milestone's PASS_TO_PASS, `^` into FAIL_TO_PASS.
 */
export type Told = Record<string, string>;

interface ToldCell {
  trial: Outcome | undefined;
  human: Outcome | undefined;
  content: string | undefined;
  own: string;
}

/** `m-1`, or `+m-1` for the fold before it; `m-1!agent` when the trial's suite gave no evidence by the agent's fault; `m-1?` when the human one gave none. */
export function toldChain(told: Told, names: readonly string[]): Chain {
  const rows = Object.entries(told).map(([test, line]) => [test, cellsOf(line)] as const);
  const column = (at: number) => new Map(rows.flatMap(([test, cells]) => (cells[at] ? [[test, cells[at]] as const] : [])));
  const start = column(0);
  return {
    start: { human: ran(start, 'trial'), contentOf: (test) => start.get(test)?.content },
    trees: names.map((name, index): ObservedTree => {
      const cells = column(index + 1);
      const [, fold, milestone, fault, noHuman] = /^(\+?)([^!?]+)(?:!(\w+))?(\?)?$/.exec(name) ?? [];
      const own = (mark: string) => [...cells].filter((cell) => cell[1].own === mark).map(([test]) => test);
      return {
        name: { milestone: milestone ?? '', after: fold ? 'fold' : 'agent' },
        trial: fault ? { status: 'did-not-run', fault: fault as 'agent' } : ran(cells, 'trial'),
        human: noHuman ? { status: 'did-not-run', fault: 'environment' } : ran(cells, 'human'),
        contentOf: (test) => cells.get(test)?.content,
        failToPass: own('^'),
        passToPass: own('*'),
      };
    }),
  };
}

function cellsOf(line: string): ToldCell[] {
  let content = '1';
  return line
    .trim()
    .split(/\s+/)
    .map((word) => {
      const [, trial = '', human = 'P', told, own = ''] = /^([PFS~-])(?:\/([PFS~-]))?([0-9?])?([*^])?$/.exec(word) ?? [word.slice(99)];
      if (trial === '') throw new Error(`cannot read ${word}`);
      if (told !== undefined) content = told;
      const outcome = (letter: string) => OUTCOMES[letter as keyof typeof OUTCOMES] as Outcome | undefined;
      const gone = human === '-' && told === undefined;
      return { trial: outcome(trial), human: outcome(human), content: content === '?' || gone ? undefined : content, own };
    });
}

function ran(cells: ReadonlyMap<string, ToldCell>, which: 'trial' | 'human'): SteadyRuns {
  return {
    status: 'ran',
    runs: 3,
    stopped: 0,
    outcomes: new Map([...cells].flatMap(([test, cell]) => (cell[which] ? [[test, cell[which]] as const] : []))),
  };
}

/** `green broken(m-2) healed(m-2)`, one word per tree. */
export function statesOf(matrix: RegressionMatrix): Record<string, string> {
  return Object.fromEntries(
    matrix.tests.map((test) => [
      test,
      matrix.trees
        .map((_, tree) => matrix.cell(test, tree))
        .map(({ state, brokenAt }) => (brokenAt ? `${state}(${nameOf(brokenAt)})` : state))
        .join(' '),
    ]),
  );
}

export function becomes(told: Told, names: readonly string[]): Record<string, string> {
  return statesOf(regressionMatrix(toldChain(told, names)));
}

/** `a: broken at m-2 (failed), last passed at m-1, healed at m-3` */
export function storyOf({ test, brokenAt, lastPassedAt, outcome, again, ended }: Breakage): string {
  return [
    `${test}: broken${again ? ' again' : ''} at ${nameOf(brokenAt)} (${outcome})`,
    `last passed at ${lastPassedAt ? nameOf(lastPassedAt) : 'the start'}`,
    ...(ended ? [`${ended.how} at ${nameOf(ended.at)}`] : []),
  ].join(', ');
}

function nameOf({ milestone, after }: TreeName): string {
  return after === 'fold' ? `+${milestone}` : milestone;
}
