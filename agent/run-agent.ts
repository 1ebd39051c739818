/** The loop: ask the model, execute its actions, record the observations, until it submits or reaches a limit. */
import { type AgentEnding, type AgentRequest, addUsage, NO_USAGE, type Observation, type RunAgent } from '#contracts';
import { executeActions } from './execute-actions.ts';
import { startLimitGuard } from './limit-guard.ts';
import type { ModelAnswer, ModelClient, ModelMessage } from './model/index.ts';
import { milestonePrompt, systemPrompt } from './prompts/index.ts';
import { TOOLS } from './tools/index.ts';

/** A model that has forgotten its tools this many times in a row will not find them again. */
const MAX_ANSWERS_WITHOUT_CALL = 3;

const NO_CALL = 'Your answer contains no tool call, so nothing happened. Call a tool; call submit when the change is done.';
const CUT_WITHOUT_CALL =
  'Your answer was cut at your output limit before a tool call was complete, so nothing happened. Answer in smaller pieces.';

/**
 * An agent that works by calling tools.
 * @param options.modelFor opens the conversation of one milestone.
 * The returned agent throws what the model client throws, what a broken workspace throws, and the signal's reason on abort.
 */
export function createModelAgent(options: { modelFor: (request: AgentRequest) => ModelClient }): RunAgent {
  return async ({ workspace, request, limits, signal: cancelled, emit }) => {
    cancelled.throwIfAborted();
    const startedAt = performance.now();
    const guard = startLimitGuard(limits);
    const signal = AbortSignal.any([cancelled, guard.deadline]);
    const model = options.modelFor(request);
    const messages: ModelMessage[] = [
      { role: 'system', content: systemPrompt },
      { role: 'user', content: milestonePrompt(request) },
    ];
    let usage = NO_USAGE;
    let answersWithoutCall = 0;
    const end = (ending: AgentEnding) => ({ ending, usage: { ...usage, wallMs: msSince(startedAt) } });

    for (let index = 0; ; index++) {
      cancelled.throwIfAborted();
      const limit = guard.reached({ iterations: index, costUsd: usage.costUsd });
      if (limit !== null) return end({ kind: 'limit', limit });

      const iterationStartedAt = performance.now();
      let answer: ModelAnswer;
      try {
        answer = await model.complete({ messages, tools: TOOLS, signal });
      } catch (error) {
        cancelled.throwIfAborted();
        if (guard.deadline.aborted) return end({ kind: 'limit', limit: 'wall-time' });
        throw error;
      }
      const { observations, ending } = await executeActions(answer, { workspace, limits, signal }, cancelled);
      messages.push({ role: 'assistant', content: answer.content, toolCalls: answer.toolCalls }, ...replies(answer, observations));

      const iterationUsage = { modelCalls: 1, ...answer.usage, wallMs: msSince(iterationStartedAt) };
      usage = addUsage(usage, iterationUsage);
      emit({
        schemaVersion: 1,
        index,
        content: answer.content,
        actions: answer.toolCalls.map((call) => ({ tool: call.name, arguments: call.arguments })),
        observations,
        usage: iterationUsage,
      });
      if (ending !== null) return end(ending);

      answersWithoutCall = answer.toolCalls.length === 0 ? answersWithoutCall + 1 : 0;
      if (answersWithoutCall === MAX_ANSWERS_WITHOUT_CALL) {
        return end({ kind: 'gave-up', reason: `${MAX_ANSWERS_WITHOUT_CALL} answers in a row without a tool call` });
      }
    }
  };
}

/** What the model hears next: exactly one tool message for each of its calls, or that there was none. */
function replies(answer: ModelAnswer, observations: readonly Observation[]): ModelMessage[] {
  if (answer.toolCalls.length === 0) {
    return [{ role: 'user', content: answer.finish === 'length' ? CUT_WITHOUT_CALL : NO_CALL }];
  }
  return answer.toolCalls.map((call, index) => ({ role: 'tool', toolCallId: call.id, content: observations[index]?.text ?? '' }));
}

function msSince(startedAt: number): number {
  return Math.round(performance.now() - startedAt);
}
