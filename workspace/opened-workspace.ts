/** An opened tree with everything that can be done in it. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CommitSha,
  type EnvironmentRecord,
  type ExecOptions,
  type ExecResult,
  type Isolation,
  LonghaulError,
  type TestRequest,
  type TestRun,
} from '#contracts';
import { readContained, writeContained } from './contained-files.ts';
import type { EquippedPlace } from './equipped-place.ts';
import type { ControlRepository, TreeChange } from './git/control-repository.ts';
import { listTree } from './git/history.ts';
import type { ChangeWatch } from './git/watch-changes.ts';
import type { Host } from './host.ts';
import { readInstalled, writeInstalled } from './install/installed-files.ts';
import type { OwnedFolder } from './owned-folder.ts';
import type { Mount } from './sandbox/sandbox.ts';
import { runTests } from './tests/run-tests.ts';
import { decidesTests, findRunnerConfigs, isTestFile } from './tests/test-files.ts';
import type { Frozen, Workspace, WorkspaceOptions } from './workspace.ts';

/** What `openWorkspace` has made. The workspace owns all of it, and the folder. */
export interface OpenedParts {
  /** Holds everything of this workspace, and is removed with it. */
  owned: OwnedFolder;
  tree: Mount;
  control: ControlRepository;
  place: EquippedPlace;
  start: Frozen;
}

export class OpenedWorkspace implements Workspace {
  readonly folder: string;
  readonly isolation: Isolation;
  readonly start: Frozen;
  readonly #host: Host;
  readonly #options: WorkspaceOptions;
  readonly #owned: OwnedFolder;
  readonly #root: string;
  readonly #tree: Mount;
  readonly #control: ControlRepository;
  readonly #place: EquippedPlace;
  #reports = 0;

  constructor(host: Host, options: WorkspaceOptions, { owned, tree, control, place, start }: OpenedParts) {
    this.#host = host;
    this.#options = options;
    this.#owned = owned;
    this.#root = owned.path;
    this.#tree = tree;
    this.#control = control;
    this.#place = place;
    this.folder = tree.host;
    this.isolation = place.sandbox.isolation;
    this.start = start;
  }

  get environment(): EnvironmentRecord {
    return this.#place.record;
  }

  useEnvironmentOf(commit: CommitSha): Promise<void> {
    return this.#place.use(commit);
  }

  exec(command: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    return this.#place.sandbox.exec({
      timeoutMs: this.#options.limits.commandTimeoutMs,
      ...options,
      environment: { ...this.#options.setup.environment, ...options.environment },
      argv: command,
      cwd: this.#place.sandbox.inside(this.#tree),
      mounts: [this.#tree],
    });
  }

  readFile(path: string): Promise<string> {
    if (this.#place.covers(path)) return readInstalled(this.#installedFiles, path);
    return readContained(this.folder, path);
  }

  writeFile(path: string, content: string): Promise<void> {
    if (this.#place.covers(path)) return writeInstalled(this.#installedFiles, path, content);
    return writeContained(this.folder, path, content);
  }

  get #installedFiles() {
    const { sandbox } = this.#place;
    return { sandbox, cwd: sandbox.inside(this.#tree), mounts: [this.#tree] };
  }

  listFiles(): Promise<string[]> {
    return this.#control.listFiles();
  }

  async runTests({ signal, canaries = [], ...selection }: TestRequest & { canaries?: readonly string[] } = {}): Promise<TestRun> {
    const { runner, sandbox } = this.#place;
    if (runner.runner === null) return { status: 'did-not-run', reason: runner.reason, fault: 'environment', output: '', wallMs: 0 };
    this.#reports += 1;
    const stop = signal ?? this.#options.signal;
    return runTests({
      sandbox,
      tree: this.#tree,
      reportFolder: join(this.#root, `report-${this.#reports}`),
      runner,
      nodeVersion: this.environment.node,
      setup: this.#options.setup,
      ...(this.#options.testsFrom && { afterBuild: () => this.layTestsAgain() }),
      selection,
      canaries,
      timeoutMs: this.#options.limits.testTimeoutMs,
      ...(stop && { signal: stop }),
    });
  }

  async layTestsAgain(): Promise<void> {
    const laid = await listTree(this.#host, this.#control.folder, this.start.tree);
    for (const path of await findRunnerConfigs(this.folder)) if (!laid.has(path)) await rm(join(this.folder, path), { force: true });
    await this.#control.restore(
      this.start.tree,
      [...laid].flatMap(([path, { mode }]) => (mode !== '160000' && decidesTests(path) ? [path] : [])),
    );
    await this.#place.renew();
  }

  goBackTo(commit: CommitSha): Promise<void> {
    return this.#control.restore(commit);
  }

  async startOver(): Promise<void> {
    await this.goBackTo(this.start.commit);
    await this.#place.renew();
  }

  layIn(commit: CommitSha, paths: readonly string[]): Promise<void> {
    return this.#control.checkOut(commit, paths);
  }

  adopt(commit: CommitSha, paths: readonly string[]): Promise<void> {
    return this.#control.adopt(commit, paths);
  }

  mergeIn(change: TreeChange): Promise<string[]> {
    return this.#control.mergeIn(change);
  }

  async freeze(parent: CommitSha): Promise<Frozen & { leftOut: readonly string[] }> {
    const { tree, leftOut } = await this.#control.stage();
    return { tree, leftOut, commit: await this.#control.commitTree(tree, parent, 'Submission') };
  }

  diff(from: CommitSha, to: CommitSha, excluding: readonly string[] = []): Promise<Uint8Array> {
    return this.#control.diff(from, to, excluding);
  }

  countChanges(from: CommitSha, to: CommitSha): Promise<number> {
    return this.#control.countChanges(from, to);
  }

  watchChanges(): Promise<ChangeWatch> {
    return this.#control.watch();
  }

  async testFiles(commit: CommitSha): Promise<Map<string, string>> {
    const files = await listTree(this.#host, this.#control.folder, commit);
    return new Map([...files].filter(([path]) => isTestFile(path)).map(([path, { oid }]) => [path, oid]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#owned[Symbol.asyncDispose]();
    } catch (error) {
      throw LonghaulError.from(error, `removing ${this.#root}`);
    } finally {
      this.#place[Symbol.dispose]();
    }
  }
}
