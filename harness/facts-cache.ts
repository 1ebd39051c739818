/** Where facts about source files are remembered by their content, for every process of this host. */
import { join } from 'node:path';
import type { Host } from '#workspace';

/** Out of reach of whatever runs in a sandbox. */
export function factsCache({ cacheFolder }: Pick<Host, 'cacheFolder'>): string {
  return join(cacheFolder, 'facts');
}
