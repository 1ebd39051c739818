/** Opens an architecture in a process of its own, which a hostile source file may bring down without harm. */
import { fork } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { ArchitectureSnapshot } from './snapshot.ts';

const ENTRY = fileURLToPath(new URL('./rebuild-entry.ts', import.meta.url));
const TIMEOUT_MS = 300_000;
const MAX_HEAP_MB = 4_096;

/** `unreadable`: the tree brought the reader down, or took longer than five minutes. A native parser dies of what a compiler would only refuse. */
export type ArchitectureReading = { status: 'read'; snapshot: ArchitectureSnapshot } | { status: 'unreadable'; reason: string };

const Answer = z.union([
  z.strictObject({ snapshot: ArchitectureSnapshot, cacheTrouble: z.string().optional() }),
  z.strictObject({ reason: z.string() }),
]);

export interface RebuildOptions {
  signal: AbortSignal;
  /** As for `openArchitecture`. */
  files?: Iterable<string>;
  cache?: string;
  /** Called with the reason when the cache was of no use. */
  onCacheTrouble?: (reason: string) => void;
}

/**
 * `openArchitecture` for trees that nobody vouches for. The caller's event loop stays free.
 * @throws the signal's reason on abort.
 */
export async function rebuildArchitecture(folder: string, options: RebuildOptions): Promise<ArchitectureReading> {
  const { signal, files, cache, onCacheTrouble } = options;
  signal.throwIfAborted();
  const compiled = getCompileCacheDir();
  const child = fork(ENTRY, {
    execArgv: [`--max-old-space-size=${MAX_HEAP_MB}`],
    env: compiled === undefined ? {} : { NODE_COMPILE_CACHE: dirname(compiled) },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  });
  child.send({ folder, files: files && [...files], cache }, () => {});
  const deadline = AbortSignal.timeout(TIMEOUT_MS);
  const stop = AbortSignal.any([signal, deadline]);
  const kill = () => child.kill('SIGKILL');
  stop.addEventListener('abort', kill, { once: true });
  try {
    const reply = await new Promise<unknown>((resolve, reject) => {
      child.once('message', resolve);
      child.once('error', reject);
      child.once('exit', (code, death) => {
        const end = () => resolve({ reason: `the reader of the source files ended with ${death ?? `exit code ${code}`}` });
        // An answer may still be on its way when the end is told; the channel closes after it.
        if (child.connected) child.once('disconnect', end);
        else setImmediate(end);
      });
    });
    signal.throwIfAborted();
    if (deadline.aborted) return { status: 'unreadable', reason: `the source files were not read within ${TIMEOUT_MS / 60_000} minutes` };
    const answer = Answer.safeParse(reply);
    if (!answer.success) return { status: 'unreadable', reason: 'the reader of the source files gave no snapshot' };
    if ('reason' in answer.data) return { status: 'unreadable', reason: answer.data.reason };
    const { snapshot, cacheTrouble } = answer.data;
    if (cacheTrouble !== undefined) onCacheTrouble?.(cacheTrouble);
    return { status: 'read', snapshot };
  } finally {
    stop.removeEventListener('abort', kill);
    kill();
  }
}
