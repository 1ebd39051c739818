/** Turns a request into a changed tree. */

export type { ModelAnswer, ModelClient, ModelMessage, ModelRequest, ModelTool, ModelToolCall, ModelUsage } from './model/index.ts';
export { ModelScript, parseModelScript } from './model/model-script.ts';
export { createNothingAgent } from './nothing-agent.ts';
export { createReferenceAgent } from './reference-agent.ts';
export { createModelAgent } from './run-agent.ts';
export { createScriptedAgent } from './scripted-agent.ts';
