/** The programs that install dependencies: the npm of this machine, and pnpm fetched through it once per major version. */
import { mkdir, realpath, rename, rm } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { LonghaulError } from '#contracts';
import { cacheFolder, type Host, isThere, unfinished } from '../host.ts';
import { runProcess } from '../sandbox/run-process.ts';
import type { PackageManager } from './package-manager.ts';

/** A package whose `entry` Node runs. */
export interface ToolProgram {
  folder: string;
  entry: string;
}

/** @throws E_INSTALL_FAILED when there is no npm, or pnpm cannot be fetched. */
export async function findTool(host: Host, manager: PackageManager, signal?: AbortSignal): Promise<ToolProgram> {
  return manager.name === 'npm' ? findNpm(host) : fetchPnpm(host, manager.major, signal);
}

async function findNpm(host: Host): Promise<ToolProgram> {
  for (const folder of (host.environment.PATH ?? '').split(delimiter)) {
    const link = await realpath(join(folder, 'npm')).catch(() => null);
    if (link?.endsWith('npm-cli.js')) return { folder: dirname(dirname(link)), entry: 'bin/npm-cli.js' };
  }
  throw new LonghaulError('E_INSTALL_FAILED', 'No npm is on the PATH.', { action: 'Install npm; `longhaul doctor` shows what is found.' });
}

async function fetchPnpm(host: Host, major: number, signal?: AbortSignal): Promise<ToolProgram> {
  const home = join(await cacheFolder(host, 'tools'), `pnpm-${major}`);
  const tool = { folder: join(home, 'node_modules/pnpm'), entry: 'bin/pnpm.cjs' };
  if (await isThere(join(tool.folder, tool.entry))) return tool;
  const npm = await findNpm(host);
  const aside = unfinished(home);
  try {
    await mkdir(aside, { recursive: true });
    const result = await runProcess(
      [
        process.execPath,
        join(npm.folder, npm.entry),
        'install',
        '--prefix',
        aside,
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
        `pnpm@${major}`,
      ],
      { cwd: aside, environment: { ...host.environment }, timeoutMs: 300_000, ...(signal && { signal }) },
    );
    if (result.exitCode !== 0)
      throw new LonghaulError('E_INSTALL_FAILED', `pnpm ${major} could not be fetched: ${result.output.slice(-2000)}`);
    await rename(aside, home).catch(async (error: unknown) => {
      if (!(await isThere(join(tool.folder, tool.entry)))) throw error;
    });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  return tool;
}
