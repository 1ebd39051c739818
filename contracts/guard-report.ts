/** What the architecture of the base says about files before they are edited. */
import { z } from 'zod';
import { Severity } from './check-result.ts';
import { CommitSha } from './ids.ts';

/** A rule about imports that the repository states itself. */
export const StatedRule = z.strictObject({
  name: z.string(),
  /** What breaking it comes to. */
  severity: Severity,
  /** Why it is there, in the repository's words. */
  reason: z.string().nullable(),
  /** The file that states it. */
  source: z.string(),
});
export type StatedRule = z.infer<typeof StatedRule>;

/** Of one file, whether or not it exists yet. */
export const FileRules = z.strictObject({
  path: z.string(),
  /** Where it belongs, or would by its folder; null for tests, settings and what would be a module of its own. */
  module: z.string().nullable(),
  /** Other modules that it may import without a new dependency; `typesOnly`: the base takes nothing from there that runs. By name. */
  mayImport: z.array(z.strictObject({ module: z.string(), typesOnly: z.boolean() })),
  /** Modules from which the way leads back to its own: a first import of one closes a cycle, which is a gate. By name. */
  closesCycle: z.array(z.string()),
  /** Rules of the repository's own that an edit of this file can break, in the order of their statement. */
  stated: z.array(StatedRule),
});
export type FileRules = z.infer<typeof FileRules>;

/** The document of `longhaul guard`. */
export const GuardReport = z.strictObject({
  schemaVersion: z.literal(1),
  /** The program that made this document. */
  version: z.string().min(1),
  /** Top folder of the working tree, absolute; paths are relative to it. */
  repository: z.string().min(1),
  base: z.strictObject({ commit: CommitSha, why: z.string().min(1) }),
  /** In the order asked for. */
  files: z.array(FileRules),
  /** Rules that the repository states and that could not be read: nothing is said of them. */
  unread: z.array(z.strictObject({ path: z.string(), tool: z.string(), reason: z.string() })),
});
export type GuardReport = z.infer<typeof GuardReport>;
