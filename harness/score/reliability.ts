/** How sure an agent is to succeed again, over independent trials. */
import type { Reliability } from '#contracts';
import type { Resampling } from './bootstrap-interval.ts';
import { meanOverTasks } from './mean-over-tasks.ts';
import { passAtK, passHatK } from './pass-k.ts';

/** One thing tried several times: a milestone, or a whole chain. */
export interface Repeated {
  task: string;
  /** Scored trials. */
  scored: number;
  succeeded: number;
}

/** For k from 1 to the most scored trials of one thing; things with fewer than k leave the mean for k. Empty without a scored trial. */
export function reliability(things: readonly Repeated[], resampling: Resampling): Reliability[] {
  const most = things.reduce((max, { scored }) => Math.max(max, scored), 0);
  return Array.from({ length: most }, (_, index) => {
    const k = index + 1;
    const mean = (formula: typeof passAtK) =>
      meanOverTasks(
        things.map(({ task, scored, succeeded }) => ({ task, value: formula(scored, succeeded, k) })),
        resampling,
      );
    return { k, passAtK: mean(passAtK), passHatK: mean(passHatK) };
  });
}
