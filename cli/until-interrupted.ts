/** Ends what a command does on Ctrl-C and on SIGTERM. */
import { INTERRUPTED } from './exit-codes.ts';

/** @param work ends soon, with whatever error, once its signal is aborted @returns the exit code of the work, or that of an interruption */
export async function untilInterrupted(work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const interrupted = new AbortController();
  const onInterrupt = () => interrupted.abort(new Error('interrupted'));
  process.on('SIGINT', onInterrupt).on('SIGTERM', onInterrupt);
  try {
    return await work(interrupted.signal);
  } catch (error) {
    if (interrupted.signal.aborted) return INTERRUPTED;
    throw error;
  } finally {
    process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt);
  }
}
