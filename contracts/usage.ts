/** What a piece of work cost: tokens, money and time. */
import { z } from 'zod';

/**
 * Where an amount of money comes from. `measured`: metered by us (no model call at all is a measured zero).
 * `reported`: the endpoint said so. `estimated`: counted by us from text and a declared price.
 * `unknown`: nobody can say; never shown or summed as zero.
 */
export const CostSource = z.enum(['measured', 'reported', 'estimated', 'unknown']);
export type CostSource = z.infer<typeof CostSource>;

export const Usage = z.strictObject({
  modelCalls: z.int().nonnegative(),
  /** Tokens sent, cached ones included. */
  promptTokens: z.int().nonnegative(),
  /** Those of them that the endpoint read from its cache. */
  cachedTokens: z.int().nonnegative(),
  completionTokens: z.int().nonnegative(),
  /** US dollars; null exactly when the source is `unknown`. */
  costUsd: z.number().nonnegative().nullable(),
  costSource: CostSource,
  /** Wall time of the agent's work, milliseconds. Grading is not in it. */
  wallMs: z.int().nonnegative(),
});
export type Usage = z.infer<typeof Usage>;

export const NO_USAGE: Usage = {
  modelCalls: 0,
  promptTokens: 0,
  cachedTokens: 0,
  completionTokens: 0,
  costUsd: 0,
  costSource: 'measured',
  wallMs: 0,
};

/** From the surest to the least sure; a sum is only as sure as its least sure part. */
const SURENESS: readonly CostSource[] = ['measured', 'reported', 'estimated', 'unknown'];

/** Adds two usages. One unknown cost makes the sum unknown: a part of a bill is not the bill. */
export function addUsage(a: Usage, b: Usage): Usage {
  const costSource = SURENESS[Math.max(SURENESS.indexOf(a.costSource), SURENESS.indexOf(b.costSource))] ?? 'unknown';
  return {
    modelCalls: a.modelCalls + b.modelCalls,
    promptTokens: a.promptTokens + b.promptTokens,
    cachedTokens: a.cachedTokens + b.cachedTokens,
    completionTokens: a.completionTokens + b.completionTokens,
    costUsd: a.costUsd === null || b.costUsd === null ? null : a.costUsd + b.costUsd,
    costSource,
    wallMs: a.wallMs + b.wallMs,
  };
}
