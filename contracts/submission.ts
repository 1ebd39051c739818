/** The frozen commit, the trajectory and the usage an agent hands over for one milestone. */
import { z } from 'zod';
import { CommitSha, ContentHash } from './ids.ts';
import { Usage } from './usage.ts';

export const AgentEndingRecord = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('submitted'), summary: z.string() }),
  z.strictObject({ kind: z.literal('limit'), limit: z.enum(['iterations', 'wall-time', 'cost']) }),
  z.strictObject({ kind: z.literal('gave-up'), reason: z.string() }),
]);

export const Submission = z.strictObject({
  /** Commit made by the harness, outside the agent's reach, with fixed author and date: equal trees and parents give equal commits. */
  commit: CommitSha,
  /** Its tree. */
  tree: CommitSha,
  /** Artifact: binary patch from the task's base commit to `tree`. It alone is enough to grade or to continue. */
  patch: ContentHash,
  /** Paths in the agent's tree that are no part of it, sorted: files and changes too large, and what git refuses to track. */
  leftOut: z.array(z.string()).default([]),
  /** Why what the agent left could not be handed over at all; null when it was. Tree and patch are then those the milestone began with. */
  refused: z.string().min(1).nullable().default(null),
  /** Files changed against the tree the milestone began with. */
  filesChanged: z.int().nonnegative(),
  ending: AgentEndingRecord,
  usage: Usage,
  iterations: z.int().nonnegative(),
  /** Artifact: one JSON Iteration per line. Null for agents that do not iterate. */
  trajectory: ContentHash.nullable(),
});
export type Submission = z.infer<typeof Submission>;
