/** What a tool is, and the frame every tool runs in: arguments parsed before, result bounded after. */
import { z } from 'zod';
import type { AgentEnding, AgentWorkspace, Limits, Observation } from '#contracts';
import { describeIssue } from '../describe-issue.ts';

/** What a tool works with. */
export interface ToolContext {
  workspace: AgentWorkspace;
  limits: Limits;
  signal: AbortSignal;
}

export interface ToolResult {
  status: Observation['status'];
  /** For the model. The status word is put in front of it. */
  text: string;
  /** Set by `submit` alone: the milestone ends here. */
  ending?: Extract<AgentEnding, { kind: 'submitted' }>;
}

export interface ToolDefinition<Input> {
  name: string;
  /** For the model. */
  description: string;
  /** Flat and strict: small models lose themselves in nested arguments. */
  input: z.ZodType<Input>;
  /** Length of the longest result, in characters. */
  maxResultChars?: number;
  /** Outcomes are returned. It throws when its world is broken, and the signal's reason on abort. */
  execute(input: Input, context: ToolContext): Promise<ToolResult>;
}

/** A tool as the loop sees it: its arguments are still what the model wrote. */
export interface Tool {
  name: string;
  description: string;
  /** JSON Schema of the arguments. */
  parameters: Record<string, unknown>;
  execute(written: unknown, context: ToolContext): Promise<ToolResult>;
}

const MAX_RESULT_CHARS = 6_000;

export function defineTool<Input>(definition: ToolDefinition<Input>): Tool {
  const { name, description, input, maxResultChars = MAX_RESULT_CHARS } = definition;
  const { $schema: _, ...parameters } = z.toJSONSchema(input, { io: 'input' });
  return {
    name,
    description,
    parameters,
    async execute(written, context) {
      const parsed = input.safeParse(written);
      const result: ToolResult = parsed.success
        ? await definition.execute(parsed.data, context)
        : { status: 'rejected', text: `the arguments of ${name} do not fit. ${describeIssue(parsed.error)}` };
      return { ...result, text: bounded(`${result.status}: ${result.text}`, maxResultChars) };
    },
  };
}

function bounded(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const notice = `\n[cut at ${maxChars} characters]`;
  return text.slice(0, maxChars - notice.length).toWellFormed() + notice;
}
