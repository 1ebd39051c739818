/** Watches whether a trial is still this worker's to work on. */
import { setInterval } from 'node:timers/promises';
import { LonghaulError } from '#contracts';
import type { TrialWriter } from '#store';

const LOOK_EVERY_MS = 1_000;

export interface HeldTrial extends AsyncDisposable {
  /** Aborted at shutdown, and as soon as the trial is seen to be cancelled or claimed by another worker. */
  readonly signal: AbortSignal;
  /** Whether it was taken away; an error that follows from the abort is then nobody's concern. */
  readonly lost: boolean;
}

/** Every write is fenced anyway; this spares the work, and the money, of a trial that nobody waits for. */
export function holdTrial(writer: TrialWriter, shutdown: AbortSignal): HeldTrial {
  const taken = new AbortController();
  const done = new AbortController();
  let lost = false;
  const watch = (async () => {
    for await (const _ of setInterval(LOOK_EVERY_MS, undefined, { signal: done.signal })) {
      if (await writer.isCurrent()) continue;
      lost = true;
      taken.abort(new LonghaulError('E_FENCED', 'The trial was cancelled or claimed by another worker.'));
      return;
    }
  })().catch((error: unknown) => {
    // The store has been away for longer than its patience: nothing that is made from here on could be kept.
    if (!done.signal.aborted) taken.abort(error);
  });
  return {
    signal: AbortSignal.any([shutdown, taken.signal]),
    get lost() {
      return lost;
    },
    [Symbol.asyncDispose]: async () => {
      done.abort();
      await watch;
    },
  };
}
