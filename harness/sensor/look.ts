/** What a sensor is asked, and what it answers. */
import { z } from 'zod';
import { SensedCounts, SensedFinding } from '#contracts';
import type { TrialContract } from '../trial-contract.ts';

/** The sensor keeps one tree in mind: `open` another one, `update` it by what may have changed, `check` it against a full rebuild. */
export type SensorQuestion =
  | {
      ask: 'open';
      folder: string;
      /** Paths of the tree's files, relative to the folder. */
      files: readonly string[];
      /** Where facts about files are kept between processes. */
      cache: string;
      /** What the tree is compared with. */
      contract: TrialContract;
    }
  /** Held to the contract of before, unless there is another one. */
  | { ask: 'update'; paths: readonly string[]; contract?: TrialContract }
  | { ask: 'check' };

/** Of an open tree, after `open` and `update`. */
export const Look = z.strictObject({
  counts: SensedCounts,
  /** What the base does not have; each identity once, gates first. */
  findings: z.array(SensedFinding),
  /** Why nothing can be concluded from these findings, such as that the source files are gone; null when something can. */
  doubt: z.string().min(1).nullable(),
  /** Whether a cycle that was put in on purpose was found. */
  seesInjectedCycle: z.boolean(),
});
export type Look = z.infer<typeof Look>;

/** After `check`: how the state that was kept up to date differs from one made anew, in words. */
export const SelfCheck = z.strictObject({ differences: z.array(z.string()) });
export type SelfCheck = z.infer<typeof SelfCheck>;
