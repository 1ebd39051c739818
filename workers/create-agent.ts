/** Introduces an agent to a task: the only place where both sides are known. */
import { createNothingAgent, createReferenceAgent, createScriptedAgent, parseModelScript } from '#agent';
import type { AgentSpec, RunAgent, Task } from '#contracts';
import { humanBefore } from '#harness';
import type { ArtifactReader } from '#store';
import { type Host, openMirror, patchBetween } from '#workspace';

/** @throws E_ARTIFACT_MISSING, E_SCRIPT_MALFORMED */
export async function createAgent(host: Host, artifacts: ArtifactReader, spec: AgentSpec, task: Task): Promise<RunAgent> {
  switch (spec.name) {
    case 'reference':
      return createReferenceAgent({ patchFor: (milestone) => humanPatch(host, task, milestone) });
    case 'nothing':
      return createNothingAgent();
    case 'scripted':
      return createScriptedAgent({ script: parseModelScript(await artifacts.getText(spec.script), 'the model script of the run') });
  }
}

/** What people changed at a milestone. The tests that came with the request are already in the tree. */
async function humanPatch(host: Host, task: Task, id: string): Promise<Uint8Array> {
  const index = task.milestones.findIndex((milestone) => milestone.id === id);
  const milestone = task.milestones[index];
  if (!milestone) throw new RangeError(`${task.id} has no milestone ${id}`);
  const from = humanBefore(task, index);
  const mirror = await openMirror(host, task.repository, [from, milestone.referenceCommit]);
  return patchBetween(host, mirror, { from, to: milestone.referenceCommit, excluding: milestone.visibleTests });
}
