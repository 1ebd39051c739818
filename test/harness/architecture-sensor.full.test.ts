/** What the sensor makes of agents in a hurry, of agents that say nothing, of its own death, and of trials that are taken up again. */
import { expect, test } from 'vitest';
import { MilestoneGrade } from '#contracts';
import { agentThat, and, asHuman, gradesOf, MILESTONES, outline, replace, shell, type Work, write } from './corner-shop.ts';
import { CLOSES_A_CYCLE, changes, killTheSensor, looks, ONCE, OPENS_IT_AGAIN, stepByStep, unseen, useSensedShop } from './step-by-step.ts';

const { upTo, trial } = useSensedShop();
const [FIRST, SECOND] = MILESTONES;

const idle: Work = async () => {};

test('an agent is not waited for: a look may cover many, and none is left out', async () => {
  const { deps, events } = trial();
  const works = { [FIRST]: [CLOSES_A_CYCLE, ...Array<Work>(60).fill(idle), asHuman(FIRST)] };
  await gradesOf(deps, upTo(1), stepByStep(works), ONCE);
  const covered = looks(events).reduce((sum, { iterations }) => sum + iterations, 0);
  expect(covered).toBe(62);
  expect(looks(events).length).toBeLessThan(62);
  expect(changes(events)).toEqual([expect.stringMatching(/^\d+: \+gate new-cycle$/)]);
  expect(events.filter(({ type }) => type === 'architecture-self-checked')).toContainEqual(expect.objectContaining({ differences: [] }));
});

test('an agent leaves a cycle closed: the next milestone heals it', async () => {
  const { deps, events } = trial();
  const works = { [FIRST]: [asHuman(FIRST), CLOSES_A_CYCLE], [SECOND]: [asHuman(SECOND), OPENS_IT_AGAIN] };
  const grades = await gradesOf(deps, upTo(2), stepByStep(works, events), ONCE);
  expect(changes(events, FIRST)).toEqual(['1: +gate new-cycle']);
  expect(changes(events, SECOND)).toEqual(['1: -gate new-cycle']);
  expect(outline(grades)).toEqual([`${FIRST}: resolved yes, useful no; architecture failed`, `${SECOND}: resolved yes, useful yes`]);
});

test('an agent takes its source files away and puts them back: nothing is healed by that, and nothing new when they return', async () => {
  const { deps, events } = trial();
  const works = { [FIRST]: [asHuman(FIRST), CLOSES_A_CYCLE, shell('mv src .git/away'), and(shell('mv .git/away src'), OPENS_IT_AGAIN)] };
  const [grade] = await gradesOf(deps, upTo(1), stepByStep(works, events), ONCE);
  const reason = 'No TypeScript or JavaScript source file is left outside the tests.';
  expect(unseen(events)).toEqual([`${FIRST} 2: ${reason}`]);
  expect(looks(events).map(({ at }) => at)).toEqual(['start', 0, 1, 3, 'end']);
  expect(changes(events)).toEqual(['1: +gate new-cycle', '3: -gate new-cycle']);
  expect(grade?.sensed).toMatchObject({ looks: 5, blind: reason });
});

test('an agent that tells no iteration is looked at once, when it has ended', async () => {
  const { deps, events } = trial();
  await gradesOf(deps, upTo(1), agentThat({ [FIRST]: and(asHuman(FIRST), CLOSES_A_CYCLE) }), ONCE);
  expect(looks(events).map(({ at }) => at)).toEqual(['start', 'end']);
  expect(changes(events)).toEqual(['end: +gate new-cycle']);
});

test('a sensor that is killed twice says what it did not see; the trial goes on, and the next milestone is seen again', async () => {
  const { deps, events } = trial();
  const works = { [FIRST]: [killTheSensor, killTheSensor, and(asHuman(FIRST), CLOSES_A_CYCLE)] };
  const grades = await gradesOf(deps, upTo(2), stepByStep(works, events), ONCE);
  expect(unseen(events)).toEqual([`${FIRST} 0: the sensor ended with SIGKILL, restarted`, `${FIRST} 1: the sensor ended with SIGKILL`]);
  expect(outline(grades)[0]).toBe(`${FIRST}: resolved yes, useful no; architecture failed`);
  expect(grades.map(({ sensed }) => sensed?.blind)).toEqual(['the sensor ended with SIGKILL', null]);
  expect(changes(events, SECOND)).toEqual(['start: +gate new-cycle']);
});

test('a trial that is taken up again knows what was there: it is not told twice, and its end is', async () => {
  const whole = trial();
  const works = { [FIRST]: [asHuman(FIRST), CLOSES_A_CYCLE], [SECOND]: [asHuman(SECOND), OPENS_IT_AGAIN] };
  const stop = new AbortController();
  const finished: MilestoneGrade[] = [];
  const cut = gradesOf({ ...whole.deps, signal: stop.signal }, upTo(2), stepByStep(works, whole.events), {
    ...ONCE,
    onGrade: async (grade) => {
      finished.push(MilestoneGrade.parse(JSON.parse(JSON.stringify(grade))));
      stop.abort(new Error('the worker is shut down'));
    },
  });
  await expect(cut).rejects.toThrow('the worker is shut down');

  const rest = trial();
  await gradesOf(rest.deps, upTo(2), stepByStep(works, rest.events), { ...ONCE, finished });
  expect(changes(rest.events, SECOND)).toEqual(['1: -gate new-cycle']);
});

test('an export that nobody uses is a warning once it has been there for five iterations', async () => {
  const { deps, events } = trial();
  const unused = write('src/bell.ts', "import { total } from './till.ts';\n\nexport const ring = () => total([]);\n");
  const used = replace('src/till.ts', 'export function', "import './bell.ts';\n\nexport function");
  await gradesOf(deps, upTo(1), stepByStep({ [FIRST]: [asHuman(FIRST), unused, ...Array<Work>(6).fill(idle), used] }, events), ONCE);
  const lasting = looks(events).flatMap(({ at, lasting: all }) => all.map(({ id, severity }) => `${at}: ${severity} ${id}`));
  expect(lasting).toContain('6: warn orphan:src/bell.ts');
  expect(lasting.every((told) => told.startsWith('6: '))).toBe(true);
});
