/** Agents that tell their iterations, and what the sensor told of them. */
import { beforeAll, expect } from 'vitest';
import { type Iteration, NO_USAGE, type ProgressEvent, type RunAgent, type SensedFinding, type Task } from '#contracts';
import { childProcesses, useWorkshop } from '../helpers/workspaces.ts';
import { asHuman, cornerShop, inMemory, MILESTONES, replace, type Work } from './corner-shop.ts';

/** The corner shop, whose baselines are measured once for the file, and trials in it. */
export function useSensedShop() {
  const workshop = useWorkshop();
  let task: Task;
  let shared: ReturnType<typeof inMemory>;
  beforeAll(async () => {
    task = await cornerShop(workshop.host);
    shared = inMemory(workshop.host);
  });
  return {
    upTo: (count: number): Task => ({ ...task, milestones: task.milestones.slice(0, count) }),
    /** With events of its own. */
    trial() {
      const { deps, events } = inMemory(workshop.host);
      return { deps: { ...shared.deps, emit: deps.emit }, events };
    },
  };
}
export const ONCE = { baselineRuns: 1 };

type Sensed = Extract<ProgressEvent, { type: 'architecture-sensed' }>;
export const looks = (events: readonly ProgressEvent[], milestone: string = MILESTONES[0]) =>
  events.filter((event): event is Sensed => event.type === 'architecture-sensed' && event.milestone === milestone);
/** `1: +gate new-cycle`, of gates. */
export const changes = (events: readonly ProgressEvent[], milestone?: string) =>
  looks(events, milestone).flatMap(({ at, introduced, healed }) => [
    ...introduced.filter(isGate).map(({ rule, severity }) => `${at}: +${severity} ${rule}`),
    ...healed.filter(isGate).map(({ rule, severity }) => `${at}: -${severity} ${rule}`),
  ]);
const isGate = ({ severity }: SensedFinding) => severity === 'gate';

const iteration = (index: number): Iteration => ({
  ...{ schemaVersion: 1, index, content: '', usage: NO_USAGE },
  ...{ actions: [{ tool: 'write_file', arguments: {} }], observations: [{ status: 'ok', text: '', wallMs: 0 }] },
});
/** Each work is an iteration; `unhurried` agents think until the look at it is over. Milestones without works are done as the human did. */
export function stepByStep(works: Record<string, Work[]>, events?: ProgressEvent[]): RunAgent {
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
export const CLOSES_A_CYCLE = replace('src/price.ts', 'const PRICES', ASKS_THE_TILL);
export const OPENS_IT_AGAIN = replace('src/price.ts', ASKS_THE_TILL, 'const PRICES');

/** Ends the sensor at work, as a hostile file or a machine short of memory would. */
export const killTheSensor: Work = async () => {
  const [pid] = childProcesses().flatMap((line) => (line.includes('sensor-entry.ts') ? [Number.parseInt(line, 10)] : []));
  if (pid === undefined) throw new Error('no sensor is at work');
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => childProcesses().some((line) => line.startsWith(`${pid} `))).toBe(false);
};

/** `01-grant-discount 1: the sensor ended with SIGKILL, restarted` */
export const unseen = (events: readonly ProgressEvent[]) =>
  events.flatMap((event) =>
    event.type === 'architecture-unseen' ? [`${event.milestone} ${event.at}: ${event.reason}${event.restarted ? ', restarted' : ''}`] : [],
  );
