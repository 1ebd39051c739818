/** A program of ours in a process of its own, which answers one question after the other until it is stopped, or until a question is its end. */
import { type ChildProcess, fork } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';

/** `ended`: the process died before it said anything. `late`: it was stopped because it took too long. */
export type Reply = { status: 'replied'; reply: unknown } | { status: 'ended'; how: string } | { status: 'late' };

export interface LastingProcess extends Disposable {
  readonly pid: number | undefined;
  /**
   * One question at a time. Anything but a reply is the end of the process, and of every later question.
   * @param question sent whole; maps and bytes stay what they are.
   * @throws the signal's reason on abort, which is an end too; what kept the process from being started.
   */
  ask(question: object, options: { timeoutMs: number; signal: AbortSignal }): Promise<Reply>;
}

/** The child has no environment but the place of compiled sources, which halves its start, and ends with its parent. @param entry a file that answers every message with one. */
export function startLastingProcess(entry: string, { maxHeapMb }: { maxHeapMb: number }): LastingProcess {
  const compiled = getCompileCacheDir();
  const child = fork(entry, [], {
    execArgv: [`--max-old-space-size=${maxHeapMb}`],
    env: compiled === undefined ? {} : { NODE_COMPILE_CACHE: dirname(compiled) },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  });
  const end = endOf(child);
  const kill = () => child.kill('SIGKILL');
  return {
    pid: child.pid,
    async ask(question, { timeoutMs, signal }) {
      signal.throwIfAborted();
      const deadline = AbortSignal.timeout(timeoutMs);
      const stop = AbortSignal.any([signal, deadline]);
      stop.addEventListener('abort', kill, { once: true });
      try {
        const answer = new Promise<Reply>((resolve) => child.once('message', (reply) => resolve({ status: 'replied', reply })));
        // A child that died before it read everything is told by its end.
        if (child.connected) child.send(question, () => {});
        const reply = await Promise.race([answer, end]);
        signal.throwIfAborted();
        return reply.status === 'ended' && deadline.aborted ? { status: 'late' } : reply;
      } finally {
        stop.removeEventListener('abort', kill);
      }
    },
    [Symbol.dispose]: kill,
  };
}

/** @throws when the process could not be started. */
function endOf(child: ChildProcess): Promise<Reply> {
  const end = new Promise<Reply>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, death) => {
      const told = () => resolve({ status: 'ended', how: death ?? `exit code ${code}` });
      // An answer may still be on its way when the end is told; the channel closes after it.
      if (child.connected) child.once('disconnect', told);
      else setImmediate(told);
    });
  });
  end.catch(() => {}); // For whoever asks; perhaps nobody does.
  return end;
}
