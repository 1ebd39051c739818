/** ModelClient: the port to a language model. Messages in, an assistant's answer and its usage out. */
import type { Usage } from '#contracts';

/** Shaped like OpenAI chat messages, so that a client for such an endpoint is a translation of names. */
export type ModelMessage =
  | { role: 'system'; content: string }
  | { role: 'user'; content: string }
  | { role: 'assistant'; content: string; toolCalls: readonly ModelToolCall[] }
  | { role: 'tool'; toolCallId: string; content: string };

export interface ModelToolCall {
  /** Unique within the conversation; the tool message that answers the call repeats it. */
  id: string;
  name: string;
  /** What the model wrote, parsed as JSON, not yet validated. */
  arguments: unknown;
}

/** A tool as the model is told about it. */
export interface ModelTool {
  name: string;
  description: string;
  /** JSON Schema of the arguments. */
  parameters: Record<string, unknown>;
}

/** What one call cost. Time is measured by the caller. */
export type ModelUsage = Pick<Usage, 'promptTokens' | 'cachedTokens' | 'completionTokens' | 'costUsd' | 'costSource'>;

export interface ModelRequest {
  messages: readonly ModelMessage[];
  tools: readonly ModelTool[];
  signal: AbortSignal;
}

export interface ModelAnswer {
  content: string;
  toolCalls: ModelToolCall[];
  usage: ModelUsage;
  /** `length`: the answer was cut at the model's output limit, so its last tool call may be half of one. */
  finish: 'stop' | 'tool-calls' | 'length';
}

/**
 * One conversation with a model. Opened per milestone: whatever a client keeps between two calls (a place in a script, a cache key) belongs to it.
 * Contract: an answer, however odd, is returned; it throws only when no answer can be had, or the signal's reason on abort.
 */
export interface ModelClient {
  complete(request: ModelRequest): Promise<ModelAnswer>;
}
