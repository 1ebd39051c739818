/** Compares the tests of a change in a process of its own, which a hostile text may bring down without harm. */
import { fileURLToPath } from 'node:url';
import { askOwnProcess, type OwnAnswer } from '../own-process.ts';
import type { ChangedFile } from './change.ts';
import { TestChanges } from './compare-tests.ts';

const ENTRY = fileURLToPath(new URL('./compare-tests-entry.ts', import.meta.url));
const TIMEOUT_MS = 60_000;
const MAX_HEAP_MB = 1_024;

/** `compareTests` for texts that nobody vouches for. @throws the signal's reason on abort. */
export function askTestChanges(files: readonly ChangedFile[], signal: AbortSignal): Promise<OwnAnswer<TestChanges>> {
  return askOwnProcess(ENTRY, {
    subject: 'the change of the tests',
    question: files,
    schema: TestChanges,
    timeoutMs: TIMEOUT_MS,
    maxHeapMb: MAX_HEAP_MB,
    signal,
  });
}
