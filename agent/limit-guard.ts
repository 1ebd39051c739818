/** Stops the loop at a limit and says which one. */
import type { AgentEnding, Limits } from '#contracts';

export type ReachedLimit = Extract<AgentEnding, { kind: 'limit' }>['limit'];

export interface LimitGuard {
  /** Aborts when the wall time is used up, so that a command or a model call in flight ends with it. */
  readonly deadline: AbortSignal;
  /** The first limit that forbids another iteration, or null. An unknown cost (null) reaches no limit. */
  reached(spent: { iterations: number; costUsd: number | null }): ReachedLimit | null;
}

/** Node fires timers of more than 2^31 - 1 ms at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Begins to count the wall time. */
export function startLimitGuard(limits: Limits): LimitGuard {
  const deadline = AbortSignal.timeout(Math.min(limits.maxWallMs, LONGEST_TIMER_MS));
  return {
    deadline,
    reached({ iterations, costUsd }) {
      if (deadline.aborted) return 'wall-time';
      if (iterations >= limits.maxIterations) return 'iterations';
      if (limits.maxCostUsd !== null && costUsd !== null && costUsd >= limits.maxCostUsd) return 'cost';
      return null;
    },
  };
}
