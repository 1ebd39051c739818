/** What goes to the child process that owns the compiler, and what comes back. */
import { z } from 'zod';

export const RenameRequest = z.strictObject({
  /** The repository, absolute, on the host. */
  folder: z.string().min(1),
  /** The file that declares the symbol, relative to the repository. */
  path: z.string().min(1),
  /** `Name`, or `Class.member`. */
  symbol: z.string().min(1),
  newName: z.string().min(1),
});
export type RenameRequest = z.infer<typeof RenameRequest>;

export const RenameReply = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('edits'),
    /** The changed files with their whole new text, sorted by path, relative to the repository. */
    files: z.array(z.strictObject({ path: z.string(), text: z.string() })),
    /** How many places changed. */
    locations: z.int().nonnegative(),
  }),
  /** Nothing may be changed; the reason is for the model. */
  z.strictObject({ kind: z.literal('rejected'), reason: z.string() }),
]);
export type Rename = z.infer<typeof RenameReply>;
