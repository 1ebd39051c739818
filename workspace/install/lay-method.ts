/** How this host gives trees their dependencies. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_LIMITS } from '#contracts';
import { cacheFolder, type Host, LAY_METHODS, type LayMethod } from '../host.ts';
import { runProcess } from '../sandbox/run-process.ts';
import { chooseSandbox } from '../sandbox/choose-sandbox.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

/**
 * The first of the list that works with this sandbox and this cache folder. What the host prescribes is kept to where it can be;
 * where it cannot, the next one after it is taken.
 */
export async function chooseLayMethod(host: Host, sandbox: Sandbox): Promise<LayMethod> {
  const isMounting = sandbox.inside({ host: '/host', inside: '/inside' }) === '/inside';
  for (const method of LAY_METHODS.slice(host.layMethod === undefined ? 0 : LAY_METHODS.indexOf(host.layMethod))) {
    if (method === 'overlay' && isMounting && sandbox.overlays) return method;
    if (method === 'read-only' && isMounting) return method;
    if (method === 'reflink' && (await canReflink(host))) return method;
  }
  return 'copy';
}

/** What a trial on this host would use, for people who ask. */
export async function probeLayMethod(host: Host): Promise<LayMethod> {
  const folder = await mkdtemp(join(await cacheFolder(host, 'workspaces'), `${process.pid}-`));
  try {
    return await chooseLayMethod(host, await chooseSandbox(host, 'preferred', folder, DEFAULT_LIMITS));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** By making one: whether a file system can is not to be read anywhere. */
async function canReflink(host: Host): Promise<boolean> {
  const folder = await mkdtemp(join(await cacheFolder(host, 'workspaces'), `${process.pid}-`));
  try {
    await writeFile(join(folder, 'original'), 'content');
    const { exitCode } = await runProcess(['cp', '--reflink=always', 'original', 'copy'], {
      cwd: folder,
      environment: { PATH: host.environment.PATH ?? '' },
      timeoutMs: 10_000,
    });
    return exitCode === 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
