/** The limits an agent works within, with units in the names. */
import { z } from 'zod';

export const Limits = z.strictObject({
  /** Model turns per milestone. */
  maxIterations: z.int().positive(),
  /** Wall time of the agent per milestone, milliseconds. */
  maxWallMs: z.int().positive(),
  /** Money per milestone, US dollars; null means no limit. Unknown prices cannot be limited: the scorecard says so. */
  maxCostUsd: z.number().positive().nullable(),
  /** Wall time of one command an agent runs, milliseconds. */
  commandTimeoutMs: z.int().positive(),
  /** Wall time of one run of the project's test suite, milliseconds. */
  testTimeoutMs: z.int().positive(),
  /** Memory of one command with all it starts, MiB (2^20 bytes). */
  maxMemoryMb: z.int().positive().default(4096),
  /** Processes and threads of one command with all it starts, at the same time. */
  maxProcesses: z.int().positive().default(1024),
});
export type Limits = z.infer<typeof Limits>;

export const DEFAULT_LIMITS: Limits = {
  maxIterations: 100,
  maxWallMs: 30 * 60_000,
  maxCostUsd: null,
  commandTimeoutMs: 120_000,
  testTimeoutMs: 15 * 60_000,
  maxMemoryMb: 4096,
  maxProcesses: 1024,
};
