/** The format of a model script: what the scripted model answers, turn by turn, for each milestone. */
import { z } from 'zod';
import { LonghaulError, Slug } from '#contracts';
import { describeIssue } from '../describe-issue.ts';

const ScriptTurn = z.strictObject({
  /** The model's words. */
  content: z.string().default(''),
  toolCalls: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        /** Any JSON, so that a script can also play a model that gets its arguments wrong. */
        arguments: z.json(),
      }),
    )
    .default([]),
});
export type ScriptTurn = z.infer<typeof ScriptTurn>;

/** A script file. Unknown keys are refused. */
export const ModelScript = z.strictObject({
  schemaVersion: z.literal(1),
  model: z.literal('scripted'),
  /** The price by which the replay is billed, so that a demo has costs of a real order. US dollars for a million tokens. */
  price: z.strictObject({
    inputPerMillionUsd: z.number().nonnegative(),
    outputPerMillionUsd: z.number().nonnegative(),
  }),
  /** Milestone id to the turns of its conversation, in order. */
  milestones: z.record(Slug, z.array(ScriptTurn).min(1)),
});
export type ModelScript = z.infer<typeof ModelScript>;

/**
 * @param source where the text comes from, for the message: a file name.
 * @throws E_SCRIPT_MALFORMED naming source and field.
 */
export function parseModelScript(text: string, source: string): ModelScript {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new LonghaulError('E_SCRIPT_MALFORMED', `${source} is not JSON: ${String(error)}`, { cause: error });
  }
  const parsed = ModelScript.safeParse(data);
  if (!parsed.success) throw new LonghaulError('E_SCRIPT_MALFORMED', `${source}: ${describeIssue(parsed.error)}`, { cause: parsed.error });
  return parsed.data;
}
