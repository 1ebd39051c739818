/** Semantic edits: computed from the compiler's knowledge of the whole project, checked, and handed over whole or not at all. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Rename, RenameReply, type RenameRequest } from './rename-message.ts';

const CHILD_ENTRY = fileURLToPath(new URL('./child-entry.ts', import.meta.url));
const TIMEOUT_MS = 120_000;
const MAX_HEAP_MB = 2_048;

/**
 * Finds every text that a rename changes, without writing any of them.
 * Works in a child process without environment, which is killed on abort and after 120 s: parsing a large project blocks for seconds.
 * Reads the tree below `folder` on the host and executes nothing of it.
 * A rename that cannot be made, for whatever reason, is `rejected`; it throws only the signal's reason.
 */
export async function renameSymbol({ signal, ...request }: RenameRequest & { signal: AbortSignal }): Promise<Rename> {
  signal.throwIfAborted();
  const child = fork(CHILD_ENTRY, [], {
    execArgv: [`--max-old-space-size=${MAX_HEAP_MB}`],
    env: {},
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const kill = () => child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, TIMEOUT_MS);
  try {
    let complaint = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-4_000);
    });
    const reply = await new Promise<unknown>((resolve, reject) => {
      child.once('message', resolve);
      child.once('error', reject);
      child.once('close', () => resolve(null));
      child.send(request satisfies RenameRequest);
    });
    signal.throwIfAborted();
    if (reply !== null) return RenameReply.parse(reply);
    return { kind: 'rejected', reason: timedOut ? `Renaming took longer than ${TIMEOUT_MS / 1000} s.` : explainDeath(complaint) };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', kill);
    kill();
  }
}

/** A tree can bring the compiler down, by its size or by its content. That is no reason to give up the milestone. */
function explainDeath(complaint: string): string {
  if (complaint.includes('heap out of memory')) return `The project is too large: the compiler needed more than ${MAX_HEAP_MB} MB.`;
  const reason = complaint.split('\n').find((line) => /^\w*Error\b/.test(line));
  return `The compiler failed on this project${reason === undefined ? '' : ` (${reason})`}.`;
}
