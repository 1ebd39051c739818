/** ModelClient that replays a written script. */
import { LonghaulError } from '#contracts';
import type { ModelAnswer, ModelClient, ModelMessage, ModelRequest, ModelUsage } from './index.ts';
import type { ModelScript } from './model-script.ts';

/** The usual rule of thumb for English and code. A script has no tokenizer, so its tokens can only be estimated. */
const CHARS_PER_TOKEN = 4;

/**
 * Opens the conversation of one milestone at its first turn.
 * @throws E_SCRIPT_MALFORMED when the script has no turns for the milestone; `complete` throws it when the turns are used up.
 */
export function openScriptedModel(script: ModelScript, milestoneId: string): ModelClient {
  const turns = script.milestones[milestoneId];
  if (turns === undefined) {
    const known = Object.keys(script.milestones).join(', ');
    throw new LonghaulError(
      'E_SCRIPT_MALFORMED',
      `The model script has no turns for milestone "${milestoneId}"; it has: ${known || 'none'}.`,
    );
  }
  let next = 0;
  return {
    async complete(request) {
      request.signal.throwIfAborted();
      const turn = turns[next];
      if (turn === undefined) {
        throw new LonghaulError(
          'E_SCRIPT_MALFORMED',
          `The model script ran dry: milestone "${milestoneId}" has ${turns.length} turns and none of them ended it.`,
          { action: 'End the turns of the milestone with a `submit` call that is accepted, or lower the iteration limit.' },
        );
      }
      const toolCalls = turn.toolCalls.map((call, index) => ({ id: `call-${next}-${index}`, ...call }));
      next++;
      return {
        content: turn.content,
        toolCalls,
        usage: estimateUsage(script.price, request, { content: turn.content, toolCalls }),
        finish: toolCalls.length > 0 ? 'tool-calls' : 'stop',
      };
    },
  };
}

/** Tokens of the text that was really sent and answered, tool schemas included, at the script's price. Nothing counts as cached. */
function estimateUsage(price: ModelScript['price'], request: ModelRequest, answer: Pick<ModelAnswer, 'content' | 'toolCalls'>): ModelUsage {
  const promptChars = request.messages.reduce((sum, message) => sum + messageChars(message), JSON.stringify(request.tools).length);
  const completionChars = messageChars({ role: 'assistant', ...answer });
  const promptTokens = Math.ceil(promptChars / CHARS_PER_TOKEN);
  const completionTokens = Math.ceil(completionChars / CHARS_PER_TOKEN);
  return {
    promptTokens,
    cachedTokens: 0,
    completionTokens,
    costUsd: (promptTokens * price.inputPerMillionUsd + completionTokens * price.outputPerMillionUsd) / 1_000_000,
    costSource: 'estimated',
  };
}

function messageChars(message: ModelMessage): number {
  const calls = message.role === 'assistant' ? message.toolCalls : [];
  return calls.reduce((sum, call) => sum + call.name.length + JSON.stringify(call.arguments).length, message.content.length);
}
