/** Task and Milestone: what is asked, of which repository, from which commit. */
import { z } from 'zod';
import { CommitSha, Slug } from './ids.ts';
import { RelativePath } from './relative-path.ts';

/** A name that hidden tests need and the base tree lacks. The agent is told every one of them. */
export const InterfaceEntry = z.strictObject({
  /** Exported name, or `Class.member`. */
  name: z.string().min(1),
  /** The file that must declare it. */
  path: RelativePath,
  /** Its declaration as TypeScript text, without a body. */
  signature: z.string().min(1),
});
export type InterfaceEntry = z.infer<typeof InterfaceEntry>;

/** What a milestone openly sets out to remove, so that no check counts it against the agent. */
export const DeclaredIntent = z.strictObject({
  /** Public exports the request removes: `path#name`. */
  removesExports: z.array(z.string().min(1)).default([]),
});
export type DeclaredIntent = z.infer<typeof DeclaredIntent>;

/** A program the project's tests need beside them. Started in the sandbox before the tests, stopped after them. */
export const Service = z.strictObject({
  name: Slug,
  /** A shell command that stays in the foreground. */
  command: z.string().min(1),
  /** A shell command that exits 0 once the service answers. */
  ready: z.string().min(1),
});

/** How a fresh tree becomes one whose tests can run. */
export const TaskSetup = z.strictObject({
  /** Install the locked dependencies of the tree. */
  install: z.boolean().default(true),
  /** Let packages run their install scripts: in the sandbox, with network, without credentials. */
  installScripts: z.boolean().default(false),
  /** Which Node runs the project's own code: a version or a semver range. Null: what the commit itself asks for. */
  node: z.string().min(1).nullable().default(null),
  /** The package whose tests are run, for a repository of several; dependencies are installed at the root. */
  folder: z.union([z.literal('.'), RelativePath]).default('.'),
  /** Shell commands, run in order in the sandbox after the install. */
  build: z.array(z.string().min(1)).default([]),
  services: z.array(Service).default([]),
  /** Environment for the build, the services and the tests. Never secrets: agents see it. */
  environment: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()).default({}),
});
export type TaskSetup = z.infer<typeof TaskSetup>;

export const DEFAULT_SETUP: TaskSetup = TaskSetup.parse({});

/**
 * Where a request's words come from. `A`: an issue somebody filed. `B`: written for the task.
 * `C`: a commit message. Headlines use A and B only; a C request often leaves out what its tests ask for.
 */
export const RequestGrade = z.enum(['A', 'B', 'C']);

/** One requested change. */
export const Milestone = z.strictObject({
  id: Slug,
  title: z.string().min(1),
  /** What the agent is told, in Markdown. */
  request: z.string().min(1),
  requestGrade: RequestGrade,
  interface: z.array(InterfaceEntry),
  intent: DeclaredIntent,
  /** `refuse` marks a request that cannot honestly be met. */
  expected: z.enum(['solve', 'refuse']),
  /** The human tree right before this change; null: the reference of the milestone before, or the base commit. */
  startCommit: CommitSha.nullable().default(null),
  /** The human tree after this change. Its test files are this milestone's tests. */
  referenceCommit: CommitSha,
  /** Test files of the reference commit that are laid into the agent's tree with the request. */
  visibleTests: z.array(RelativePath),
  /** Test files that the reference commit adds, changes or deletes and the agent never sees. */
  hiddenTests: z.array(RelativePath),
});
export type Milestone = z.infer<typeof Milestone>;

/** A repository, a base commit, and milestones in order. A SWE-bench instance is a task with one milestone. */
export const Task = z.strictObject({
  schemaVersion: z.literal(1),
  id: Slug,
  title: z.string().min(1),
  /** Anything `git fetch` takes: a URL, or an absolute path. */
  repository: z.string().min(1),
  baseCommit: CommitSha,
  /** True only for tasks that ship with Longhaul: these alone may run without a sandbox unasked. */
  bundled: z.boolean(),
  setup: TaskSetup,
  milestones: z.array(Milestone).min(1),
});
export type Task = z.infer<typeof Task>;
