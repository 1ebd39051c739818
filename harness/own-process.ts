/** Asks a program of ours in a process of its own, which a hostile text may bring down without harm. */
import type { z } from 'zod';
import { startLastingProcess } from './lasting-process.ts';

/** `silent`: what it was asked brought it down, or it took too long. */
export type OwnAnswer<T> = { status: 'answered'; answer: T } | { status: 'silent'; reason: string };

export interface OwnQuestion<T> {
  /** What is being read, for a reason: `the submitted change`. */
  subject: string;
  /** Sent whole; maps and bytes stay what they are. */
  question: object;
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
  using child = startLastingProcess(entry, { maxHeapMb });
  const outcome = await child.ask(question, { timeoutMs, signal });
  if (outcome.status === 'late') return { status: 'silent', reason: `${subject} was not read within ${timeoutMs / 1_000} s` };
  if (outcome.status === 'ended') return { status: 'ended', reason: `the reader of ${subject} ended with ${outcome.how}` };
  const answer = schema.safeParse(outcome.reply);
  if (answer.success) return { status: 'answered', answer: answer.data };
  const { reason } = outcome.reply as { reason?: unknown };
  return { status: 'silent', reason: typeof reason === 'string' ? reason : `the reader of ${subject} gave no answer` };
}
