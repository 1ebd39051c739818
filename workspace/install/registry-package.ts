/** Packages that Longhaul itself takes from the npm registry: package managers, and Nodes. */
import { readFile, realpath } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { z } from 'zod';
import { type ExecResult, LonghaulError } from '#contracts';
import { type CacheEntry, openCacheEntry } from '../cache/cache-entry.ts';
import type { Host } from '../host.ts';
import { runProcess } from '../sandbox/run-process.ts';
import { installFailure } from './install-failure.ts';

const FETCH_TIMEOUT_MS = 300_000;

const PackageFacts = z.object({
  version: z.string(),
  engines: z.object({ node: z.string().default('*') }).default({ node: '*' }),
});

export interface RegistryPackage extends CacheEntry {
  /** The package itself, below `folder`. */
  packageFolder: string;
  version: string;
  /** Range of the Nodes it runs on. */
  nodeRange: string;
}

/**
 * Fetched once per host, by the npm of this machine with the user's own settings. Its install scripts do not run.
 * @param version a version, or a range such as `10`, which is then the newest of the day it was first asked for.
 * @throws E_PACKAGE_MANAGER_UNSUPPORTED when the registry has none, E_INSTALL_FAILED and its kin when it cannot be fetched
 */
export async function openRegistryPackage(host: Host, name: string, version: string, signal?: AbortSignal): Promise<RegistryPackage> {
  const packageIn = (folder: string) => join(folder, 'node_modules', name);
  const entry = await openCacheEntry(host, {
    room: 'tools',
    name: `${name.replace('/', '+')}@${version}`,
    make: (folder) => fetchPackage(host, { name, version, folder, ...(signal && { signal }) }),
    isWhole: async (folder) => (await readFacts(packageIn(folder))) !== null,
    ...(signal && { signal }),
  });
  using held = new DisposableStack();
  held.use(entry);
  const facts = await readFacts(packageIn(entry.folder));
  if (facts === null) throw new LonghaulError('E_CACHE_DAMAGED', `${entry.folder} holds no ${name}.`);
  held.move();
  return { ...entry, packageFolder: packageIn(entry.folder), version: facts.version, nodeRange: facts.engines.node };
}

/** All versions of a package without prereleases. @throws E_INSTALL_FAILED and its kin */
export async function listVersions(host: Host, name: string, signal?: AbortSignal): Promise<string[]> {
  const { output } = await runNpm(host, ['view', name, 'versions', '--json', '--loglevel=error'], host.cacheFolder, signal);
  const parsed = z.array(z.string()).safeParse(parseJson(output));
  if (!parsed.success) throw new LonghaulError('E_INSTALL_FAILED', `npm says about the versions of ${name}: ${output.slice(0, 500)}`);
  return parsed.data.filter((version) => /^\d+\.\d+\.\d+$/.test(version));
}

/** The npm of this machine. @throws E_INSTALL_FAILED when there is none. */
export async function findNpm(host: Host): Promise<{ folder: string; entry: string; version: string; nodeRange: string }> {
  for (const place of (host.environment.PATH ?? '').split(delimiter)) {
    const program = await realpath(join(place, 'npm')).catch(() => null);
    if (!program?.endsWith('npm-cli.js')) continue;
    const folder = dirname(dirname(program));
    const facts = await readFacts(folder);
    if (facts) return { folder, entry: 'bin/npm-cli.js', version: facts.version, nodeRange: facts.engines.node };
  }
  throw new LonghaulError('E_INSTALL_FAILED', 'No npm is on the PATH.', { action: 'Install npm; `longhaul doctor` shows what is found.' });
}

async function fetchPackage(host: Host, options: { name: string; version: string; folder: string; signal?: AbortSignal }): Promise<void> {
  const { name, version, folder, signal } = options;
  const args = [
    'install',
    '--prefix',
    folder,
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-save',
    '--loglevel=error',
    `${name}@${version}`,
  ];
  const result = await runNpm(host, args, folder, signal);
  if (result.exitCode === 0) return;
  if (/ETARGET|E404/.test(result.output)) {
    throw new LonghaulError('E_PACKAGE_MANAGER_UNSUPPORTED', `The registry has no ${name} ${version}.`);
  }
  throw installFailure(`${name} ${version} could not be fetched`, result);
}

async function runNpm(host: Host, args: readonly string[], cwd: string, signal?: AbortSignal): Promise<ExecResult> {
  const npm = await findNpm(host);
  return runProcess([process.execPath, join(npm.folder, npm.entry), ...args], {
    cwd,
    environment: { ...host.environment },
    timeoutMs: FETCH_TIMEOUT_MS,
    ...(signal && { signal }),
  });
}

async function readFacts(packageFolder: string): Promise<z.infer<typeof PackageFacts> | null> {
  const text = await readFile(join(packageFolder, 'package.json'), 'utf8').catch(() => '');
  return PackageFacts.safeParse(parseJson(text)).data ?? null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
