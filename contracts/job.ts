/** One zod schema per queue payload. Jobs carry ids, never data and never secrets: queues keep them in clear text. */
import { z } from 'zod';
import { RunId, TrialId } from './ids.ts';

export const TrialPayload = z.strictObject({ schemaVersion: z.literal(1), runId: RunId, trialId: TrialId });
export type TrialPayload = z.infer<typeof TrialPayload>;

/** The parent of a run's trials: it is worked on when all of them have ended, in whatever way. */
export const RunPayload = z.strictObject({ schemaVersion: z.literal(1), runId: RunId });
export type RunPayload = z.infer<typeof RunPayload>;
