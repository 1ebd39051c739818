/** Branded identifiers, so that two strings of different meaning cannot be swapped. */
import { z } from 'zod';

/** A full git commit id: 40 (SHA-1) or 64 (SHA-256) lower-case hexadecimal digits. */
export const CommitSha = z
  .string()
  .regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, 'a full commit id is 40 or 64 lower-case hexadecimal digits')
  .brand<'CommitSha'>();
export type CommitSha = z.infer<typeof CommitSha>;

/** SHA-256 of some content, 64 lower-case hexadecimal digits: the name of an artifact. */
export const ContentHash = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'a content hash is 64 lower-case hexadecimal digits')
  .brand<'ContentHash'>();
export type ContentHash = z.infer<typeof ContentHash>;

/** A run's name: `<date>-<time>-<4 random letters>`, so that names sort by start. */
export const RunId = z
  .string()
  .regex(/^\d{8}-\d{6}-[a-z0-9]{4}$/, 'a run id looks like 20261123-211502-k3fq')
  .brand<'RunId'>();
export type RunId = z.infer<typeof RunId>;

/** A trial's name: `<run id>.<16 hexadecimal digits of its content>`; the same trial of the same run always has the same name. */
export const TrialId = z
  .string()
  .regex(/^\d{8}-\d{6}-[a-z0-9]{4}\.[0-9a-f]{16}$/, 'a trial id is a run id, a dot and 16 hexadecimal digits')
  .brand<'TrialId'>();
export type TrialId = z.infer<typeof TrialId>;

/** A task or milestone name as people write it: lower-case words joined by hyphens, safe as a file name. */
export const Slug = z
  .string()
  .max(80)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'use lower-case letters, digits and single hyphens');
