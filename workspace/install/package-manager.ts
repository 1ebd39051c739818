/** Which package manager a commit is locked by, and which version of it reads the lockfile. */

import { bun } from './managers/bun.ts';
import type { Manager } from './managers/manager.ts';
import { npm } from './managers/npm.ts';
import { pnpm } from './managers/pnpm.ts';
import { yarnBerry, yarnClassic } from './managers/yarn.ts';
import type { RootManifest } from './root-manifest.ts';

export interface PackageManager {
  manager: Manager;
  lockfile: string | null;
  /** The version that package.json names, where it can read the lockfile. */
  named: string | null;
  /** The newest line that reads the lockfile; null: whichever this machine has. */
  major: string | null;
  /** What the user should know of the choice. */
  notes: string[];
}

/** Best first, where a commit holds several and names no manager. */
const LOCKFILES: readonly (readonly [file: string, name: Manager['name']])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['npm-shrinkwrap.json', 'npm'],
  ['package-lock.json', 'npm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
];

/**
 * Decides by lockfile, then by `packageManager`; without either, npm.
 * @param rootFiles names in the root of the tree.
 * @param readText text of a file in the root.
 */
export async function detectPackageManager(
  rootFiles: ReadonlySet<string>,
  manifest: RootManifest,
  readText: (name: string) => Promise<string>,
): Promise<PackageManager> {
  const named = /^(npm|pnpm|yarn|bun)@(\d+\.\d+\.\d+)(?:[+-].*)?$/.exec(manifest.packageManager ?? '');
  const [, namedManager, namedVersion = ''] = named ?? [];
  const present = LOCKFILES.filter(([file]) => rootFiles.has(file));
  const [lockfile = null, name = namedManager ?? 'npm'] = present.find(([, owner]) => owner === namedManager) ?? present[0] ?? [];
  const notes: string[] = [];
  if (new Set(present.map(([, owner]) => owner)).size > 1) {
    notes.push(`of several lockfiles (${present.map(([file]) => file).join(', ')}) ${lockfile} was used`);
  }
  const { manager, readers } = readersOf(name, lockfile === null ? null : await readText(lockfile), namedVersion);
  const canRead = namedManager === name && (readers === null || readers.includes(Number.parseInt(namedVersion, 10)));
  if (namedManager !== undefined && !canRead && lockfile !== null) {
    notes.push(`package.json names ${namedManager} ${namedVersion}, which does not read ${lockfile}`);
  }
  return { manager, lockfile, named: canRead ? namedVersion : null, major: readers === null ? null : String(readers[0]), notes };
}

/**
 * The majors that read a lockfile as it is, the one to take first; null where every one does.
 * Sources: release notes of pnpm (lockfile 5.x is written up to 7, 6.x by 8, 9.0 by 9 to 12)
 * and `LOCKFILE_VERSION` in yarn's Project.ts (4 by yarn 2, 6 by 3, 8 and more by 4).
 * Of those that read 9.0, 10 also reads the settings of pnpm 9, which 11 ignores.
 */
function readersOf(name: string, lockfile: string | null, namedVersion: string): { manager: Manager; readers: number[] | null } {
  if (name === 'pnpm') {
    const version = Number.parseFloat(/^lockfileVersion:\s*['"]?([\d.]+)/m.exec(lockfile ?? '')?.[1] ?? '9');
    return { manager: pnpm, readers: version < 6 ? [7, 6, 5, 4, 3] : version < 9 ? [8] : [10, 9, 11, 12] };
  }
  if (name === 'yarn') {
    const format = /^__metadata:\s+version:\s*['"]?(\d+)/m.exec(lockfile ?? '')?.[1];
    if (format !== undefined) return { manager: yarnBerry, readers: Number(format) <= 5 ? [2] : Number(format) <= 7 ? [3] : [4] };
    if (lockfile === null && Number.parseInt(namedVersion, 10) >= 2) return { manager: yarnBerry, readers: [4, 3, 2] };
    return { manager: yarnClassic, readers: [1] };
  }
  return name === 'bun' ? { manager: bun, readers: [1] } : { manager: npm, readers: null };
}
