/** The architecture of one tree, kept warm in a process of its own, which a hostile source file may bring down without harm. */
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { type LastingProcess, startLastingProcess } from '../lasting-process.ts';
import type { TrialContract } from '../trial-contract.ts';
import { Look, SelfCheck, type SensorQuestion } from './look.ts';

const ENTRY = fileURLToPath(new URL('./sensor-entry.ts', import.meta.url));
/** As long as a grade gives the reader of a tree. */
const OPEN_TIMEOUT_MS = 300_000;
const UPDATE_TIMEOUT_MS = 60_000;
const MAX_HEAP_MB = 4_096;

/** `lost`: the process is gone, and nothing can be asked any more. */
export type Sensing<T> = { status: 'seen'; seen: T } | { status: 'lost'; reason: string };

export interface SensorProcess extends Disposable {
  readonly pid: number | undefined;
  open(tree: Omit<Extract<SensorQuestion, { ask: 'open' }>, 'ask'>): Promise<Sensing<Look>>;
  /** @param paths of files that may have changed, appeared or gone. */
  update(paths: readonly string[], contract: TrialContract): Promise<Sensing<Look>>;
  check(): Promise<Sensing<SelfCheck>>;
}

/** One question at a time. Each throws the signal's reason on abort. */
export function startSensorProcess(signal: AbortSignal): SensorProcess {
  const child = startLastingProcess(ENTRY, { maxHeapMb: MAX_HEAP_MB });
  const ask = <T>(question: SensorQuestion, schema: z.ZodType<T>, timeoutMs: number) =>
    sense(child, { question, schema, timeoutMs, signal });
  let known: TrialContract | null = null;
  return {
    pid: child.pid,
    open(tree) {
      known = tree.contract;
      return ask({ ask: 'open', ...tree }, Look, OPEN_TIMEOUT_MS);
    },
    update(paths, contract) {
      // A large tree's takes longer to send than a look.
      const news = contract === known ? {} : { contract };
      known = contract;
      return ask({ ask: 'update', paths, ...news }, Look, UPDATE_TIMEOUT_MS);
    },
    check: () => ask({ ask: 'check' }, SelfCheck, OPEN_TIMEOUT_MS),
    [Symbol.dispose]: () => child[Symbol.dispose](),
  };
}

async function sense<T>(
  child: LastingProcess,
  { question, schema, timeoutMs, signal }: { question: SensorQuestion; schema: z.ZodType<T>; timeoutMs: number; signal: AbortSignal },
): Promise<Sensing<T>> {
  const outcome = await child.ask(question, { timeoutMs, signal });
  if (outcome.status === 'late') return { status: 'lost', reason: `the sensor did not answer within ${timeoutMs / 1_000} s` };
  if (outcome.status === 'ended') return { status: 'lost', reason: `the sensor ended with ${outcome.how}` };
  const seen = schema.safeParse(outcome.reply);
  if (seen.success) return { status: 'seen', seen: seen.data };
  // What it has in mind after an error is anybody's guess.
  child[Symbol.dispose]();
  const { reason } = outcome.reply as { reason?: unknown };
  return { status: 'lost', reason: typeof reason === 'string' ? reason : 'the sensor gave no answer' };
}
