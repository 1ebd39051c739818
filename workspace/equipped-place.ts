/** The place where a tree's commands run: a sandbox, with the environment of one human commit and its dependencies laid into the tree. */
import { join } from 'node:path';
import type { CommitSha, EnvironmentRecord, TaskSetup } from '#contracts';
import { type Environment, openEnvironment } from './environment.ts';
import type { Host } from './host.ts';
import { type LaidDependencies, layDependencies } from './install/lay-dependencies.ts';
import { chooseLayMethod } from './install/lay-method.ts';
import type { Mount, Sandbox, SandboxCommand } from './sandbox/sandbox.ts';
import { type Detection, detectRunner } from './tests/detect-runner.ts';

export interface EquippedPlace extends Disposable {
  /** Its commands find the environment's programs and dependencies, and run one at a time. */
  readonly sandbox: Sandbox;
  /** What runs the tests of the environment's commit. */
  readonly runner: Detection;
  readonly record: EnvironmentRecord;
  /** Whether commands see more at a path of the tree than its files on the host. */
  covers(path: string): boolean;
  /** Dependencies as they were installed, an empty home and an empty temporary folder, whatever commands have written there. */
  renew(): Promise<void>;
  /** Another commit's environment from now on. What commands wrote among the dependencies is kept only where these stay the same. */
  use(commit: CommitSha): Promise<void>;
}

export interface PlaceOptions {
  sandbox: Sandbox;
  tree: Mount;
  /** Where it came from, as an address: nothing that an install fetches for it is handed to another. */
  repository: string;
  /** Repository that holds every commit whose environment will be used. */
  gitDir: string;
  setup: TaskSetup;
  /** A folder of the workspace's own, in the cache. */
  root: string;
  /** What a person might miss in the tree itself, for `record`. */
  treeNotes: readonly string[];
  signal?: AbortSignal;
}

interface Equipment {
  environment: Environment;
  runner: Detection;
  /** Null where nothing was laid. */
  laid: LaidDependencies | null;
}

/** Everything is opened when it resolves. @throws what `openEnvironment` throws, and what fills or locks a disk */
export async function openEquippedPlace(host: Host, options: PlaceOptions, commit: CommitSha): Promise<EquippedPlace> {
  let opened = 0;
  let renewed = 0;
  const open = async (of: CommitSha, before: Equipment | null): Promise<Equipment> => {
    const { repository, sandbox, gitDir, setup, root, signal } = options;
    opened += 1;
    const runner = await detectRunner(host, { gitDir, commit: of, folder: setup.folder });
    const shims = join(root, `shims-${opened}`);
    const environment = await openEnvironment(host, { repository, gitDir, commit: of, setup, sandbox, shims, ...(signal && { signal }) });
    try {
      const isSame = before !== null && before.environment.dependencies?.key === environment.dependencies?.key;
      const laid = isSame ? before.laid : await lay(host, options, environment, join(root, `changes-${opened}`));
      return { environment, runner, laid };
    } catch (error) {
      environment[Symbol.dispose]();
      throw error;
    }
  };

  let inUse = await open(commit, null);
  let around = options.sandbox;
  const turns = inTurn();
  return {
    sandbox: {
      ...options.sandbox,
      inside: (mount) => options.sandbox.inside(mount),
      apart: (folder) => options.sandbox.apart(folder),
      exec: (command) => turns(async () => around.exec(await equipped(command, inUse))),
    },
    renew: () =>
      turns(async () => {
        renewed += 1;
        around = await options.sandbox.apart(join(options.root, `renewed-${renewed}`));
        inUse = { ...inUse, laid: await lay(host, options, inUse.environment, join(options.root, `changes-renewed-${renewed}`)) };
      }),
    get runner() {
      return inUse.runner;
    },
    get record() {
      return recordOf(inUse, options.treeNotes);
    },
    covers: (path) => inUse.laid?.covers(path) ?? false,
    async use(next) {
      const before = inUse;
      inUse = await open(next, before);
      before.environment[Symbol.dispose]();
    },
    [Symbol.dispose]: () => inUse.environment[Symbol.dispose](),
  };
}

async function lay(host: Host, { tree, sandbox }: PlaceOptions, { dependencies, files }: Environment, changes: string) {
  if (dependencies === null) return null;
  return layDependencies(host, dependencies, { tree, files, changes, method: await chooseLayMethod(host, sandbox) });
}

async function equipped(command: SandboxCommand, { environment, laid }: Equipment): Promise<SandboxCommand> {
  const dependencies = (await laid?.mounts()) ?? { mounts: [], overlays: [] };
  return {
    ...command,
    mounts: [...environment.mounts, ...(command.mounts ?? []), ...dependencies.mounts],
    overlays: [...(command.overlays ?? []), ...dependencies.overlays],
    path: [...(command.path ?? []), ...environment.path],
  };
}

/**
 * Commands wait for each other in the order they are given: two that mounted the same overlay at once would ruin it,
 * and none sees a tree that another is changing. A command's time limit begins when its turn comes.
 */
function inTurn(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const turn = last.then(task);
    last = turn.catch(() => {});
    return turn;
  };
}

function recordOf({ environment, laid }: Equipment, treeNotes: readonly string[]): EnvironmentRecord {
  const { node, packageManager, notes } = environment;
  return { node: node.version, packageManager, dependencies: laid?.method ?? 'none', notes: [...treeNotes, ...notes] };
}
