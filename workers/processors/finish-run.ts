/** Plain function: closes a run whose trials have all ended. */
import { ERROR_CATALOGUE, type RunPayload } from '#contracts';
import type { Store } from '#store';

/**
 * A run with a trial that could not be judged has failed; what was judged stays. May run twice.
 * The queue gives a job up by itself, for instance when its workers died too often: such a trial never said that it failed, so it is said here.
 */
export async function finishRunProcessor({ runId }: RunPayload, store: Store): Promise<void> {
  const run = await store.readRun(runId);
  if (run.state === 'cancelled') return;
  for (const { id, agent, state } of run.trials) {
    if (state !== 'queued' && state !== 'running') continue;
    const claim = await store.claimTrial(id, 'the end of the run');
    if (claim === null) continue;
    const message = `The queue gave trial ${id} up before it was finished.`;
    await store.trialWriter(id, claim.fence).fail({ code: 'E_WORKER_LOST', message, action: ERROR_CATALOGUE.E_WORKER_LOST.action });
    await store.appendEvent(runId, { type: 'trial-failed', runId, trialId: id, agent: agent.name, code: 'E_WORKER_LOST', message });
  }
  const { trials } = await store.readRun(runId);
  await store.setRunState(runId, trials.some(({ state }) => state === 'failed') ? 'failed' : 'finished');
  await store.appendEvent(runId, { type: 'run-finished', runId });
}
