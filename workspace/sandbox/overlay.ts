/** Mounts overlays for one command: in a mount namespace of its own, so that nothing can be left mounted, also not by kill -9. */

import { mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { cacheFolder, type Host } from '../host.ts';
import { openOwnedFolder } from '../owned-folder.ts';
import { remembered } from './remembered.ts';
import type { LimitedOptions } from './run-limited.ts';
import { runProcess } from './run-process.ts';
import type { OverlayMount } from './sandbox.ts';
import { shellWord } from './shell-word.ts';

/** Where the mounted overlay lies on the host, for its command only. */
export function overlayPlace({ changes }: OverlayMount): string {
  return join(changes, 'merged');
}

export async function prepareOverlay({ changes }: OverlayMount): Promise<void> {
  for (const name of ['upper', 'work', 'merged']) await mkdir(join(changes, name), { recursive: true });
}

/**
 * What must surround a command that is started in the cache folder.
 * By util-linux rather than by bubblewrap, which learnt `--overlay` in 0.11 only. Paths are given relative to the cache folder,
 * because the option string of a mount has no way to write every character.
 */
export function overlayEntry({ cacheFolder }: Host, overlays: readonly OverlayMount[]): Pick<LimitedOptions, 'through' | 'before'> {
  if (overlays.length === 0) return {};
  const isRoot = process.getuid?.() === 0;
  return {
    through: ['unshare', '--mount', ...(isRoot ? [] : ['--user', '--map-root-user'])],
    before: overlays.map(({ lower, changes }) => {
      const at = relative(cacheFolder, changes);
      // Extended attributes of the `trusted` class are refused inside a user namespace.
      const options = `${isRoot ? '' : 'userxattr,'}lowerdir=${relative(cacheFolder, lower)},upperdir=${at}/upper,workdir=${at}/work`;
      return `mount -t overlay overlay -o ${shellWord(options)} ${shellWord(`${at}/merged`)}`;
    }),
  };
}

/** Whether an overlay can be mounted over folders of the cache; not on every file system, and not in every container. */
export const mountsOverlays = remembered(
  tryOverlay,
  ({ cacheFolder, environment }: Host) => `${cacheFolder}\0${environment.PATH}`,
  (mounts) => mounts,
);

async function tryOverlay(host: Host): Promise<boolean> {
  await using folder = await openOwnedFolder(await cacheFolder(host, 'workspaces'));
  const trial: OverlayMount = { lower: join(folder.path, 'lower'), changes: folder.path, inside: '/mnt' };
  await mkdir(trial.lower, { recursive: true });
  await prepareOverlay(trial);
  const { through = [], before = [] } = overlayEntry(host, [trial]);
  const { exitCode } = await runProcess([...through, 'sh', '-c', before.join(' && ')], {
    cwd: host.cacheFolder,
    environment: { PATH: host.environment.PATH ?? '' },
    timeoutMs: 10_000,
  });
  return exitCode === 0;
}
