/** Makes the folders of the embedded server, and sees to it that the user it runs as can enter them. */
import { constants, existsSync } from 'node:fs';
import { access, chmod, mkdir, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LonghaulError } from '#contracts';
import { type Layout, layoutOf } from './layout.ts';

/** Whom the server runs as; empty: as whoever starts it. */
export interface ServerUser {
  uid?: number;
  gid?: number;
}

/** PostgreSQL refuses to run as root; this is `nobody`. */
const NOBODY = 65_534;

export function serverUser(): ServerUser {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
}

/** Null when there is no such folder. The server is recognised by its real path, so symbolic links are followed here, once. */
export async function findFolder(stateFolder: string): Promise<Layout | null> {
  try {
    return layoutOf(await realpath(stateFolder));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw LonghaulError.from(error, `opening ${stateFolder}`);
  }
}

/** Idempotent. @throws E_NO_WRITE_PERMISSION, E_DISK_FULL, E_FOLDER_UNREACHABLE naming the folder that bars the way. */
export async function prepareFolder(stateFolder: string, { uid }: ServerUser): Promise<Layout> {
  try {
    await makeFolder(stateFolder);
    const layout = layoutOf(await realpath(stateFolder));
    await makeFolder(layout.binaries);
    await access(layout.folder, constants.W_OK);
    await access(layout.binaries, constants.W_OK);
    if (uid !== undefined) await assertEnterable(layout.binaries, uid);
    return layout;
  } catch (error) {
    throw LonghaulError.from(error, `preparing ${stateFolder} for PostgreSQL`);
  }
}

/**
 * A strict umask would lock the server's user out of what we make ourselves, so the mode is set apart.
 * One folder at a time: where a folder cannot be made, as below /proc or on a read-only disk, Node's recursive mkdir
 * says ENOENT or does not end.
 */
async function makeFolder(folder: string): Promise<void> {
  for (const place of foldersBetween('/', folder)) {
    if (existsSync(place)) continue;
    await mkdir(place).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    await chmod(place, 0o755);
  }
}

async function assertEnterable(folder: string, uid: number): Promise<void> {
  for (const parent of foldersBetween('/', folder)) {
    const { mode, uid: owner } = await stat(parent);
    if ((owner === uid ? mode & 0o100 : mode & 0o001) !== 0) continue;
    throw new LonghaulError(
      'E_FOLDER_UNREACHABLE',
      `PostgreSQL would run as user ${uid}, who may not enter ${parent} (mode ${(mode & 0o777).toString(8)}).`,
    );
  }
}

/** From `top` down to `bottom`, both included. */
function foldersBetween(top: string, bottom: string): string[] {
  return bottom === top || bottom === dirname(bottom) ? [bottom] : [...foldersBetween(top, dirname(bottom)), bottom];
}
