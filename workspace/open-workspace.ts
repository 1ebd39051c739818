/** A private copy of a repository: commit in, ready repository out. */
import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AgentWorkspace,
  type CommitSha,
  type ExecOptions,
  type ExecResult,
  type Isolation,
  type Limits,
  LonghaulError,
  type SandboxPolicy,
  type TaskSetup,
  type TestRequest,
  type TestRun,
} from '#contracts';
import { readContained, writeContained } from './contained-files.ts';
import { type ControlRepository, createControlRepository } from './git/control-repository.ts';
import { listTree } from './git/history.ts';
import { openMirror } from './git/repository-mirror.ts';
import { createWorkTree } from './git/work-tree.ts';
import type { Host } from './host.ts';
import { type Environment, openEnvironment } from './environment.ts';
import { type Equipment, equip } from './equipped-sandbox.ts';
import { readInstalled, writeInstalled } from './install/installed-files.ts';
import { layDependencies } from './install/lay-dependencies.ts';
import { chooseLayMethod } from './install/lay-method.ts';
import { removeLocked } from './locked-files.ts';
import { chooseSandbox } from './sandbox/choose-sandbox.ts';
import type { Mount, Sandbox } from './sandbox/sandbox.ts';
import { spreadFolder } from './spread-folder.ts';
import { type Detection, detectRunner } from './tests/detect-runner.ts';
import { runTests } from './tests/run-tests.ts';
import { isRunnerConfig, isTestFile } from './tests/test-files.ts';

export interface WorkspaceOptions {
  /** Anything `git fetch` takes: a URL, or an absolute path. */
  repository: string;
  /** Where the tree starts. */
  commit: CommitSha;
  /** Every other commit that will be named to this workspace. They are fetched with the first; the tree never shows them. */
  referenceCommits?: readonly CommitSha[];
  /** Binary patch on top of `commit`. */
  patch?: Uint8Array;
  /** Lays the test files and the runner's configuration over the tree as this commit has them; those it deletes go. */
  testsFrom?: CommitSha;
  /** Whose dependencies are installed and whose runner is used: a human commit, never one of an agent's. */
  environmentFrom: CommitSha;
  setup: TaskSetup;
  sandbox: SandboxPolicy;
  limits: Pick<Limits, 'commandTimeoutMs' | 'testTimeoutMs' | 'maxMemoryMb' | 'maxProcesses'>;
  signal?: AbortSignal;
}

export interface Workspace extends AgentWorkspace, AsyncDisposable {
  readonly isolation: Isolation;
  /** The commit of the tree as it was opened: `commit`, with patch and tests where asked for. */
  readonly start: Frozen;
  /**
   * What a person might miss, a sentence each: submodules that are empty, files of Git LFS whose content is elsewhere,
   * which Node and package manager are in use and why, and what was not as locked.
   */
  readonly notes: readonly string[];
  /** Installs the dependencies of another human commit, and uses its Node, package manager and runner from now on. */
  useEnvironmentOf(commit: CommitSha): Promise<void>;
  /** Writes files of a human commit into the tree. */
  layIn(commit: CommitSha, paths: readonly string[]): Promise<void>;
  /** Commits the tree as it stands, outside the reach of anything in it. Equal trees and parents give equal commits. */
  freeze(parent: CommitSha): Promise<Frozen>;
  /** Binary patch between two commits of this workspace or its repository. */
  diff(from: CommitSha, to: CommitSha, excluding?: readonly string[]): Promise<Uint8Array>;
  countChanges(from: CommitSha, to: CommitSha): Promise<number>;
  /** Path to content id of every test file, helper and snapshot of a frozen tree. */
  testFiles(commit: CommitSha): Promise<Map<string, string>>;
}

export interface Frozen {
  commit: CommitSha;
  tree: CommitSha;
}

/**
 * Nothing of it is left after disposal: no folder, no process, no mount.
 * @throws E_REPOSITORY_UNREACHABLE, E_COMMIT_UNKNOWN, E_SANDBOX_UNAVAILABLE, what `openEnvironment` throws, and what fills or locks a disk
 */
export async function openWorkspace(host: Host, options: WorkspaceOptions): Promise<Workspace> {
  const room = await spreadFolder(host, 'workspaces');
  let folder = '';
  try {
    folder = await mkdtemp(join(room, `${process.pid}-`));
    return await open(host, folder, options);
  } catch (error) {
    if (folder !== '') await removeLocked(folder);
    options.signal?.throwIfAborted();
    throw LonghaulError.from(error, `opening a workspace in ${room}`);
  }
}

async function open(host: Host, folder: string, options: WorkspaceOptions): Promise<Workspace> {
  const { signal } = options;
  const tree = join(folder, 'tree');
  const sandbox = await chooseSandbox(host, options.sandbox, folder, options.limits);
  const commits = [
    options.commit,
    options.environmentFrom,
    ...(options.testsFrom ? [options.testsFrom] : []),
    ...(options.referenceCommits ?? []),
  ];
  const mirror = await openMirror(host, options.repository, [...new Set(commits)], signal);
  await mkdir(tree);
  const control = await createControlRepository(host, {
    folder: join(folder, 'control.git'),
    workTree: tree,
    mirror,
    ...(signal && { signal }),
  });
  const baseTree = await control.treeOf(options.commit);
  const start = await startingCommit(host, control, baseTree, options);
  const notes = await createWorkTree(host, { folder: tree, control, start, baseTree, ...(signal && { signal }) });

  const workspace = new OpenedWorkspace(host, folder, tree, options, sandbox, control, start, notes);
  try {
    await workspace.useEnvironmentOf(options.environmentFrom);
  } catch (error) {
    await workspace[Symbol.asyncDispose]();
    throw error;
  }
  return workspace;
}

async function startingCommit(host: Host, control: ControlRepository, baseTree: CommitSha, options: WorkspaceOptions): Promise<Frozen> {
  let tree = baseTree;
  if (options.patch) tree = await control.applyPatch(tree, options.patch);
  if (options.testsFrom) tree = await control.overlay(tree, options.testsFrom, await testPaths(host, control, tree, options));
  return { tree, commit: await control.commitTree(tree, null, 'The repository as it stands') };
}

/**
 * Tests of the human commit, and tests of the base that it deleted. Tests an agent has added are nobody's and stay;
 * a runner's configuration it has added goes, because it would outrank the human one and decide what every test says.
 */
async function testPaths(host: Host, control: ControlRepository, tree: CommitSha, options: WorkspaceOptions): Promise<string[]> {
  const human = await listTree(host, control.folder, options.testsFrom ?? options.commit);
  const base = await listTree(host, control.folder, options.commit);
  const present = await listTree(host, control.folder, tree);
  const paths = [...human.keys(), ...base.keys()].filter((path) => isTestFile(path) || isRunnerConfig(path));
  return [...new Set([...paths, ...[...present.keys()].filter(isRunnerConfig)])];
}

class OpenedWorkspace implements Workspace {
  readonly folder: string;
  readonly isolation: Isolation;
  readonly start: Frozen;
  readonly #host: Host;
  readonly #root: string;
  readonly #options: WorkspaceOptions;
  readonly #sandbox: Sandbox;
  readonly #control: ControlRepository;
  readonly #mount: Mount;
  readonly #equipped: Sandbox;
  readonly #treeNotes: readonly string[];
  #equipment: Equipment | null = null;
  #environments = 0;
  #runner: Detection = { runner: null, reason: 'no commit has said which runner to use' };
  #reports = 0;

  constructor(
    host: Host,
    root: string,
    tree: string,
    options: WorkspaceOptions,
    sandbox: Sandbox,
    control: ControlRepository,
    start: Frozen,
    treeNotes: readonly string[],
  ) {
    this.#host = host;
    this.#root = root;
    this.#options = options;
    this.#sandbox = sandbox;
    this.#control = control;
    this.#mount = { host: tree, inside: '/workspace', writable: true };
    this.folder = tree;
    this.isolation = sandbox.isolation;
    this.start = start;
    this.#treeNotes = treeNotes;
    this.#equipped = equip(sandbox, () => this.#inUse);
  }

  get #inUse(): Equipment {
    if (this.#equipment === null) throw new LonghaulError('E_INTERNAL', 'A workspace without an environment was used.');
    return this.#equipment;
  }

  get notes(): readonly string[] {
    return [...this.#treeNotes, ...this.#inUse.environment.notes];
  }

  async useEnvironmentOf(commit: CommitSha): Promise<void> {
    this.#runner = await detectRunner(this.#host, { gitDir: this.#control.folder, commit, folder: this.#options.setup.folder });
    const { signal, setup } = this.#options;
    this.#environments += 1;
    const environment = await openEnvironment(this.#host, {
      gitDir: this.#control.folder,
      commit,
      setup,
      sandbox: this.#sandbox,
      shims: join(this.#root, `shims-${this.#environments}`),
      ...(signal && { signal }),
    });
    const before = this.#equipment;
    const isSame = before !== null && before.environment.dependencies?.key === environment.dependencies?.key;
    try {
      this.#equipment = { environment, laid: isSame ? before.laid : await this.#lay(environment) };
    } catch (error) {
      environment[Symbol.dispose]();
      throw error;
    }
    before?.environment[Symbol.dispose]();
  }

  async #lay({ dependencies, files }: Environment): Promise<Equipment['laid']> {
    if (dependencies === null) return null;
    return layDependencies(this.#host, dependencies, {
      tree: this.#mount,
      files,
      changes: join(this.#root, `changes-${this.#environments}`),
      method: await chooseLayMethod(this.#host, this.#sandbox),
    });
  }

  exec(command: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    return this.#equipped.exec({
      timeoutMs: this.#options.limits.commandTimeoutMs,
      ...options,
      environment: { ...this.#options.setup.environment, ...options.environment },
      argv: command,
      cwd: this.#sandbox.inside(this.#mount),
      mounts: [this.#mount],
    });
  }

  readFile(path: string): Promise<string> {
    if (this.#inUse.laid?.covers(path)) return readInstalled(this.#installedFiles, path);
    return readContained(this.folder, path);
  }

  writeFile(path: string, content: string): Promise<void> {
    if (this.#inUse.laid?.covers(path)) return writeInstalled(this.#installedFiles, path, content);
    return writeContained(this.folder, path, content);
  }

  get #installedFiles() {
    return { sandbox: this.#equipped, cwd: this.#sandbox.inside(this.#mount), mounts: [this.#mount] };
  }

  listFiles(): Promise<string[]> {
    return this.#control.listFiles();
  }

  async runTests({ signal, ...selection }: TestRequest = {}): Promise<TestRun> {
    const runner = this.#runner;
    if (runner.runner === null) return { status: 'did-not-run', reason: runner.reason, fault: 'environment', output: '', wallMs: 0 };
    this.#reports += 1;
    const stop = signal ?? this.#options.signal;
    return runTests({
      sandbox: this.#equipped,
      tree: this.#mount,
      reportFolder: join(this.#root, `report-${this.#reports}`),
      runner,
      nodeVersion: this.#inUse.environment.node.version,
      setup: this.#options.setup,
      selection,
      timeoutMs: this.#options.limits.testTimeoutMs,
      ...(stop && { signal: stop }),
    });
  }

  layIn(commit: CommitSha, paths: readonly string[]): Promise<void> {
    return this.#control.checkOut(commit, paths);
  }

  async freeze(parent: CommitSha): Promise<Frozen> {
    const tree = await this.#control.stage();
    return { tree, commit: await this.#control.commitTree(tree, parent, 'Submission') };
  }

  diff(from: CommitSha, to: CommitSha, excluding: readonly string[] = []): Promise<Uint8Array> {
    return this.#control.diff(from, to, excluding);
  }

  countChanges(from: CommitSha, to: CommitSha): Promise<number> {
    return this.#control.countChanges(from, to);
  }

  async testFiles(commit: CommitSha): Promise<Map<string, string>> {
    const files = await listTree(this.#host, this.#control.folder, commit);
    return new Map([...files].filter(([path]) => isTestFile(path)).map(([path, { oid }]) => [path, oid]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await removeLocked(this.#root);
    } catch (error) {
      throw LonghaulError.from(error, `removing ${this.#root}`);
    } finally {
      this.#equipment?.environment[Symbol.dispose]();
    }
  }
}
