/** Where the architecture instrument keeps what it knows on this host, out of reach of whatever runs in a sandbox. */
import { join } from 'node:path';
import type { Host } from '../host.ts';

type Cache = Pick<Host, 'cacheFolder'>;

/** Facts about source files by their content, for every process. */
export function factsFolder({ cacheFolder }: Cache): string {
  return join(cacheFolder, 'facts');
}

/** What people do to a repository. @param name of the repository */
export function calibrationFolder({ cacheFolder }: Cache, name: string): string {
  return join(cacheFolder, 'checks', 'calibrations', name);
}
