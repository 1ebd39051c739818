/** The architecture is looked at while an agent works: what came and what went is told, and nobody is judged or held up by it. */
import { expect, test } from 'vitest';
import { MilestoneGrade, ProgressEvent } from '#contracts';
import { and, asHuman, gradesOf, MILESTONES, outline, write } from './corner-shop.ts';
import { CLOSES_A_CYCLE, changes, killTheSensor, looks, ONCE, OPENS_IT_AGAIN, stepByStep, unseen, useSensedShop } from './step-by-step.ts';

const { upTo, trial } = useSensedShop();
const [FIRST] = MILESTONES;

const NOTES = write('src/notes.ts', "export const note = 'closed on Sundays';\n");

test('an agent closes a cycle in one and opens it again in another: both are told, and the grade knows nothing of it', async () => {
  const { deps, events } = trial();
  const works = { [FIRST]: [asHuman(FIRST), CLOSES_A_CYCLE, NOTES, OPENS_IT_AGAIN] };
  const [grade] = await gradesOf(deps, upTo(1), stepByStep(works, events), ONCE);
  expect(looks(events).map(({ at, iterations }) => [at, iterations])).toEqual([
    ['start', 0],
    [0, 1],
    [1, 1],
    [2, 1],
    [3, 1],
    ['end', 0],
  ]);
  expect(changes(events)).toEqual(['1: +gate new-cycle', '3: -gate new-cycle']);
  const [introduced, healed] = [looks(events)[2]?.introduced[0], looks(events)[4]?.healed[0]];
  expect(introduced).toEqual(healed);
  expect(looks(events).map(({ counts }) => [counts.files, counts.cycles.value, counts.findings.gate])).toEqual([
    [2, 0, 0],
    [3, 0, 0],
    [3, 1, 1],
    [4, 1, 1],
    [4, 0, 0],
    [4, 0, 0],
  ]);
  for (const event of events) ProgressEvent.parse(event);

  expect(outline([MilestoneGrade.parse(grade)])).toEqual([`${FIRST}: resolved yes, useful yes`]);
  const record = (rule: string, id: string) => ({ id: `${rule}:${id}`, rule, severity: 'record' });
  const unused = record('unused-export', 'src/price.ts#nothing');
  expect(grade?.sensed).toEqual({
    looks: 6,
    changes: [
      { ...introduced, what: 'introduced', at: 1 },
      { ...unused, what: 'introduced', at: 1 },
      { ...record('orphan', 'src/notes.ts'), what: 'introduced', at: 2 },
      { ...introduced, what: 'healed', at: 3 },
      { ...unused, what: 'healed', at: 3 },
    ],
    leftOut: 0,
    selfChecks: { made: 0, failed: 0 },
    blind: null,
  });
});

test('a sensor that is killed is replaced, and misses nothing', async () => {
  const { deps, events } = trial();
  const works = { [FIRST]: [asHuman(FIRST), and(CLOSES_A_CYCLE, killTheSensor), OPENS_IT_AGAIN] };
  const [grade] = await gradesOf(deps, upTo(1), stepByStep(works, events), ONCE);
  expect(unseen(events)).toEqual([`${FIRST} 1: the sensor ended with SIGKILL, restarted`]);
  expect(grade?.sensed).toMatchObject({ looks: 5, blind: null });
  expect(changes(events)).toEqual(['1: +gate new-cycle', '2: -gate new-cycle']);
});
