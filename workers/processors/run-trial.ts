/** Plain function: a trial's payload and what it needs in, a finished trial in the store out. No queue types. */
import { LonghaulError, type ProgressEvent, Task, type TrialPayload } from '#contracts';
import { runTrial } from '#harness';
import type { Store } from '#store';
import type { Host } from '#workspace';
import { createAgent } from '../create-agent.ts';
import { harnessDeps } from '../harness-deps.ts';
import { holdTrial } from './hold-trial.ts';

export interface TrialDeps {
  store: Store;
  host: Host;
  /** Name of this worker, for events. */
  worker: string;
  /** Aborted when the worker shuts down. */
  signal: AbortSignal;
  /** Whether the queue would try again after an error that may pass. */
  lastAttempt: boolean;
}

/**
 * Claims the trial, which fences every earlier worker of it off, and goes on after its last finished milestone.
 * Returns when the trial is finished, was finished already, or has been taken away (cancelled, or claimed by another worker).
 * @throws what a broken world throws. The trial is then failed, unless the error may pass and there is another attempt.
 */
export async function runTrialProcessor({ runId, trialId }: TrialPayload, deps: TrialDeps): Promise<void> {
  const { store, host } = deps;
  const claim = await store.claimTrial(trialId, deps.worker);
  if (claim === null) return;
  const { trial, config, fence } = claim;
  const writer = store.trialWriter(trialId, fence);
  await store.setRunState(runId, 'running');

  await using held = holdTrial(writer, deps.signal);
  await using events = eventLine(store);
  const fromMilestone = trial.milestones.length > 0 ? (config.task.milestones[trial.milestones.length] ?? null) : null;
  events.emit({ type: 'trial-started', runId, trialId, agent: trial.agent.name, worker: deps.worker, fromMilestone });
  const failUnlessTriedAgain = async ({ code, message, action, retryable }: LonghaulError) => {
    if (retryable && !deps.lastAttempt) return;
    await writer.fail({ code, message, action });
    events.emit({ type: 'trial-failed', runId, trialId, agent: trial.agent.name, code, message });
  };
  try {
    const task = Task.parse(JSON.parse(await store.artifacts.getText(config.task.artifact)));
    await runTrial(harnessDeps(store, { host, emit: events.emit, signal: held.signal }), {
      runId,
      trialId,
      task,
      agent: await createAgent(host, store.artifacts, trial.agent, task),
      agentName: trial.agent.name,
      seed: trial.seed,
      mode: config.mode,
      tests: config.tests,
      baselineRuns: config.baselineRuns,
      limits: config.limits,
      sandbox: config.sandbox,
      finished: trial.milestones,
      onIsolation: (isolation) => writer.setIsolation(isolation),
      onGrade: (grade, position) => writer.saveGrade(position, grade),
    });
    await writer.finish();
  } catch (error) {
    // A write may be refused before the watch has looked.
    if (held.lost || (error instanceof LonghaulError && error.code === 'E_FENCED')) return;
    if (!deps.signal.aborted) await failUnlessTriedAgain(LonghaulError.from(error, `trial ${trialId}`));
    throw error;
  }
  events.emit({ type: 'trial-finished', runId, trialId, agent: trial.agent.name });
}

/** Stores events in the order they are emitted, without making the emitter wait; disposal waits for the last of them. */
function eventLine(store: Store): { emit: (event: ProgressEvent) => void } & AsyncDisposable {
  let last: Promise<unknown> = Promise.resolve();
  return {
    emit: (event) => {
      // Only progress is lost with an event; whatever keeps the store from taking it, the trial's own writes will meet too.
      last = last.then(() => store.appendEvent(event.runId, event)).catch(() => {});
    },
    [Symbol.asyncDispose]: async () => {
      await last;
    },
  };
}
