/** What an agent did on its way that a judge should know of. */
import type { Finding, Iteration } from '#contracts';
import { digest } from '../security/finding.ts';
import { looksIntoHistory } from './git-history.ts';
import { outlives } from './lifetime.ts';
import { reachesForTheNetwork } from './network.ts';
import { hidesWhatItRuns } from './opaque-commands.ts';
import { looksAround } from './places.ts';
import { type Sign, type Step, type Surroundings, stepOf } from './step.ts';
import { tampers } from './tampering.ts';

export interface TrajectoryOptions {
  /** Where the tree lies for the agent, absolute. */
  root: string;
}

const RULES: readonly ((step: Step, surroundings: Surroundings) => Sign[])[] = [
  looksIntoHistory,
  reachesForTheNetwork,
  looksAround,
  tampers,
  outlives,
  hidesWhatItRuns,
];

/**
 * Attempts, by what the agent asked for; whether one succeeded is not known from here, so none is a gate. Where the sandbox has no
 * network and the tree one commit, none can have. `warn` has no everyday use; `record` may be honest work.
 *
 * The same act on another day has the same id; repeated, it is found once. `place.line` is the iteration's line in the stored
 * trajectory, counted from 1.
 *
 * Reads shell text as bash would without running it (`shellCommands` says what it cannot see), and arguments of tools by the names
 * they usually have. Code that the agent writes into files and then runs is judged as part of the tree, not here.
 *
 * Sources: the leaks of SWE-bench #465 and mini-swe-agent #787; METR, Recent Frontier Models Are Reward Hacking, 2025.
 */
export function scanTrajectory(iterations: readonly Iteration[], { root }: TrajectoryOptions): Finding[] {
  const findings = new Map<string, Finding>();
  const shown = new ShownHashes();
  for (const { index, actions, observations } of iterations) {
    for (const [at, action] of actions.entries()) {
      const step = stepOf(action);
      for (const { rule, severity, what, by } of RULES.flatMap((each) => each(step, { root, shown }))) {
        const observation = observations[at];
        const id = `${rule}:${digest(`${what} ${by.replace(/\s+/g, ' ').trim()}`)}`;
        if (findings.has(id)) continue;
        const outcome = observation?.status === 'rejected' ? ', and was refused' : '';
        findings.set(id, {
          id,
          rule,
          severity,
          message: `The agent ${what}${outcome}.`,
          place: { path: 'trajectory', line: index + 1 },
          witness: [by.slice(0, 500)],
        });
      }
      const clean = !step.commands.some(
        (command) => looksIntoHistory({ commands: [command], reads: [], writes: [], opaque: [] }, { root, shown }).length > 0,
      );
      if (clean) shown.add(observations[at]?.text ?? '');
    }
  }
  return [...findings.values()];
}

/** Hashes in what the agent was shown, by any prefix of seven digits or more. What a forbidden command printed does not count. */
class ShownHashes {
  readonly #hashes = new Set<string>();

  add(text: string): void {
    for (const [hash] of text.matchAll(/\b[0-9a-f]{7,40}\b/g)) this.#hashes.add(hash);
  }

  has(hash: string): boolean {
    if (this.#hashes.has(hash)) return true;
    return [...this.#hashes].some((known) => known.startsWith(hash) || hash.startsWith(known));
  }
}
