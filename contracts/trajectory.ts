/** The append-only record of what an agent did. */
import { z } from 'zod';
import { Usage } from './usage.ts';

/** One tool call of the model. `arguments` is what the model wrote, parsed but not yet validated. */
export const Action = z.strictObject({
  tool: z.string(),
  arguments: z.unknown(),
});
export type Action = z.infer<typeof Action>;

/** `ok`: done. `rejected`: refused, nothing changed. `error`: tried and failed. */
export const Observation = z.strictObject({
  status: z.enum(['ok', 'rejected', 'error']),
  /** What the model was told. */
  text: z.string(),
  wallMs: z.int().nonnegative(),
});
export type Observation = z.infer<typeof Observation>;

/** One model turn with its actions and observations, in order; the two lists have equal length. */
export const Iteration = z.strictObject({
  schemaVersion: z.literal(1),
  index: z.int().nonnegative(),
  /** The model's words. */
  content: z.string(),
  actions: z.array(Action),
  observations: z.array(Observation),
  usage: Usage,
});
export type Iteration = z.infer<typeof Iteration>;
