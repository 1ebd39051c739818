/** The program of a package manager, of the version that a commit needs. */
import { join } from 'node:path';
import { satisfies } from 'semver';
import { LonghaulError } from '#contracts';
import type { Host } from '../host.ts';
import { type NodeProgram, OWN_NODE } from '../node/node-program.ts';
import type { Mount, Sandbox } from '../sandbox/sandbox.ts';
import type { Manager, ProgramSource } from './managers/manager.ts';
import { npm } from './managers/npm.ts';
import type { PackageManager } from './package-manager.ts';
import { findNpm, openRegistryPackage, type RegistryPackage } from './registry-package.ts';

/** In use until disposed. */
export interface ManagerProgram extends Disposable {
  manager: Manager;
  source: ProgramSource;
  version: string;
  /** Range of the Nodes that can run it. */
  nodeRange: string;
  mount: Mount;
}

const INSIDE = '/opt/manager';

/**
 * npm of no named version is the one of this machine; every other program comes from the registry, never from corepack or the repository.
 * @param notes gets a line where a named version does not exist.
 * @throws E_PACKAGE_MANAGER_UNSUPPORTED, E_INSTALL_FAILED and its kin
 */
export async function openManagerProgram(
  host: Host,
  wanted: PackageManager,
  notes: string[],
  signal?: AbortSignal,
): Promise<ManagerProgram> {
  const { manager, named, major } = wanted;
  if (named !== null) {
    try {
      return await fromRegistry(host, manager, named, signal);
    } catch (error) {
      if (!(error instanceof LonghaulError) || error.code !== 'E_PACKAGE_MANAGER_UNSUPPORTED') throw error;
      notes.push(`package.json names ${manager.name} ${named}, which the registry does not have`);
    }
  }
  const line = named === null ? major : (named.split('.')[0] ?? major);
  return line === null ? openOwnNpm(host) : fromRegistry(host, manager, line, signal);
}

/** The npm of this machine. @throws E_INSTALL_FAILED when there is none */
export async function openOwnNpm(host: Host): Promise<ManagerProgram> {
  const { folder, version, nodeRange } = await findNpm(host);
  const source = npm.source(version);
  if (source === null) throw new LonghaulError('E_INTERNAL', 'npm has no source');
  return { manager: npm, source, version, nodeRange, mount: mountOf(folder), [Symbol.dispose]: () => {} };
}

async function fromRegistry(host: Host, manager: Manager, version: string, signal?: AbortSignal): Promise<ManagerProgram> {
  const source = manager.source(version);
  if (source === null) {
    throw new LonghaulError('E_PACKAGE_MANAGER_UNSUPPORTED', `There is no ${manager.name} for ${process.platform} on ${process.arch}.`);
  }
  const found: RegistryPackage = await openRegistryPackage(host, source.package, version, signal);
  return {
    manager,
    source,
    version: found.version,
    nodeRange: found.nodeRange,
    mount: mountOf(found.packageFolder),
    [Symbol.dispose]: () => found[Symbol.dispose](),
  };
}

function mountOf(folder: string): Mount {
  return { host: folder, inside: INSIDE, writable: false };
}

/**
 * The Node that runs a manager in company of the project's code: a manager hands its own down to the scripts it starts,
 * and native parts are built for it. So it is the project's, or ours where that is too old for the manager.
 */
export function runnerOf({ nodeRange }: ManagerProgram, node: NodeProgram): Mount {
  return satisfies(node.version, nodeRange) ? node.mount : { ...OWN_NODE.mount, inside: '/opt/manager-node/bin/node' };
}

/** How a command starts it. @param command one of `source.commands`. @param node the Node that runs it, as the command sees it. */
export function startOf({ source, mount }: ManagerProgram, command: string, sandbox: Sandbox, node: string): string[] {
  const [file = '', ...args] = source.commands[command] ?? [];
  const program = [join(sandbox.inside(mount), file), ...args];
  return source.isNative ? program : [node, ...program];
}
