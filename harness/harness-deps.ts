/** What the harness needs from whoever arranges a trial: it knows no queue, no database and no agent by name. */

import type { z } from 'zod';
import type { ContentHash, Emit } from '#contracts';
import type { Host } from '#workspace';

export interface HarnessDeps {
  host: Host;
  emit: Emit;
  signal: AbortSignal;
  /**
   * Returns what was computed under this key before, on whatever machine, or computes and keeps it. The key names everything the value depends on.
   * @param worthKeeping false for a value that owes something to the moment, such as a machine without memory; kept without it.
   */
  remember<T>(key: string, schema: z.ZodType<T>, compute: () => Promise<T>, worthKeeping?: (value: T) => boolean): Promise<T>;
  /** Keeps a document, cleaned of secrets. */
  keepText(text: string): Promise<ContentHash>;
  /** Keeps bytes as they are. */
  keepBytes(bytes: Uint8Array): Promise<ContentHash>;
  /** @throws E_ARTIFACT_MISSING */
  readText(hash: ContentHash): Promise<string>;
  /** @throws E_ARTIFACT_MISSING */
  readBytes(hash: ContentHash): Promise<Uint8Array>;
}
