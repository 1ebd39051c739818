/** Picks the sandbox that a policy allows on this machine. */
import { LonghaulError, type SandboxPolicy } from '#contracts';
import type { Host } from '../host.ts';
import type { Backend } from './backend.ts';
import { BUBBLEWRAP } from './bubblewrap.ts';
import { BY_DOCKER, BY_PODMAN } from './container/container.ts';
import type { ResourceLimits } from './control-groups/control-groups.ts';
import { installAdvice } from './install-advice.ts';
import { openPlainProcess } from './plain-process.ts';
import { SANDBOX_RUNTIME } from './sandbox-runtime/sandbox-runtime.ts';
import type { Sandbox } from './sandbox.ts';

/** In the order in which they are preferred. */
const BACKENDS: readonly Backend[] = [BUBBLEWRAP, BY_PODMAN, BY_DOCKER, SANDBOX_RUNTIME];

/**
 * @param folder private to this sandbox, on the host.
 * @throws E_SANDBOX_UNAVAILABLE when the policy requires one and none works; the message says why.
 */
export async function chooseSandbox(host: Host, policy: SandboxPolicy, folder: string, limits: ResourceLimits): Promise<Sandbox> {
  if (policy === 'none') return openPlainProcess(host, folder, limits);
  const working = await firstThatWorks(host);
  if (working.version !== null) return working.backend.open(host, folder, limits, working.version);
  // By what was just found: another look might find one, and nobody would be told that it was not used.
  if (policy === 'required') throw await unavailable(host, working.reasons);
  return openPlainProcess(host, folder, limits);
}

/** Those that may be used, whether they work or not. Where there are namespaces, Seatbelt's stand-in is not among them unless prescribed. */
export function backendsFor({ sandbox }: Host): readonly Backend[] {
  if (sandbox !== undefined) return BACKENDS.filter(({ name }) => name === sandbox);
  return process.platform === 'darwin' ? BACKENDS : BACKENDS.filter((backend) => backend !== SANDBOX_RUNTIME);
}

/** @throws E_SANDBOX_UNAVAILABLE when none works here: for whoever wants to know before anything is begun. */
export async function assertSandbox(host: Host): Promise<void> {
  const working = await firstThatWorks(host);
  if (working.version === null) throw await unavailable(host, working.reasons);
}

async function unavailable(host: Host, reasons: readonly string[]): Promise<LonghaulError> {
  const action = `Run \`${await installAdvice(host)}\`, or accept the risk with --unsafe-no-sandbox.`;
  return new LonghaulError('E_SANDBOX_UNAVAILABLE', `Foreign code would run unprotected: ${reasons.join('; ')}.`, { action });
}

async function firstThatWorks(host: Host): Promise<{ backend: Backend; version: string } | { version: null; reasons: string[] }> {
  const reasons: string[] = [];
  for (const backend of backendsFor(host)) {
    const { version, reason } = await backend.probe(host);
    if (version !== null) return { backend, version };
    reasons.push(reason);
  }
  return { version: null, reasons };
}
