/** Executes the tool calls of one answer in order: whatever a model asks for, each call gets exactly one observation. */
import { type AgentEnding, LonghaulError, type Observation } from '#contracts';
import type { ModelAnswer, ModelToolCall } from './model/index.ts';
import { TOOLS, type ToolContext, type ToolResult } from './tools/index.ts';

const TOOL_BY_NAME = new Map(TOOLS.map((tool) => [tool.name, tool]));

/**
 * @param context its signal aborts on cancel and at the wall-time limit.
 * @param cancelled aborts on cancel alone: then the signal's reason is thrown. At the limit the remaining calls are observed as stopped,
 * so that the iteration, which has been paid for, is still recorded.
 */
export async function executeActions(
  answer: ModelAnswer,
  context: ToolContext,
  cancelled: AbortSignal,
): Promise<{ observations: Observation[]; ending: AgentEnding | null }> {
  const observations: Observation[] = [];
  let ending: AgentEnding | null = null;
  for (const call of answer.toolCalls) {
    cancelled.throwIfAborted();
    const startedAt = performance.now();
    const result: ToolResult = ending !== null ? refuse('not executed, because the change was already submitted') : await execute(call);
    observations.push({ status: result.status, text: result.text, wallMs: Math.round(performance.now() - startedAt) });
    ending ??= result.ending ?? null;
  }
  return { observations, ending };

  async function execute(call: ModelToolCall): Promise<ToolResult> {
    if (answer.finish === 'length') {
      return refuse(
        'not executed, because your answer was cut at your output limit and a call may be incomplete. Answer in smaller pieces.',
      );
    }
    const tool = TOOL_BY_NAME.get(call.name);
    if (tool === undefined) return refuse(`there is no tool "${call.name}". The tools are: ${[...TOOL_BY_NAME.keys()].join(', ')}.`);
    try {
      context.signal.throwIfAborted();
      return await tool.execute(call.arguments, context);
    } catch (error) {
      cancelled.throwIfAborted();
      if (context.signal.aborted) return { status: 'error', text: 'error: stopped at the wall-time limit' };
      // A path is the model's own words; every other error is a world that broke.
      if (error instanceof LonghaulError && error.code === 'E_WORKSPACE_PATH') return refuse(error.message);
      throw error;
    }
  }
}

function refuse(reason: string): ToolResult {
  return { status: 'rejected', text: `rejected: ${reason}` };
}
