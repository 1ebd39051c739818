/** Which package manager a tree is locked by, and the commands that install it. */
import { LonghaulError } from '#contracts';

export type PackageManager = { name: 'npm'; lockfile: string | null } | { name: 'pnpm'; lockfile: string; major: number };

/** Lockfiles of managers that are told apart but not driven yet. */
const UNSUPPORTED: Record<string, string> = { 'yarn.lock': 'yarn', 'bun.lock': 'bun', 'bun.lockb': 'bun' };

/**
 * Decides by lockfile; without one, npm resolves package.json as it is today, and the result depends on the day.
 * @param rootFiles names in the root of the tree.
 * @param readText text of a file in the root.
 * @returns null when there is nothing to install: no package.json.
 * @throws E_PACKAGE_MANAGER_UNSUPPORTED
 */
export async function detectPackageManager(
  rootFiles: ReadonlySet<string>,
  readText: (name: string) => Promise<string>,
): Promise<PackageManager | null> {
  if (!rootFiles.has('package.json')) return null;
  if (rootFiles.has('pnpm-lock.yaml')) {
    return { name: 'pnpm', lockfile: 'pnpm-lock.yaml', major: pnpmMajor(await readText('pnpm-lock.yaml')) };
  }
  for (const lockfile of ['npm-shrinkwrap.json', 'package-lock.json']) {
    if (rootFiles.has(lockfile)) return { name: 'npm', lockfile };
  }
  for (const [lockfile, manager] of Object.entries(UNSUPPORTED)) {
    if (rootFiles.has(lockfile))
      throw new LonghaulError('E_PACKAGE_MANAGER_UNSUPPORTED', `The repository is locked by ${manager} (${lockfile}).`);
  }
  return { name: 'npm', lockfile: null };
}

/**
 * The newest pnpm that reads a lockfile of this version.
 * Source: pnpm's release notes; lockfile 5.x is written by pnpm up to 7, 6.x by 8, 9.0 by 9 and later.
 */
function pnpmMajor(lockfile: string): number {
  const version = Number.parseFloat(/^lockfileVersion:\s*['"]?([\d.]+)/m.exec(lockfile)?.[1] ?? '9');
  if (version < 6) return 7;
  return version < 9 ? 8 : 10;
}

/**
 * Installs to try, in order; each runs no install script of any package.
 * The later ones are for trees whose lockfile does not fit: better a tree that runs and a note than none.
 */
export function installCommands(manager: PackageManager): { note: string; args: string[] }[] {
  if (manager.name === 'pnpm') {
    const common = [
      'install',
      '--ignore-scripts',
      // A .pnpmfile.cjs would run, with network.
      '--ignore-pnpmfile',
      '--config.manage-package-manager-versions=false',
      '--config.package-import-method=copy',
      '--reporter=append-only',
    ];
    return [
      { note: 'locked', args: [...common, '--frozen-lockfile'] },
      { note: 'the lockfile does not fit package.json; resolved anew', args: [...common, '--no-frozen-lockfile'] },
    ];
  }
  const common = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  const anew = ['install', '--no-package-lock', '--legacy-peer-deps', ...common];
  if (manager.lockfile === null) return [{ note: 'no lockfile; resolved today', args: anew }];
  return [
    { note: 'locked', args: ['ci', ...common] },
    { note: 'the lockfile does not fit package.json; resolved anew', args: anew },
  ];
}
