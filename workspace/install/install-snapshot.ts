/** One installed `node_modules` per set of manifests, made once per host and copied into every tree that needs it. */
import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type CommitSha, LonghaulError } from '#contracts';
import { git } from '../git/git.ts';
import { listTree } from '../git/history.ts';
import { cacheFolder, type Host, isThere, unfinished } from '../host.ts';
import { nodeFolder, OWN_NODE } from '../node-program.ts';
import { runProcess } from '../sandbox/run-process.ts';
import type { Mount, Sandbox } from '../sandbox/sandbox.ts';
import { detectPackageManager, installCommands, type PackageManager } from './package-manager.ts';
import { findTool } from './tool-programs.ts';

const INSTALL_TIMEOUT_MS = 15 * 60_000;
/** Files that decide what an install makes. */
const MANIFEST =
  /(^|\/)(package\.json|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|pnpm-workspace\.yaml|\.npmrc|\.pnpmfile\.cjs)$/;
/** Proxies and certificates: what a download needs of the host's environment. No tokens. */
const DOWNLOAD_VARIABLES = /^(https?_proxy|no_proxy|all_proxy|node_extra_ca_certs|ssl_cert_file|npm_config_registry|npm_config_cafile)$/i;

export interface InstallSnapshot {
  /** Changes whenever another install would be made. */
  key: string;
  /** Null when the tree has nothing to install. */
  folder: string | null;
  /** How it was installed: `locked`, or why not. */
  note: string;
}

/**
 * The snapshot for the manifests of a commit, installed now if this host has none yet.
 * Nothing of the repository runs: install scripts are off. Safe under parallel callers.
 * @param gitDir repository that holds the commit.
 * @throws E_INSTALL_FAILED with the end of the manager's output, E_PACKAGE_MANAGER_UNSUPPORTED
 */
export async function openInstallSnapshot(
  host: Host,
  options: { gitDir: string; commit: CommitSha; sandbox: Sandbox; signal?: AbortSignal },
): Promise<InstallSnapshot> {
  const { gitDir, commit, sandbox, signal } = options;
  const files = await listTree(host, gitDir, commit);
  const rootFiles = new Set([...files.keys()].filter((path) => !path.includes('/')));
  const manager = await detectPackageManager(rootFiles, (name) => git({ host, gitDir }, ['cat-file', 'blob', files.get(name)?.oid ?? '']));
  if (manager === null) return { key: 'none', folder: null, note: 'no package.json' };

  const key = snapshotKey(manager, files);
  const folder = join(await cacheFolder(host, 'installs'), key);
  const note = join(folder, 'note');
  if (!(await isThere(note))) await install(host, { manager, folder, gitDir, commit, sandbox, ...(signal && { signal }) });
  return { key, folder, note: await readFile(note, 'utf8') };
}

function snapshotKey(manager: PackageManager, files: ReadonlyMap<string, { oid: string }>): string {
  const manifests = [...files].filter(([path]) => MANIFEST.test(path)).map(([path, { oid }]) => `${path} ${oid}`);
  const settings = [manager.name, 'major' in manager ? manager.major : '', process.version, process.platform, process.arch, 'scripts off'];
  return createHash('sha256')
    .update([...settings, ...manifests.sort()].join('\n'))
    .digest('hex')
    .slice(0, 32);
}

/** Copies every `node_modules` of the snapshot to its place in the tree, in place of what lies there. */
export async function layInstall(host: Host, snapshot: InstallSnapshot, tree: string): Promise<void> {
  if (snapshot.folder === null) return;
  const places = JSON.parse(await readFile(join(snapshot.folder, 'places.json'), 'utf8')) as string[];
  for (const [index, place] of places.entries()) {
    const target = join(tree, place);
    if (!(await isOwnFolder(tree, dirname(place)))) continue;
    await rm(target, { recursive: true, force: true });
    await mkdir(dirname(target), { recursive: true });
    // cp, because it copies by reference where the file system can, and links within the tree as links.
    const copy = await runProcess(['cp', '-a', '--reflink=auto', join(snapshot.folder, String(index)), target], {
      cwd: tree,
      environment: { PATH: host.environment.PATH ?? '' },
      timeoutMs: INSTALL_TIMEOUT_MS,
    });
    if (copy.exitCode !== 0) throw LonghaulError.from(new Error(copy.output), `copying dependencies to ${target}`);
  }
}

/** Whether this path lies in the tree or could be made there: not where an agent has put a file or a link that may lead anywhere. */
async function isOwnFolder(tree: string, path: string): Promise<boolean> {
  if (path === '.') return true;
  if (!(await isOwnFolder(tree, dirname(path)))) return false;
  return lstat(join(tree, path)).then(
    (facts) => facts.isDirectory(),
    () => true,
  );
}

async function install(
  host: Host,
  options: { manager: PackageManager; folder: string; gitDir: string; commit: CommitSha; sandbox: Sandbox; signal?: AbortSignal },
): Promise<void> {
  const aside = unfinished(options.folder);
  const tree = join(aside, 'tree');
  const snapshot = join(aside, 'snapshot');
  try {
    await mkdir(tree, { recursive: true });
    await mkdir(snapshot);
    await git({ host, gitDir: options.gitDir, workTree: tree, indexFile: join(aside, 'index') }, ['read-tree', options.commit]);
    await git({ host, gitDir: options.gitDir, workTree: tree, indexFile: join(aside, 'index') }, ['checkout-index', '--all', '--force']);
    const note = await runManager(host, { ...options, tree });
    const places = await findNodeModules(tree);
    for (const [index, place] of places.entries()) await rename(join(tree, place), join(snapshot, String(index)));
    await writeFile(join(snapshot, 'places.json'), JSON.stringify(places));
    await writeFile(join(snapshot, 'note'), note);
    await rename(snapshot, options.folder).catch(async (error: unknown) => {
      if (!(await isThere(join(options.folder, 'note')))) throw error;
    });
  } catch (error) {
    options.signal?.throwIfAborted();
    throw LonghaulError.from(error, 'installing dependencies');
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function runManager(
  host: Host,
  options: { manager: PackageManager; tree: string; sandbox: Sandbox; signal?: AbortSignal },
): Promise<string> {
  const { manager, sandbox, signal } = options;
  const tool = await findTool(host, manager, signal);
  const treeMount: Mount = { host: options.tree, inside: '/workspace', writable: true };
  const toolMount: Mount = { host: tool.folder, inside: '/opt/tool', writable: false };
  const downloads: Mount = { host: await cacheFolder(host, 'downloads', manager.name), inside: '/opt/downloads', writable: true };
  const environment = {
    ...Object.fromEntries(Object.entries(host.environment).filter(([name]) => DOWNLOAD_VARIABLES.test(name))),
    HUSKY: '0',
    ...(manager.name === 'npm'
      ? { npm_config_cache: sandbox.inside(downloads) }
      : { npm_config_store_dir: join(sandbox.inside(downloads), 'store'), npm_config_cache_dir: join(sandbox.inside(downloads), 'cache') }),
  };
  let output = '';
  for (const { note, args } of installCommands(manager)) {
    const result = await sandbox.exec({
      argv: ['node', join(sandbox.inside(toolMount), tool.entry), ...args],
      cwd: sandbox.inside(treeMount),
      mounts: [OWN_NODE.mount, treeMount, toolMount, downloads],
      path: [nodeFolder(sandbox, OWN_NODE)],
      network: true,
      environment,
      timeoutMs: INSTALL_TIMEOUT_MS,
      ...(signal && { signal }),
    });
    if (result.exitCode === 0) return note;
    output = result.ending === 'timed-out' ? `no end after ${INSTALL_TIMEOUT_MS / 60_000} minutes; ${result.output}` : result.output;
    if (/ENOSPC|No space left/.test(output)) throw new LonghaulError('E_DISK_FULL', `${manager.name}: ${output.slice(-500)}`);
  }
  throw new LonghaulError('E_INSTALL_FAILED', `${manager.name} could not install the dependencies:\n${output.slice(-2000)}`);
}

/** Every `node_modules` that lies in no other one: the root's, and those of workspace packages. */
async function findNodeModules(tree: string, below = ''): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(tree, below), { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name === '.git') continue;
    const path = join(below, entry.name);
    if (basename(path) === 'node_modules') found.push(path);
    else found.push(...(await findNodeModules(tree, path)));
  }
  return found.sort();
}
