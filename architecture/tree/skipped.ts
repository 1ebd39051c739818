/** The source files that an architecture knows of and could not read. */
import { z } from 'zod';

/** Why a source file's imports are unknown, or only partly known. */
export const SkipReason = z.enum(['too-large', 'too-deep', 'syntax-error', 'unreadable', 'symbolic-link']);
export type SkipReason = z.infer<typeof SkipReason>;

/** A source file that was not read or not understood. `imported`: a production file imports it, so the graph has a hole there. */
export const SkippedFile = z.strictObject({ path: z.string(), reason: SkipReason, imported: z.boolean() });
export type SkippedFile = z.infer<typeof SkippedFile>;
