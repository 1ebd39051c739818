/** Inspects a change in a process of its own, which a hostile text may bring down without harm. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Change } from './change.ts';
import { Inspection } from './find-integrity-findings.ts';

const ENTRY = fileURLToPath(new URL('./inspect-entry.ts', import.meta.url));
const TIMEOUT_MS = 60_000;
const MAX_HEAP_MB = 1_024;

/** `unreadable`: the texts brought the reader down, or took longer than a minute. */
export type InspectionOutcome = { status: 'inspected'; inspection: Inspection } | { status: 'unreadable'; reason: string };

/**
 * `findIntegrityFindings` for texts that nobody vouches for. The caller's event loop stays free; the child has no environment and runs nothing of the change.
 * @throws the signal's reason on abort.
 */
export async function inspectChange(
  change: Change,
  { signal, timeoutMs = TIMEOUT_MS }: { signal: AbortSignal; timeoutMs?: number },
): Promise<InspectionOutcome> {
  signal.throwIfAborted();
  const child = fork(ENTRY, [], {
    execArgv: [`--max-old-space-size=${MAX_HEAP_MB}`],
    env: {},
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  });
  const deadline = AbortSignal.timeout(timeoutMs);
  const stop = AbortSignal.any([signal, deadline]);
  const kill = () => child.kill('SIGKILL');
  stop.addEventListener('abort', kill, { once: true });
  try {
    const reply = await new Promise<unknown>((resolve, reject) => {
      child.once('message', resolve);
      child.once('error', reject);
      child.once('exit', (code, death) => resolve({ reason: `the reader of the change ended with ${death ?? `exit code ${code}`}` }));
      // A child that died before it read everything is told by its exit.
      child.send(change, () => {});
    });
    signal.throwIfAborted();
    const inspection = Inspection.safeParse(reply);
    if (inspection.success) return { status: 'inspected', inspection: inspection.data };
    if (deadline.aborted) return { status: 'unreadable', reason: `the change was not read within ${timeoutMs / 1_000} s` };
    const { reason } = reply as { reason?: unknown };
    return { status: 'unreadable', reason: typeof reason === 'string' ? reason : 'the reader of the change gave no findings' };
  } finally {
    stop.removeEventListener('abort', kill);
    kill();
  }
}
