/** Inspects a change in a process of its own, which a hostile text may bring down without harm. */
import { fileURLToPath } from 'node:url';
import { askOwnProcess, type OwnAnswer } from '../own-process.ts';
import type { Change } from './change.ts';
import { Inspection } from './find-integrity-findings.ts';

const ENTRY = fileURLToPath(new URL('./inspect-entry.ts', import.meta.url));
const TIMEOUT_MS = 60_000;
const MAX_HEAP_MB = 1_024;

/**
 * `findIntegrityFindings` for texts that nobody vouches for; runs nothing of the change.
 * @throws the signal's reason on abort.
 */
export function inspectChange(
  change: Change,
  { signal, timeoutMs = TIMEOUT_MS }: { signal: AbortSignal; timeoutMs?: number },
): Promise<OwnAnswer<Inspection>> {
  return askOwnProcess(ENTRY, {
    subject: 'the change',
    question: change,
    schema: Inspection,
    timeoutMs,
    maxHeapMb: MAX_HEAP_MB,
    signal,
  });
}
