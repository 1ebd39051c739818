/** Finds out everything about one tree that a check may ask: build, types, tests, import graph. */
import { z } from 'zod';
import { ArchitectureSnapshot, DeclaredRules, rebuildArchitecture } from '#architecture';
import { EnvironmentRecord, type Limits, type TaskSetup, TestRun } from '#contracts';
import { factsFolder, openWorkspace, type Workspace, type WorkspaceOptions } from '#workspace';
import type { HarnessDeps } from './harness-deps.ts';
import { readRules } from './read-rules.ts';
import { believe, type Rehearsal, rehearsalOf, UNREHEARSED } from './rehearsal.ts';
import { BuildRun, runBuild } from './run-build.ts';
import { testContent } from './test-content.ts';
import { readTypeErrors, TypeReading } from './type-errors.ts';
import type { TypeSettings } from './type-settings.ts';

export const Examination = z.strictObject({
  /** What all of it ran with. */
  environment: EnvironmentRecord,
  /** Null: nothing to build. */
  build: BuildRun.nullable(),
  /** Null: the project has no compiler or no settings, or nobody asked. */
  types: TypeReading.nullable(),
  /** As many as were asked for, or fewer: a run without evidence is the last. */
  runs: z.array(TestRun).min(1),
  /** As in GradedTests, of the commit that the environment comes from. */
  content: z.record(z.string(), z.string()),
  /** The same of the commit that the tree begins with. */
  ownContent: z.record(z.string(), z.string()),
  architecture: z.discriminatedUnion('status', [
    z.strictObject({ status: z.literal('read'), snapshot: ArchitectureSnapshot }),
    z.strictObject({ status: z.literal('unreadable'), reason: z.string() }),
  ]),
  /** What the tree states itself; null: nobody asked. */
  rules: DeclaredRules.nullable(),
});
export type Examination = z.infer<typeof Examination>;

/** A tree as it is opened: a commit, with a patch and human tests over it where asked for. */
export type Tree = Pick<
  WorkspaceOptions,
  'repository' | 'commit' | 'patch' | 'testsFrom' | 'environmentFrom' | 'setup' | 'sandbox' | 'limits'
> & { limits: Limits };

/** Which tests are run, and how often: each time on the tree as it was at first. */
interface SuiteRuns {
  /** Test files; all where none is named. */
  files?: readonly string[];
  times: number;
  /** How these runs are made, and how far they are believed; as the runner runs them, and whatever they say, by default. */
  rehearsal?: Rehearsal;
  /** Ends before `times`. */
  enough?: (runs: readonly TestRun[]) => boolean;
}

/** By whose settings a compiler checks a tree; null settings are its own. */
export interface TypesAsked {
  settings: TypeSettings | null;
}

/** In a fresh workspace, in the order of the checks: nothing that a test does can change what was read of the tree before it. */
export async function examineTree(
  deps: HarnessDeps,
  tree: Tree,
  options: Pick<SuiteRuns, 'rehearsal'> & { runs: number; types: TypesAsked | null; rules: boolean },
): Promise<Examination> {
  await using workspace = await openBare(deps, tree);
  const build = await runBuild(workspace, tree.setup, tree.limits);
  const stopped = build !== null && build.status !== 'built';
  // Before any test runs, because a test may write to the sources. The compiler runs none of them and leaves a core to the parser.
  const [types, architecture, rules] = await Promise.all([
    options.types ? readTypeErrors(workspace, tree.setup, tree.limits, options.types.settings) : null,
    rebuildArchitecture(workspace.folder, { signal: deps.signal, cache: factsFolder(deps.host) }),
    options.rules ? readRules(deps, workspace) : null,
  ]);
  return {
    environment: workspace.environment,
    build,
    // What a build makes may be what the compiler misses.
    types: stopped && types !== null ? { status: 'unreadable', reason: failure(build), ofTheMoment: build.status === 'timed-out' } : types,
    runs: stopped ? [withoutTests(build)] : await runSuite(workspace, tree, { ...options, times: options.runs }),
    // As the human commit has them, which is how they lie in the tree: a helper that an agent added must not make every test another one.
    content: testContent(await workspace.testFiles(tree.environmentFrom)),
    ownContent: testContent(await workspace.testFiles(tree.commit)),
    architecture,
    rules,
  };
}

/** Runs only some test files of a tree, again in a fresh workspace, until `enough` says so or `times` is reached. */
export async function rerunTests(deps: HarnessDeps, tree: Tree, options: SuiteRuns): Promise<TestRun[]> {
  if (options.times === 0) return [];
  await using workspace = await openBare(deps, tree);
  const build = await runBuild(workspace, tree.setup, tree.limits);
  // Awaited here, because the workspace is closed at the end of this block.
  return build !== null && build.status !== 'built' ? [withoutTests(build)] : await runSuite(workspace, tree, options);
}

/** Build steps are run by us, to have their own verdict, and only once. */
function openBare({ host, signal }: HarnessDeps, tree: Tree): Promise<Workspace> {
  return openWorkspace(host, { ...tree, setup: { ...tree.setup, build: [] }, signal });
}

async function runSuite(
  workspace: Workspace,
  { setup, limits }: Pick<Tree, 'limits'> & { setup: TaskSetup },
  { files = [], times, rehearsal = UNREHEARSED, enough = () => false }: SuiteRuns,
): Promise<TestRun[]> {
  const concerned = rehearsalOf(rehearsal, files);
  const { canaries, processes } = concerned;
  const runs: TestRun[] = [];
  while (runs.length < times && !enough(runs)) {
    if (runs.length > 0) {
      // What a run has left behind must not decide the next one.
      await workspace.startOver();
      await runBuild(workspace, setup, limits);
    }
    const run = believe(await workspace.runTests({ files, canaries, processes }), concerned);
    runs.push(run);
    if (run.status === 'did-not-run') break;
  }
  return runs;
}

function withoutTests(build: Exclude<BuildRun, { status: 'built' }>): TestRun {
  return { status: 'did-not-run', reason: failure(build), fault: 'agent', output: build.output, wallMs: build.wallMs };
}

function failure({ status, step }: Exclude<BuildRun, { status: 'built' }>): string {
  return status === 'timed-out' ? `the build did not end within the time limit: ${step}` : `a build step failed: ${step}`;
}
