/** A configured run becomes rows in the store and jobs in the queue. */
import { createHash } from 'node:crypto';
import { type AgentSpec, type Fingerprint, type RunConfig, type RunId, RunPayload, TrialId, TrialPayload } from '#contracts';
import type { Store } from '#store';
import type { JobFlow } from './backend.ts';
import { QUEUES } from './queues.ts';

export interface RunRequest {
  id: RunId;
  config: RunConfig;
  fingerprint: Fingerprint;
}

/**
 * May be called again with the same request: trials and jobs have ids made of what they are, so nothing is made twice.
 * The store comes first, because a job without its rows could not be worked on, while rows without their job are enqueued again.
 */
export async function enqueueRun(store: Store, flow: JobFlow, { id, config, fingerprint }: RunRequest): Promise<void> {
  const trials = config.agents.flatMap((agent) =>
    Array.from({ length: config.repeat }, (_, index) => ({
      id: trialId(id, config, agent, index + 1),
      agent,
      seed: index + 1,
      task: config.task.id,
    })),
  );
  await store.createRun({ id, config, fingerprint, trials });
  await flow.add({
    name: 'run',
    queueName: QUEUES.runs.name,
    data: RunPayload.parse({ schemaVersion: 1, runId: id }),
    opts: { ...QUEUES.runs.options, jobId: id },
    children: trials.map((trial) => ({
      name: 'trial',
      queueName: QUEUES.trials.name,
      data: TrialPayload.parse({ schemaVersion: 1, runId: id, trialId: trial.id }),
      opts: { ...QUEUES.trials.options, jobId: trial.id },
    })),
  });
  const told = (await store.readEvents(id, 0)).some(({ event }) => event.type === 'run-queued');
  if (told) return;
  await store.appendEvent(id, {
    type: 'run-queued',
    runId: id,
    trials: trials.length,
    milestones: trials.length * config.task.milestones.length,
  });
}

function trialId(run: RunId, config: RunConfig, agent: AgentSpec, seed: number): TrialId {
  const content = createHash('sha256')
    .update(JSON.stringify([config.task.artifact, agent, seed]))
    .digest('hex');
  return TrialId.parse(`${run}.${content.slice(0, 16)}`);
}
