/** The architecture is looked at while an agent works: what came and what went is told, and nobody is judged or held up by it. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Iteration, MilestoneGrade, NO_USAGE, ProgressEvent, type RunAgent, type Task } from '#contracts';
import { childProcesses, useWorkshop } from '../helpers/workspaces.ts';
import { agentThat, and, asHuman, cornerShop, gradesOf, inMemory, MILESTONES, outline, replace, type Work, write } from './corner-shop.ts';

const workshop = useWorkshop();
const [FIRST, SECOND] = MILESTONES;

let task: Task;
/** Baselines are measured once for the file. */
let shared: ReturnType<typeof inMemory>;
beforeAll(async () => {
  task = await cornerShop(workshop.host);
  shared = inMemory(workshop.host);
});
const ONCE = { baselineRuns: 1 };
const upTo = (count: number): Task => ({ ...task, milestones: task.milestones.slice(0, count) });
/** A trial with events of its own. */
function trial() {
  const { deps, events } = inMemory(workshop.host);
  return { deps: { ...shared.deps, emit: deps.emit }, events };
}

type Sensed = Extract<ProgressEvent, { type: 'architecture-sensed' }>;
const looks = (events: readonly ProgressEvent[], milestone: string = FIRST) =>
  events.filter((event): event is Sensed => event.type === 'architecture-sensed' && event.milestone === milestone);
/** `1: +gate new-cycle` */
const changes = (events: readonly ProgressEvent[], milestone?: string) =>
  looks(events, milestone).flatMap(({ at, introduced, healed }) => [
    ...introduced.map(({ rule, severity }) => `${at}: +${severity} ${rule}`),
    ...healed.map(({ rule, severity }) => `${at}: -${severity} ${rule}`),
  ]);

const iteration = (index: number): Iteration => ({
  ...{ schemaVersion: 1, index, content: '', usage: NO_USAGE },
  ...{ actions: [{ tool: 'write_file', arguments: {} }], observations: [{ status: 'ok', text: '', wallMs: 0 }] },
});
/** Each work is an iteration; `unhurried` agents think until the look at it is over. Milestones without works are done as the human did. */
function stepByStep(works: Record<string, Work[]>, events?: ProgressEvent[]): RunAgent {
  return async ({ workspace, request, emit }) => {
    for (const [index, work] of (works[request.id] ?? [asHuman(request.id)]).entries()) {
      await work(workspace);
      emit(iteration(index));
      const isOver = (event: ProgressEvent) =>
        (event.type === 'architecture-sensed' && event.milestone === request.id && event.at === index) ||
        (event.type === 'architecture-unseen' && event.milestone === request.id && !event.restarted);
      if (events) await expect.poll(() => events.some(isOver), { timeout: 30_000, interval: 10 }).toBe(true);
    }
    return { ending: { kind: 'submitted', summary: '' }, usage: NO_USAGE };
  };
}

const ASKS_THE_TILL = "import { total } from './till.ts';\n\nexport const nothing = () => total([]);\n\nconst PRICES";
const CLOSES_A_CYCLE = replace('src/price.ts', 'const PRICES', ASKS_THE_TILL);
const OPENS_IT_AGAIN = replace('src/price.ts', ASKS_THE_TILL, 'const PRICES');
const NOTES = write('src/notes.ts', "export const note = 'closed on Sundays';\n");
const idle: Work = async () => {};

describe('an agent that tells its iterations', () => {
  test('closes a cycle in one and opens it again in another: both are told, and the grade knows nothing of it', async () => {
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
    expect(grade?.sensed).toEqual({
      looks: 6,
      changes: [
        { ...introduced, what: 'introduced', at: 1 },
        { ...introduced, what: 'healed', at: 3 },
      ],
      leftOut: 0,
      selfChecks: { made: 0, failed: 0 },
      blind: null,
    });
  });

  test('is not waited for: a look may cover many, and none is left out', async () => {
    const { deps, events } = trial();
    const works = { [FIRST]: [CLOSES_A_CYCLE, ...Array<Work>(60).fill(idle), asHuman(FIRST)] };
    await gradesOf(deps, upTo(1), stepByStep(works), ONCE);
    const covered = looks(events).reduce((sum, { iterations }) => sum + iterations, 0);
    expect(covered).toBe(62);
    expect(looks(events).length).toBeLessThan(62);
    expect(changes(events)).toEqual([expect.stringMatching(/^\d+: \+gate new-cycle$/)]);
    expect(events.filter(({ type }) => type === 'architecture-self-checked')).toContainEqual(expect.objectContaining({ differences: [] }));
  });

  test('leaves it closed: the next milestone heals it', async () => {
    const { deps, events } = trial();
    const works = { [FIRST]: [asHuman(FIRST), CLOSES_A_CYCLE], [SECOND]: [asHuman(SECOND), OPENS_IT_AGAIN] };
    const grades = await gradesOf(deps, upTo(2), stepByStep(works, events), ONCE);
    expect(changes(events, FIRST)).toEqual(['1: +gate new-cycle']);
    expect(changes(events, SECOND)).toEqual(['1: -gate new-cycle']);
    expect(outline(grades)).toEqual([`${FIRST}: resolved yes, useful no; architecture failed`, `${SECOND}: resolved yes, useful yes`]);
  });
});

test('an agent that tells no iteration is looked at once, when it has ended', async () => {
  const { deps, events } = trial();
  await gradesOf(deps, upTo(1), agentThat({ [FIRST]: and(asHuman(FIRST), CLOSES_A_CYCLE) }), ONCE);
  expect(looks(events).map(({ at }) => at)).toEqual(['start', 'end']);
  expect(changes(events)).toEqual(['end: +gate new-cycle']);
});

describe('a sensor that is killed', () => {
  const kill: Work = async () => {
    const [pid] = childProcesses().flatMap((line) => (line.includes('sensor-entry.ts') ? [Number.parseInt(line, 10)] : []));
    if (pid === undefined) throw new Error('no sensor is at work');
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => childProcesses().some((line) => line.startsWith(`${pid} `))).toBe(false);
  };
  const unseen = (events: readonly ProgressEvent[]) =>
    events.flatMap((event) =>
      event.type === 'architecture-unseen'
        ? [`${event.milestone} ${event.at}: ${event.reason}${event.restarted ? ', restarted' : ''}`]
        : [],
    );

  test('is replaced, and misses nothing', async () => {
    const { deps, events } = trial();
    const works = { [FIRST]: [asHuman(FIRST), and(CLOSES_A_CYCLE, kill), OPENS_IT_AGAIN] };
    const [grade] = await gradesOf(deps, upTo(1), stepByStep(works, events), ONCE);
    expect(unseen(events)).toEqual([`${FIRST} 1: the sensor ended with SIGKILL, restarted`]);
    expect(grade?.sensed).toMatchObject({ looks: 5, blind: null });
    expect(changes(events)).toEqual(['1: +gate new-cycle', '2: -gate new-cycle']);
  });

  test('twice says what it did not see; the trial goes on, and the next milestone is seen again', async () => {
    const { deps, events } = trial();
    const works = { [FIRST]: [kill, kill, and(asHuman(FIRST), CLOSES_A_CYCLE)] };
    const grades = await gradesOf(deps, upTo(2), stepByStep(works, events), ONCE);
    expect(unseen(events)).toEqual([`${FIRST} 0: the sensor ended with SIGKILL, restarted`, `${FIRST} 1: the sensor ended with SIGKILL`]);
    expect(outline(grades)[0]).toBe(`${FIRST}: resolved yes, useful no; architecture failed`);
    expect(grades.map(({ sensed }) => sensed?.blind)).toEqual(['the sensor ended with SIGKILL', null]);
    expect(changes(events, SECOND)).toEqual(['start: +gate new-cycle']);
  });
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
