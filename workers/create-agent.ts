/** Introduces an agent to a task: the only place where both sides are known. */
import { createNothingAgent, createReferenceAgent, createScriptedAgent, parseModelScript } from '#agent';
import type { AgentSpec, RunAgent, Task } from '#contracts';
import { humanPatch } from '#harness';
import type { ArtifactReader } from '#store';
import type { Host } from '#workspace';

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
