/** Follows a run to its end through the events that workers store. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProgressEvent, RunId, RunRecord } from '#contracts';
import type { StoreReader } from '#store/read';

const LOOK_EVERY_MS = 250;
/** The run's own state is asked less often: it matters only when its last event was never written. */
const ASK_STATE_EVERY = 8;

/**
 * Survives an outage of the database for as long as the store's patience lasts.
 * @returns the run in its final state.
 * @throws the signal's reason on abort.
 */
export async function followRun(
  reader: StoreReader,
  run: RunId,
  options: { onEvent: (event: ProgressEvent) => void; onTick: () => void; signal: AbortSignal },
): Promise<RunRecord> {
  let seen = 0;
  for (let look = 0; ; look++) {
    options.signal.throwIfAborted();
    const events = await reader.readEvents(run, seen);
    for (const { seq, event } of events) {
      seen = seq;
      options.onEvent(event);
    }
    options.onTick();
    const ended = events.some(({ event }) => event.type === 'run-finished');
    if (ended || look % ASK_STATE_EVERY === 0) {
      const record = await reader.readRun(run);
      if (isFinal(record)) return record;
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal: options.signal }).catch(() => {});
  }
}

function isFinal({ state }: RunRecord): boolean {
  return state === 'finished' || state === 'failed' || state === 'cancelled';
}
