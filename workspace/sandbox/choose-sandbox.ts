/** Picks the sandbox that a policy allows on this machine. */
import { LonghaulError, type SandboxPolicy } from '#contracts';
import type { Host } from '../host.ts';
import { openBubblewrap, probeBubblewrap } from './bubblewrap.ts';
import { openPlainProcess } from './plain-process.ts';
import type { Sandbox } from './sandbox.ts';

/**
 * @param folder private to this sandbox, on the host.
 * @throws E_SANDBOX_UNAVAILABLE when the policy requires one and none works; the message says why.
 */
export async function chooseSandbox(host: Host, policy: SandboxPolicy, folder: string): Promise<Sandbox> {
  if (policy === 'none') return openPlainProcess(host, folder);
  const bubblewrap = await probeBubblewrap(host);
  if (bubblewrap.version !== null) return openBubblewrap(host, folder, bubblewrap.version);
  if (policy === 'preferred') return openPlainProcess(host, folder);
  throw new LonghaulError('E_SANDBOX_UNAVAILABLE', `Foreign code would run unprotected: ${bubblewrap.reason}.`);
}
