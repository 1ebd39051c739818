/** Plain function: closes a run whose trials have all ended. */
import type { RunPayload } from '#contracts';
import type { Store } from '#store';

/** A run with a trial that could not be judged has failed; what was judged stays. May run twice. */
export async function finishRunProcessor({ runId }: RunPayload, store: Store): Promise<void> {
  const { trials, state } = await store.readRun(runId);
  if (state === 'cancelled') return;
  await store.setRunState(runId, trials.some((trial) => trial.state === 'failed') ? 'failed' : 'finished');
  await store.appendEvent(runId, { type: 'run-finished', runId });
}
