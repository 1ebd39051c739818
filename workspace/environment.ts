/** Environment: what a human commit needs to run, and nothing that an agent has chosen. */
import type { CommitSha, TaskSetup } from '#contracts';
import { git } from './git/git.ts';
import { listTree } from './git/history.ts';
import type { Host } from './host.ts';
import { refuseForeignEntries } from './install/foreign-entries.ts';
import { type InstallSnapshot, openInstallSnapshot } from './install/install-snapshot.ts';
import { type ManagerProgram, openManagerProgram } from './install/manager-program.ts';
import { writeShims } from './install/manager-shims.ts';
import { detectPackageManager } from './install/package-manager.ts';
import { parseRootManifest, type RootManifest } from './install/root-manifest.ts';
import type { TreeFiles } from './install/snapshot-key.ts';
import { askedNode } from './node/asked-node.ts';
import { chooseNode } from './node/choose-node.ts';
import { type NodeProgram, nodeFolder } from './node/node-program.ts';
import type { Mount, Sandbox } from './sandbox/sandbox.ts';

/** In use until disposed: until then nothing of it is evicted from the cache. */
export interface Environment extends Disposable {
  /** Runs the project's own code. */
  readonly node: NodeProgram;
  /** What every command must be given to find `node` and the package manager on its PATH. */
  readonly mounts: readonly Mount[];
  readonly path: readonly string[];
  /** Null when there is nothing to install, or it was not asked for. */
  readonly dependencies: InstallSnapshot | null;
  /** Name and version of what installed them: `pnpm 10.28.0`. Null with them. */
  readonly packageManager: string | null;
  /** Every file of the commit. */
  readonly files: TreeFiles;
  /** What a user should know of how all this was chosen. */
  readonly notes: readonly string[];
}

export interface EnvironmentOptions {
  /** The address it came from. */
  repository: string;
  /** Repository that holds the commit. */
  gitDir: string;
  commit: CommitSha;
  setup: Pick<TaskSetup, 'install' | 'installScripts' | 'node'>;
  sandbox: Sandbox;
  /** For the programs that stand for the package manager; made here. */
  shims: string;
  signal?: AbortSignal;
}

/** @throws E_NODE_UNAVAILABLE, E_MANIFEST_MALFORMED, E_PACKAGE_MANAGER_UNSUPPORTED, E_DEPENDENCY_OUTSIDE_REGISTRY, and what an install throws */
export async function openEnvironment(host: Host, options: EnvironmentOptions): Promise<Environment> {
  const { repository, gitDir, commit, setup, sandbox, signal } = options;
  const files = await listTree(host, gitDir, commit);
  const readText = async (name: string) => {
    const file = files.get(name);
    return file?.mode.startsWith('100') ? git({ host, gitDir }, ['cat-file', 'blob', file.oid]) : null;
  };
  using held = new DisposableStack();
  const source = await readText('package.json');
  const manifest = source === null ? null : parseRootManifest(source);
  const asked = askedNode({ setup: setup.node, nvmrc: await readText('.nvmrc'), nodeVersion: await readText('.node-version'), manifest });
  const node = held.use(await chooseNode(host, asked, sandbox, signal));
  const notes = [node.note];
  const bare = { node: node.program, files, notes, mounts: [node.program.mount], path: [nodeFolder(sandbox, node.program)] };
  if (!setup.install || manifest === null || source === null)
    return heldBy(held.move(), { ...bare, dependencies: null, packageManager: null });

  const { program, lockfile, lockfileText } = await findManager(host, { files, manifest, readText, notes, ...(signal && { signal }) });
  held.use(program);
  refuseForeignEntries(lockfile === null ? null : { name: lockfile, text: lockfileText }, manifest);
  const dependencies = held.use(
    await openInstallSnapshot(host, {
      ...{ repository, gitDir, commit, files, program, lockfile, sandbox },
      manifestTexts: [source, lockfileText],
      node: node.program,
      scripts: setup.installScripts,
      ...(signal && { signal }),
    }),
  );
  const packageManager = `${program.manager.name} ${program.version}`;
  notes.push([`${packageManager}${lockfile === null ? '' : `, locked by ${lockfile}`}`, ...dependencies.notes].join('; '));
  const shims = await writeShims(options.shims, { program, node: node.program, sandbox });
  return heldBy(held.move(), {
    ...bare,
    dependencies,
    packageManager,
    mounts: [...bare.mounts, ...shims.mounts],
    path: [...bare.path, shims.path],
  });
}

async function findManager(
  host: Host,
  options: {
    files: TreeFiles;
    manifest: RootManifest;
    readText: (name: string) => Promise<string | null>;
    notes: string[];
    signal?: AbortSignal;
  },
): Promise<{ program: ManagerProgram; lockfile: string | null; lockfileText: string }> {
  const { files, manifest, readText, notes, signal } = options;
  const rootFiles = new Set([...files.keys()].filter((path) => !path.includes('/')));
  const wanted = await detectPackageManager(rootFiles, manifest, async (name) => (await readText(name)) ?? '');
  notes.push(...wanted.notes);
  const { lockfile } = wanted;
  const program = await openManagerProgram(host, wanted, notes, signal);
  return { program, lockfile, lockfileText: lockfile === null ? '' : ((await readText(lockfile)) ?? '') };
}

function heldBy(held: DisposableStack, environment: Omit<Environment, keyof Disposable>): Environment {
  return { ...environment, [Symbol.dispose]: () => held.dispose() };
}
