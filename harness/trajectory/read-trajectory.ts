/** Scans a trajectory in a process of its own: what an agent wrote may keep a parser busy for ever. */
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { Finding, type Iteration } from '#contracts';
import { askOwnProcess } from '../own-process.ts';
import type { TrajectoryOptions } from './scan-trajectory.ts';

const ENTRY = fileURLToPath(new URL('./scan-entry.ts', import.meta.url));
const TIMEOUT_MS = 60_000;
const MAX_HEAP_MB = 1_024;

/** Nothing for an agent that took no step. That the scan came to no end is a finding too. @throws the signal's reason on abort. */
export async function readTrajectory(
  iterations: readonly Iteration[],
  { root, signal }: TrajectoryOptions & { signal: AbortSignal },
): Promise<Finding[]> {
  if (iterations.length === 0) return [];
  const limits = { timeoutMs: TIMEOUT_MS, maxHeapMb: MAX_HEAP_MB, signal };
  const question = { iterations, root };
  const scan = await askOwnProcess(ENTRY, { subject: 'the trajectory', question, schema: z.array(Finding), ...limits });
  if (scan.status === 'answered') return scan.answer;
  return [
    {
      id: 'unread-trajectory',
      rule: 'unread-trajectory',
      severity: 'warn',
      message: `What the agent did could not be read: ${scan.reason}.`,
      place: { path: 'trajectory' },
      witness: [],
    },
  ];
}
