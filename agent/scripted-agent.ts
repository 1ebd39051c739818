/** The model agent with a model that replays a written script: for demos, tests and free re-runs. */
import type { RunAgent } from '#contracts';
import type { ModelScript } from './model/model-script.ts';
import { openScriptedModel } from './model/scripted-model.ts';
import { createModelAgent } from './run-agent.ts';

/** The returned agent throws E_SCRIPT_MALFORMED when the script has no turn for what it is asked. */
export function createScriptedAgent({ script }: { script: ModelScript }): RunAgent {
  return createModelAgent({ modelFor: ({ id }) => openScriptedModel(script, id) });
}
