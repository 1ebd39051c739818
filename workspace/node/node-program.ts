/** The Node that a command finds first on its PATH. */
import { dirname } from 'node:path';
import type { Mount, Sandbox } from '../sandbox/sandbox.ts';

/** What a command must be given to run a Node. */
export interface NodeProgram {
  /** With a leading `v`. */
  version: string;
  mount: Mount;
}

/** Where a project's Node lies for its commands. */
export const NODE_INSIDE = '/opt/node/bin/node';

/** The Node that Longhaul itself runs on. */
export const OWN_NODE: NodeProgram = {
  version: process.version,
  mount: { host: process.execPath, inside: NODE_INSIDE, writable: false },
};

/** Its folder as a command sees it, for `path`. */
export function nodeFolder(sandbox: Sandbox, { mount }: NodeProgram): string {
  return dirname(sandbox.inside(mount));
}
