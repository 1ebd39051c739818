/** One tree, watched and kept in a sensor's mind: opened at the first look, and again after a sensor was lost. */
import { factsFolder, type Host, type Workspace } from '#workspace';
import type { TrialContract } from '../trial-contract.ts';
import type { Look, SelfCheck } from './look.ts';
import { type SensorProcess, type Sensing, startSensorProcess } from './sensor-process.ts';

export type SensedWorkspace = Pick<Workspace, 'folder' | 'watchChanges'>;

export interface Seen {
  look: Look;
  /** Files that were read for it, again or for the first time. */
  changedFiles: number;
}

export interface WarmTree extends Disposable {
  readonly workspace: SensedWorkspace;
  /** As it stands now, held to a contract. Not to be called before the last call has answered; the same goes for `check`. */
  see(contract: TrialContract): Promise<Sensing<Seen>>;
  /** Against a full rebuild. Where that differs, the next look begins with a new one. */
  check(contract: TrialContract): Promise<Sensing<SelfCheck>>;
}

/** Both throw the signal's reason on abort, and nothing else: whatever goes wrong is a sensor that was lost. */
export function warmTree(host: Pick<Host, 'cacheFolder'>, workspace: SensedWorkspace, signal: AbortSignal): WarmTree {
  let sensor: SensorProcess | null = null;
  let watch: Awaited<ReturnType<Workspace['watchChanges']>> | null = null;

  const lose = () => {
    sensor?.[Symbol.dispose]();
    sensor = null;
    watch = null;
  };
  const guarded = async <T>(ask: () => Promise<Sensing<T>>): Promise<Sensing<T>> => {
    try {
      const outcome = await ask();
      if (outcome.status === 'lost') lose();
      return outcome;
    } catch (error) {
      lose();
      signal.throwIfAborted();
      return { status: 'lost', reason: error instanceof Error ? error.message : String(error) };
    }
  };
  return {
    workspace,
    see: (contract) =>
      guarded(async () => {
        if (sensor !== null && watch !== null) {
          const paths = await watch.next();
          return seen(await sensor.update(paths, contract), paths.length);
        }
        watch = await workspace.watchChanges();
        const { files } = watch;
        sensor = startSensorProcess(signal);
        return seen(await sensor.open({ folder: workspace.folder, files, contract, cache: factsFolder(host) }), files.length);
      }),
    check: (contract) =>
      guarded(async () => {
        if (sensor === null || watch === null) return { status: 'lost', reason: 'no sensor is at work' };
        const first = await sensor.check();
        if (first.status === 'lost' || first.seen.differences.length === 0) return first;
        // Whoever works in the tree does not stop for a check: what changed meanwhile is told, and it is asked once more.
        const caughtUp = await sensor.update(await watch.next(), contract);
        if (caughtUp.status === 'lost') return caughtUp;
        const second = await sensor.check();
        if (second.status === 'seen' && second.seen.differences.length > 0) lose();
        return second;
      }),
    [Symbol.dispose]: lose,
  };
}

function seen(outcome: Sensing<Look>, changedFiles: number): Sensing<Seen> {
  if (outcome.status === 'lost') return outcome;
  if (!outcome.seen.seesInjectedCycle) return { status: 'lost', reason: 'a cycle that was put in on purpose was not found' };
  return { status: 'seen', seen: { look: outcome.seen, changedFiles } };
}
