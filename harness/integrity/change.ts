/** A change as texts: what the rules of integrity are asked about. */
import { z } from 'zod';

export const ChangedFile = z.strictObject({
  path: z.string().min(1),
  /** The text, or null where there is no such file. Of a symbolic link, its target. */
  before: z.string().nullable(),
  after: z.string().nullable(),
  /** A symbolic link lies there after the change. */
  link: z.boolean().default(false),
});
export type ChangedFile = z.input<typeof ChangedFile>;

export interface Change {
  /** Every path that differs, text files only. */
  files: readonly ChangedFile[];
  /**
   * The same, for the commit that a human made for the same request. What the human did too is never held against
   * anyone: such a finding becomes a record. Without a reference nothing says what the request asks of the tests, and what happened to
   * a test is at most a warning.
   */
  reference?: readonly ChangedFile[];
  /** What the request asks for. */
  intent?: { removedExports?: readonly string[] };
}
