/** What a commit's tests ran with, beside the sandbox. */
import { z } from 'zod';

export const EnvironmentRecord = z.strictObject({
  /** Version of the Node that ran the project's code: `v24.21.0`. */
  node: z.string().min(1),
  /** Name and version of what installed the dependencies: `pnpm 10.28.0`. Null when nothing was installed. */
  packageManager: z.string().min(1).nullable(),
  /** How the shared snapshot of the dependencies lies in the tree. */
  dependencies: z.enum(['overlay', 'read-only', 'reflink', 'copy', 'none']),
  /** What a reader should know about the tree: a lockfile that did not fit, files whose content was not fetched. */
  notes: z.array(z.string().min(1)),
});
export type EnvironmentRecord = z.infer<typeof EnvironmentRecord>;
