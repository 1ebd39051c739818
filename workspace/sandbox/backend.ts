/** One way to isolate foreign code, and whether it works on this machine. */
import type { Isolation } from '#contracts';
import type { Host } from '../host.ts';
import type { ResourceLimits } from './control-groups/control-groups.ts';
import type { Sandbox } from './sandbox.ts';

/** `reason` says why it does not work here, and is then all that is known. */
export type Probe = { version: string; reason: null } | { version: null; reason: string };

export interface Backend {
  readonly name: Exclude<Isolation['sandbox'], 'none'>;
  /** Something is run in it, not only looked for. */
  probe(host: Host): Promise<Probe>;
  /** @param folder holds the home and the temporary folder of the commands. */
  open(host: Host, folder: string, limits: ResourceLimits, version: string): Promise<Sandbox>;
}
