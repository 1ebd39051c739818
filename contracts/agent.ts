/** RunAgent: the one function type every judged agent implements, and what it is handed. */
import type { Finding } from './check-result.ts';
import type { ExecOptions, ExecResult } from './exec-result.ts';
import type { FileRules } from './guard-report.ts';
import type { Limits } from './limits.ts';
import type { Milestone } from './task.ts';
import type { TestProcesses, TestRun } from './test-run.ts';
import type { Iteration } from './trajectory.ts';
import type { Usage } from './usage.ts';

/**
 * The repository as an agent sees it: one commit, no remote, no hidden tests.
 * Paths are relative to the repository; a path that leads outside, also by a symbolic link, is refused.
 */
export interface AgentWorkspace {
  /** The host folder that holds the tree. For our own language tools only; nothing may write through it. */
  readonly folder: string;
  /** Runs a command with the repository as working folder, inside the sandbox in force. */
  exec(command: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** @throws E_WORKSPACE_PATH when the file is missing, a folder, or outside the repository. */
  readFile(path: string): Promise<string>;
  /** Creates missing folders. @throws E_WORKSPACE_PATH when the path leads outside the repository. */
  writeFile(path: string, content: string): Promise<void>;
  /** All files that git would track, sorted. */
  listFiles(): Promise<string[]>;
  /** Builds the project as its task says, and runs its own suite. */
  runTests(request?: TestRequest): Promise<TestRun>;
}

/** Which tests to run: all unless something is named. Paths are relative to the repository. */
export interface TestRequest {
  /** Only these test files. */
  files?: readonly string[];
  /** Only tests that import one of these files, where the runner can tell; all where it cannot. Not beside `files`. */
  relatedTo?: readonly string[];
  /**
   * `apart` gives each file of mocha a process of its own; a suite whose files count on one another comes out differently by it.
   * `shared`, the default, runs them as mocha does. The other runners keep tests apart anyhow.
   */
  processes?: TestProcesses;
  signal?: AbortSignal;
}

/**
 * The architecture for somebody who works in a tree: the rules before an edit, the findings after it. What it answers is what a check of the whole
 * change would find, save what the human reference excuses. Held to the base commit, and nothing in the tree can change what it is held to.
 */
export interface ArchitectureGate {
  /** In the order asked for. Paths are relative to the repository. */
  before(paths: readonly string[]): Promise<FileRules[]>;
  /**
   * @param changedPaths files written, added or deleted since the last call; naming more costs only their reading.
   * @returns everything that the tree now has and the base does not, gates first; not only what these paths brought.
   */
  after(changedPaths: readonly string[]): Promise<Finding[]>;
}

/** What an agent is told: never the reference, never the hidden tests. */
export type AgentRequest = Pick<Milestone, 'id' | 'title' | 'request' | 'interface'>;

export interface Assignment {
  workspace: AgentWorkspace;
  request: AgentRequest;
  limits: Limits;
  /** For agents that draw lots; the same seed means the same draw. */
  seed: number;
  /** Aborted on cancel and on shutdown. The agent stops soon and may throw the signal's reason. */
  signal: AbortSignal;
  /** Called once per iteration, when its observations are in. */
  emit: (iteration: Iteration) => void;
}

/**
 * How an agent's work on one milestone ended. The tree counts as it stands in every case:
 * an agent stopped at a limit may have solved the milestone before.
 */
export type AgentEnding =
  | { kind: 'submitted'; summary: string }
  | { kind: 'limit'; limit: 'iterations' | 'wall-time' | 'cost' }
  | { kind: 'gave-up'; reason: string };

export interface AgentResult {
  ending: AgentEnding;
  usage: Usage;
}

/**
 * Works on one milestone in the tree it is given.
 * Contract: outcomes are returned; it throws only when its world is broken (endpoint unreachable, script malformed) or the signal aborts.
 */
export type RunAgent = (assignment: Assignment) => Promise<AgentResult>;
