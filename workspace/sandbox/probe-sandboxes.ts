/** What this machine has to isolate foreign code with, and to hold it within limits. */
import type { Isolation } from '#contracts';
import type { Host } from '../host.ts';
import { backendsFor } from './choose-sandbox.ts';
import type { Resource } from './control-groups/control-groups.ts';
import { controlGroups } from './control-groups/find-control-groups.ts';
import { installAdvice, limitsAdvice } from './install-advice.ts';
import { mountsOverlays } from './overlay.ts';

export interface SandboxFacts {
  /** In order of preference: the first that works is used. */
  backends: { name: Isolation['sandbox']; version: string | null; reason: string | null }[];
  /** How to get one; null where one works. */
  advice: string | null;
  /** By what limits on memory and processes are enforced and processor time is metered; null where nothing does. */
  limitsBy: string | null;
  notEnforced: readonly Resource[];
  /** How the rest would be enforced; null where all is, or nothing is known to help. */
  limitsAdvice: string | null;
  /** Whether overlays can be mounted over the cache folder. */
  overlays: boolean;
}

/**
 * @param names the backends that are tried; a container engine takes a second or two.
 * @throws what keeps the cache folder from being written
 */
export async function probeSandboxes(host: Host, names = backendsFor(host).map(({ name }) => name)): Promise<SandboxFacts> {
  const tried = backendsFor(host).filter(({ name }) => names.includes(name));
  const backends = await Promise.all(tried.map(async (backend) => ({ name: backend.name, ...(await backend.probe(host)) })));
  const groups = await controlGroups(host);
  const notEnforced = groups?.notEnforced ?? ['memory', 'processes', 'cpu-time'];
  return {
    backends,
    advice: backends.some(({ version }) => version !== null) ? null : await installAdvice(host),
    limitsBy: groups?.by ?? null,
    notEnforced,
    limitsAdvice: notEnforced.length === 0 ? null : await limitsAdvice(),
    overlays: await mountsOverlays(host),
  };
}
