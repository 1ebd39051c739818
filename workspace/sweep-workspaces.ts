/** Removes what processes that were killed could not remove themselves. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { trimCache } from './cache/trim-cache.ts';
import { cacheFolder, type Host } from './host.ts';
import { isAlive } from './is-alive.ts';
import { removeLocked } from './locked-files.ts';

/** Removes workspaces and unfinished cache entries whose process is gone, and what the cache holds beyond its cap. @returns how many of the former. */
export async function sweepWorkspaces(host: Host): Promise<number> {
  let removed = 0;
  for (const [room, owner] of [
    ['workspaces', /^(\d+)-/],
    ['installs', /\.(\d+)-[0-9a-f]+\.unfinished$/],
    ['trees', /\.(\d+)-[0-9a-f]+\.unfinished$/],
    ['mirrors', /\.(\d+)-[0-9a-f]+\.unfinished$/],
    ['downloads', /\.(\d+)-[0-9a-f]+\.unfinished$/],
    ['tools', /\.(\d+)-[0-9a-f]+\.unfinished$/],
    ['repositories', /\.(\d+)-[0-9a-f]+\.unfinished$/],
  ] as const) {
    const folder = await cacheFolder(host, room);
    for (const name of await readdir(folder)) {
      const pid = owner.exec(name)?.[1];
      if (pid === undefined || isAlive(Number(pid))) continue;
      await removeLocked(join(folder, name));
      removed += 1;
    }
  }
  await trimCache(host);
  return removed;
}
