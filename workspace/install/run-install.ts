/** Runs a package manager over a tree until one way of installing works. */
import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type ExecResult, LonghaulError } from '#contracts';
import { openCacheEntry, sizeOf } from '../cache/cache-entry.ts';
import { parseCredentials } from '../credentials.ts';
import { type Host, isThere } from '../host.ts';
import { type NodeProgram, nodeFolder, OWN_NODE } from '../node/node-program.ts';
import type { Mount, Sandbox } from '../sandbox/sandbox.ts';
import { findNodeModules } from './find-node-modules.ts';
import { installFailure, signOf } from './install-failure.ts';
import { type ManagerProgram, openOwnNpm, runnerOf, startOf } from './manager-program.ts';
import type { InstallWay } from './managers/manager.ts';
import { NPM_RESOLVES } from './managers/npm.ts';
import { linkOwnPackages } from './own-packages.ts';
import { keepHeededSettings, writeCredentials } from './registry-settings.ts';
import type { TreeFiles } from './snapshot-key.ts';

const CREDENTIALS = 'LONGHAUL_NPM_CREDENTIALS';
const INSTALL_TIMEOUT_MS = 15 * 60_000;
/** Some releases of yarn 4 now and then fall over their own HTTP client on a new Node; 4.18 was not seen to. */
const CRASH = /The `onCancel` handler was attached after the promise settled/;
const CRASH_TRIES = 4;
/** Proxies and certificates: what a download needs of the host's environment. No tokens. */
const DOWNLOAD_VARIABLES = /^(https?_proxy|no_proxy|all_proxy|node_extra_ca_certs|ssl_cert_file|npm_config_registry|npm_config_cafile)$/i;
/** Of those, the ones that name a file. */
const CERTIFICATE_VARIABLES = /^(node_extra_ca_certs|ssl_cert_file|npm_config_cafile)$/i;

export interface InstallOptions {
  /** A checkout of the commit, ours to change. */
  tree: string;
  /** A folder beside it, for what only the install may see. */
  scratch: string;
  /** The address of the repository. */
  repository: string;
  /** Of the commit. */
  files: TreeFiles;
  program: ManagerProgram;
  lockfile: string | null;
  /** The project's. */
  node: NodeProgram;
  sandbox: Sandbox;
  /** Let packages run their install scripts afterwards. */
  scripts: boolean;
  signal?: AbortSignal;
}

/**
 * Credentials of the user's registries are in a home that exists for the install alone; while it does, nothing of the repository runs.
 * @returns notes for the user; none when the lockfile was kept to the letter.
 * @throws E_INSTALL_FAILED, E_REGISTRY_DENIED, E_REGISTRY_UNREACHABLE, E_DISK_FULL
 */
export async function runInstall(host: Host, options: InstallOptions): Promise<string[]> {
  const { program, lockfile, node, signal } = options;
  await keepHeededSettings(options.tree);
  const name = program.manager.name;
  // Of each repository its own: managers believe what lies there, and a hostile lockfile or registry can put anything in place of any package.
  using downloads = await openCacheEntry(host, {
    room: 'downloads',
    name: `${name}-${createHash('sha256').update(options.repository).digest('hex').slice(0, 24)}`,
    make: async () => {},
    isWhole: async () => true,
    ...(signal && { signal }),
  });
  await using _size = forgetSizeAfter(downloads.folder);
  const mount: Mount = { host: downloads.folder, inside: '/opt/downloads', writable: true };
  const ways = program.manager.ways({
    lockfile,
    downloads: options.sandbox.inside(mount),
    version: program.version,
    node: node.version.slice(1),
  });
  const notes = await firstThatWorks(host, { ...options, ways, downloads: mount });
  await linkOwnPackages(options.tree, options.files);
  if (options.scripts) await runInstallScripts(host, { ...options, downloads: { ...mount, writable: false } });
  return notes;
}

/** It grows, however the install ends, so that what was once measured is no longer true. */
function forgetSizeAfter(folder: string): AsyncDisposable {
  return { [Symbol.asyncDispose]: () => rm(sizeOf(folder), { force: true }) };
}

type Prepared = InstallOptions & { downloads: Mount };

async function firstThatWorks(host: Host, options: Prepared & { ways: readonly InstallWay[] }): Promise<string[]> {
  const { program, ways } = options;
  let first: ExecResult | null = null;
  for (const way of ways) {
    let result = await tryWay(host, options, program, way);
    for (let crashes = 1; crashes < CRASH_TRIES && CRASH.test(result.output); crashes += 1)
      result = await tryWay(host, options, program, way);
    if (result.exitCode === 0) return way.note === '' ? [] : [way.note];
    first ??= result;
    if (result.ending === 'timed-out' || signOf(result.output) !== null) throw installFailure(failed(program), result);
    await removeInstalled(options.tree);
  }
  // What is locked by another manager may still be plain enough for npm.
  if (program.manager.name !== 'npm') {
    using npm = await openOwnNpm(host);
    const result = await tryWay(host, options, npm, NPM_RESOLVES);
    if (result.exitCode === 0) return [`${program.manager.name} could not install it, so npm ${npm.version} did; ${NPM_RESOLVES.note}`];
    // npm says plainly what others pass off as a package that does not exist.
    if (signOf(result.output) !== null) throw installFailure(failed(program), result);
  }
  throw first === null
    ? new LonghaulError('E_INTERNAL', `${program.manager.name} knows no way to install`)
    : installFailure(failed(program), first);
}

function failed({ manager, version }: ManagerProgram): string {
  return `${manager.name} ${version} could not install the dependencies`;
}

async function removeInstalled(tree: string): Promise<void> {
  for (const place of await findNodeModules(tree)) await rm(join(tree, place), { recursive: true, force: true });
}

async function tryWay(host: Host, options: Prepared, program: ManagerProgram, { args }: InstallWay): Promise<ExecResult> {
  const { sandbox, downloads } = options;
  await using home = await openHome(options.scratch);
  await writeCredentials(home.folder, parseCredentials(CREDENTIALS, host.environment[CREDENTIALS], 'optional'));
  const node = nodeFolder(sandbox, OWN_NODE);
  return await runInTree(host, options, {
    argv: [...startOf(program, program.manager.name, sandbox, join(node, 'node')), ...args],
    mounts: [OWN_NODE.mount, program.mount, downloads],
    path: node,
    home: home.folder,
    environment: { ...program.manager.environment, ...program.manager.installEnvironment(sandbox.inside(downloads), program.version) },
  });
}

/**
 * In a second command, after the credentials are gone.
 * npm does it for every manager whose `node_modules` looks like npm's.
 */
async function runInstallScripts(host: Host, options: Prepared): Promise<void> {
  const { sandbox, node, program } = options;
  const isPnpm = program.manager.name === 'pnpm';
  using npm = await openOwnNpm(host);
  const builder = isPnpm ? program : npm;
  await using home = await openHome(options.scratch);
  const runner = runnerOf(builder, node);
  const args = isPnpm ? pnpmRebuild(builder.version, sandbox.inside(options.downloads)) : NPM_REBUILD;
  const result = await runInTree(host, options, {
    argv: [...startOf(builder, builder.manager.name, sandbox, sandbox.inside(runner)), ...args],
    mounts: [...new Set([node.mount, runner]), builder.mount, options.downloads],
    path: nodeFolder(sandbox, node),
    home: home.folder,
    environment: builder.manager.environment,
  });
  if (result.exitCode !== 0) throw installFailure('an install script failed', result);
}

const NPM_REBUILD = ['rebuild', '--dangerously-allow-all-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--foreground-scripts'];

function pnpmRebuild(version: string, downloads: string): string[] {
  const common = ['rebuild', '--config.dangerously-allow-all-builds=true', '--reporter=append-only'];
  // Up to 10 it insists on the store it installed from; later ones have a database there, which they could not open read-only.
  return Number.parseInt(version, 10) > 10 ? common : [...common, `--config.store-dir=${downloads}/store`];
}

async function runInTree(
  host: Host,
  { sandbox, tree, signal }: Prepared,
  command: { argv: string[]; mounts: Mount[]; path: string; home: string; environment: Readonly<Record<string, string>> },
): Promise<ExecResult> {
  const treeMount: Mount = { host: tree, inside: '/workspace', writable: true };
  const home: Mount = { host: command.home, inside: '/home/install', writable: true };
  const downloading = Object.entries(host.environment).filter(([name]) => DOWNLOAD_VARIABLES.test(name));
  const certificates: Mount[] = [];
  for (const [name, file] of downloading) {
    if (CERTIFICATE_VARIABLES.test(name) && (await isThere(file))) certificates.push({ host: file, inside: file, writable: false });
  }
  return sandbox.exec({
    argv: command.argv,
    cwd: sandbox.inside(treeMount),
    mounts: [treeMount, home, ...certificates, ...command.mounts],
    path: [command.path],
    network: true,
    environment: {
      ...Object.fromEntries(downloading),
      ...command.environment,
      HOME: sandbox.inside(home),
      NPM_CONFIG_USERCONFIG: join(sandbox.inside(home), '.npmrc'),
      HUSKY: '0',
    },
    timeoutMs: INSTALL_TIMEOUT_MS,
    ...(signal && { signal }),
  });
}

/** A home that no other command sees, with nothing in it. */
async function openHome(scratch: string): Promise<AsyncDisposable & { folder: string }> {
  const folder = join(scratch, 'home');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
