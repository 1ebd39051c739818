/** What one command's own process is told on file descriptor 3. */
import { z } from 'zod';

/** Names on disk, whatever characters they hold: never patterns. */
const Places = z.array(z.string());

export const Assignment = z.strictObject({
  /** For bash, inside. */
  script: z.string(),
  /** What the script finds, beside what the library adds. */
  environment: z.record(z.string(), z.string()),
  network: z.boolean(),
  denyRead: Places,
  /** Outranks `denyRead` where it lies deeper. */
  allowRead: Places,
  allowWrite: Places,
  /** Outranks `allowWrite`. */
  denyWrite: Places,
});
export type Assignment = z.infer<typeof Assignment>;
