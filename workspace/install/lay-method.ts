/** How this host gives trees their dependencies. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_LIMITS } from '#contracts';
import { cacheFolder, type Host, LAY_METHODS, type LayMethod } from '../host.ts';
import { openOwnedFolder } from '../owned-folder.ts';
import { chooseSandbox } from '../sandbox/choose-sandbox.ts';
import { runProcess } from '../sandbox/run-process.ts';
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
  await using folder = await openOwnedFolder(await cacheFolder(host, 'workspaces'));
  return await chooseLayMethod(host, await chooseSandbox(host, 'preferred', folder.path, DEFAULT_LIMITS));
}

/** By making one: whether a file system can is not to be read anywhere. */
async function canReflink(host: Host): Promise<boolean> {
  await using folder = await openOwnedFolder(await cacheFolder(host, 'workspaces'));
  await writeFile(join(folder.path, 'original'), 'content');
  const { exitCode } = await runProcess(['cp', '--reflink=always', 'original', 'copy'], {
    cwd: folder.path,
    environment: { PATH: host.environment.PATH ?? '' },
    timeoutMs: 10_000,
  });
  return exitCode === 0;
}
