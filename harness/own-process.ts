/** Asks a program of ours in a process of its own, which a hostile text may bring down without harm. */
import { fork } from 'node:child_process';
import type { z } from 'zod';

/** `silent`: what it was asked brought it down, or it took too long. */
export type OwnAnswer<T> = { status: 'answered'; answer: T } | { status: 'silent'; reason: string };

export interface OwnQuestion<T> {
  /** What is being read, for a reason: `the submitted change`. */
  subject: string;
  /** Sent whole; maps and bytes stay what they are. */
  question: unknown;
  schema: z.ZodType<T>;
  timeoutMs: number;
  maxHeapMb: number;
  signal: AbortSignal;
}

/**
 * The caller's event loop stays free; the child has no environment. One that ends without an answer is asked once more: a machine short of
 * memory ends processes too, and that is nobody's doing whose text was read.
 * @param entry a file that answers one message with one, or with `{ reason }`.
 * @throws the signal's reason on abort.
 */
export async function askOwnProcess<T>(entry: string, asked: OwnQuestion<T>): Promise<OwnAnswer<T>> {
  const first = await ask(entry, asked);
  return first.status === 'ended' ? silentUnlessAnswered(await ask(entry, asked)) : first;
}

/** `ended`: the process died before it said anything. */
type Attempt<T> = OwnAnswer<T> | { status: 'ended'; reason: string };

function silentUnlessAnswered<T>(attempt: Attempt<T>): OwnAnswer<T> {
  return attempt.status === 'ended' ? { ...attempt, status: 'silent' } : attempt;
}

async function ask<T>(entry: string, asked: OwnQuestion<T>): Promise<Attempt<T>> {
  const { subject, question, schema, timeoutMs, maxHeapMb, signal } = asked;
  signal.throwIfAborted();
  const child = fork(entry, [], {
    execArgv: [`--max-old-space-size=${maxHeapMb}`],
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
      child.once('exit', (code, death) => {
        const end = () => resolve({ ended: death ?? `exit code ${code}` });
        // An answer may still be on its way when the end is told; the channel closes after it.
        if (child.connected) child.once('disconnect', end);
        else setImmediate(end);
      });
      // A child that died before it read everything is told by its exit.
      child.send(question as object, () => {});
    });
    signal.throwIfAborted();
    const answer = schema.safeParse(reply);
    if (answer.success) return { status: 'answered', answer: answer.data };
    if (deadline.aborted) return { status: 'silent', reason: `${subject} was not read within ${timeoutMs / 1_000} s` };
    const { reason, ended } = reply as { reason?: unknown; ended?: unknown };
    if (typeof ended === 'string') return { status: 'ended', reason: `the reader of ${subject} ended with ${ended}` };
    return { status: 'silent', reason: typeof reason === 'string' ? reason : `the reader of ${subject} gave no answer` };
  } finally {
    stop.removeEventListener('abort', kill);
    kill();
  }
}
