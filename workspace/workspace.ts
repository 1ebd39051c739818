/** What a workspace is opened with, and what its owner can do with it. */
import type {
  AgentWorkspace,
  CommitSha,
  EnvironmentRecord,
  Isolation,
  Limits,
  SandboxPolicy,
  TaskSetup,
  TestRequest,
  TestRun,
} from '#contracts';
import type { TreeChange } from './git/control-repository.ts';
import type { ChangeWatch } from './git/watch-changes.ts';

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
  /** What its commands run with; changes with `useEnvironmentOf`. */
  readonly environment: EnvironmentRecord;
  /**
   * Builds the project as its task says, and runs its own suite.
   * @param request.canaries test files that each get a test which must fail, for this run; what became of it stands in `TestRun.canaries`.
   */
  runTests(request?: TestRequest & { canaries?: readonly string[] }): Promise<TestRun>;
  /** Installs the dependencies of another human commit, and uses its Node, package manager and runner from now on. */
  useEnvironmentOf(commit: CommitSha): Promise<void>;
  /**
   * Undoes whatever commands did to the tests the tree was opened with, to all that decides how tests run, to the dependencies, the home
   * and the temporary folder. The rest of what they made, such as built files, stays.
   */
  layTestsAgain(): Promise<void>;
  /** Makes the tree a commit of this workspace, as `freeze` makes them: files that git ignores go too, and dependencies stay. */
  goBackTo(commit: CommitSha): Promise<void>;
  /** Makes the tree what it was when it was opened, dependencies included. */
  startOver(): Promise<void>;
  /** Writes files of a human commit into the tree. */
  layIn(commit: CommitSha, paths: readonly string[]): Promise<void>;
  /** Makes the named paths what a human commit has there; those it lacks go. */
  adopt(commit: CommitSha, paths: readonly string[]): Promise<void>;
  /** Carries what people did from one commit to another into the tree. @returns paths that conflict, sorted; if any, nothing has changed. */
  mergeIn(change: TreeChange): Promise<string[]>;
  /**
   * Commits the tree as it stands, outside the reach of anything in it. Equal trees and parents give equal commits.
   * `leftOut` names what is no part of it: files of more than 64 MiB, files beyond 256 MiB of changes, paths that git refuses to track.
   * Of a file that was there before it grew, the commit keeps what was there.
   */
  freeze(parent: CommitSha): Promise<Frozen & { leftOut: readonly string[] }>;
  /** Binary patch between two commits of this workspace or its repository. @throws E_SUBMISSION_TOO_LARGE beyond 512 MiB */
  diff(from: CommitSha, to: CommitSha, excluding?: readonly string[]): Promise<Uint8Array>;
  countChanges(from: CommitSha, to: CommitSha): Promise<number>;
  /** Follows the files of the tree from now on, beside whatever works in it. */
  watchChanges(): Promise<ChangeWatch>;
  /** Path to content id of every test file, helper and snapshot of a frozen tree. */
  testFiles(commit: CommitSha): Promise<Map<string, string>>;
}

export interface Frozen {
  commit: CommitSha;
  tree: CommitSha;
}
