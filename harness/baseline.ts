/** What the human trees before and after a milestone do: the yardstick for every agent. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ArchitectureSnapshot, DeclaredRules } from '#architecture';
import { type HumanTests, type Limits, type SandboxPolicy, SuiteOutcomes, type Task, type TestRun } from '#contracts';
import { type Examination, examineTree, type Tree, type TypesAsked } from './examine-tree.ts';
import type { HarnessDeps } from './harness-deps.ts';
import { humanBefore, milestoneAt } from './human-trees.ts';
import { Rehearsal } from './rehearsal.ts';
import { rehearseSuite } from './rehearse-suite.ts';
import { BuildRun } from './run-build.ts';
import { steadyOutcomes } from './score/steady-outcomes.ts';
import { testsThat, toSuiteOutcomes } from './score/suite-outcomes.ts';
import { conditions, type Surroundings } from './surroundings.ts';
import { fileOf, sourceOf } from './test-content.ts';
import { TypeReading } from './type-errors.ts';

export const Baseline = z.strictObject({
  /** Why no agent can be judged by this milestone's own tests, or null. The human trees themselves then give no evidence. */
  unmeasurable: z.string().min(1).nullable(),
  /** Tests in the milestone's own test files that never pass before the reference and always after it. */
  failToPass: z.array(z.string()),
  /** Tests in the milestone's own test files that always pass before and after. */
  passToPass: z.array(z.string()),
  /** Of the whole suite before, with this milestone's tests laid over the tree, and of the reference. */
  suites: z.strictObject({ before: SuiteOutcomes, after: SuiteOutcomes }),
  /** Tests that come out differently from run to run, before or after: they decide nothing. Sorted. */
  flaky: z.array(z.string()),
  /** As in HumanTests. */
  contentBefore: z.record(z.string(), z.string()),
  /** As in GradedTests. */
  content: z.record(z.string(), z.string()),
  /** Of the reference; null where it did not run, which may be of the moment. */
  rehearsal: Rehearsal.nullable(),
  /** Of the reference; null where there is nothing to build. */
  build: BuildRun.nullable(),
  /** Null unless both trees have a compiler and its settings: the check is then not made. */
  types: z.strictObject({ before: TypeReading, after: TypeReading }).nullable(),
  /** Null where the human tree cannot be read: nothing can then be said about an agent's. */
  before: ArchitectureSnapshot.nullable(),
  after: ArchitectureSnapshot.nullable(),
  /** What the tree before states about its own imports. */
  rules: DeclaredRules,
  wallMs: z.int().nonnegative(),
});
export type Baseline = z.infer<typeof Baseline>;

export interface BaselineOptions extends Surroundings {
  task: Task;
  /** Which milestone. */
  index: number;
  limits: Limits;
  sandbox: SandboxPolicy;
  /** The k of "k of k", from 1. With 1 no test can be seen to be flaky. */
  baselineRuns: number;
}

/**
 * Runs the whole suite k times on two human trees: the one before the milestone with the milestone's tests laid over it, and the reference.
 * A test is stable when it passed k of k; one that came out differently is flaky, and a run without evidence counts as different.
 *
 * FAIL_TO_PASS and PASS_TO_PASS come from the test files that the reference touches, as in SWE-bench, which runs the
 * test directives of the test patch (swebench/harness/test_spec). All other tests are watched as regressions.
 */
export async function measureBaseline(deps: HarnessDeps, options: BaselineOptions): Promise<Baseline> {
  // A human suite that does not run may run another time, and a reader that was stopped may come to an end.
  const worthKeeping = ({ suites, rehearsal, types, before, after }: Baseline) =>
    testsThat('passed', suites.after).length > 0 &&
    [suites.before, suites.after].every((suite) => isSettled(suite, options)) &&
    rehearsal !== null &&
    before !== null &&
    after !== null &&
    [types?.before, types?.after].every((reading) => reading?.status !== 'unreadable' || !reading.ofTheMoment);
  return deps.remember(`baseline:${baselineKey(options)}`, Baseline, () => measure(deps, options), worthKeeping);
}

/** The tree before a milestone, with the milestone's tests over it. */
export function treeBefore(options: Pick<BaselineOptions, 'task' | 'index' | 'limits' | 'sandbox'>): Tree {
  const reference = milestoneAt(options.task, options.index).referenceCommit;
  return { ...treeOfReference(options), commit: humanBefore(options.task, options.index), testsFrom: reference };
}

export function treeOfReference({ task, index, limits, sandbox }: Pick<BaselineOptions, 'task' | 'index' | 'limits' | 'sandbox'>): Tree {
  const { referenceCommit } = milestoneAt(task, index);
  return { repository: task.repository, commit: referenceCommit, environmentFrom: referenceCommit, setup: task.setup, sandbox, limits };
}

/** How a submission's types are checked: by the settings of a human tree, and not where a human tree has none. */
export function typesAsked(types: Baseline['types'], tree: 'before' | 'after'): TypesAsked | null {
  if (types === null) return null;
  const reading = types[tree];
  return { settings: reading.status === 'compiled' ? reading.settings : null };
}

/** What a report needs to know of it later. */
export function humanTests({ suites, contentBefore, content, failToPass, passToPass }: Baseline): HumanTests {
  return { schemaVersion: 1, ...suites, contentBefore, content, failToPass, passToPass };
}

async function measure(deps: HarnessDeps, options: BaselineOptions): Promise<Baseline> {
  const startedMs = performance.now();
  const { visibleTests, hiddenTests } = milestoneAt(options.task, options.index);
  const asked = { runs: options.baselineRuns, types: { settings: null } };
  // Side by side: everybody who needs this baseline waits for it and does nothing else, and a stable test bears the company.
  const [before, after] = await Promise.all([
    examineTree(deps, treeBefore(options), { ...asked, rules: true }),
    examineTree(deps, treeOfReference(options), { ...asked, rules: false }),
  ]);
  const suites = { before: toSuiteOutcomes(steadyOutcomes(before.runs)), after: toSuiteOutcomes(steadyOutcomes(after.runs)) };
  // A suite that does not start before the change is no fault: every test of the reference is then new.
  const [passedBefore, passedAfter] = [testsThat('passed', suites.before), testsThat('passed', suites.after)];
  const flaky = [...new Set([...testsThat('flaky', suites.before), ...testsThat('flaky', suites.after)])].sort();
  const { content } = after;
  const own = new Set([...visibleTests, ...hiddenTests]);
  const isOwn = (id: string) => own.has(sourceOf(fileOf(id), content) ?? '');
  const unsure = new Set(flaky);
  const passingBefore = new Set(passedBefore);
  const rehearsal = await rehearseSuite(deps, treeOfReference(options), suites.after);
  const ownSteady = passedAfter.filter((id) => isOwn(id) && !unsure.has(id));
  const failToPass = ownSteady.filter((id) => !passingBefore.has(id));
  return {
    unmeasurable: whyUnmeasurable(after.runs, suites.after, failToPass),
    failToPass,
    passToPass: ownSteady.filter((id) => passingBefore.has(id)),
    suites,
    flaky,
    contentBefore: before.ownContent,
    content,
    rehearsal,
    build: after.build,
    types: before.types && after.types && { before: before.types, after: after.types },
    before: snapshotOf(before),
    after: snapshotOf(after),
    rules: before.rules ?? { rules: [], unread: [] },
    wallMs: Math.round(performance.now() - startedMs),
  };
}

/** All runs gave evidence, or the tree itself brought the first to nothing: a suite that breaks off once has done so by the moment. */
function isSettled(suite: SuiteOutcomes, { baselineRuns }: Pick<BaselineOptions, 'baselineRuns'>): boolean {
  return suite.status === 'ran' ? suite.runs - suite.stopped === baselineRuns : suite.fault === 'agent';
}

function whyUnmeasurable(runs: readonly TestRun[], outcomes: SuiteOutcomes, failToPass: readonly string[]): string | null {
  const [first] = runs;
  if (outcomes.status === 'did-not-run' && first?.status === 'did-not-run') {
    return `the tests of the reference did not run: ${first.reason}${first.output ? `\n${first.output.slice(-1000)}` : ''}`;
  }
  return failToPass.length === 0 ? 'no stable test of the milestone fails before the reference and passes after it' : null;
}

function snapshotOf({ architecture }: Examination): ArchitectureSnapshot | null {
  return architecture.status === 'read' ? architecture.snapshot : null;
}

/** Everything a baseline depends on: commits name their content, whatever the repository is called. */
function baselineKey(options: BaselineOptions): string {
  const { task, index, baselineRuns } = options;
  const { referenceCommit, visibleTests, hiddenTests } = milestoneAt(task, index);
  const inputs = [humanBefore(task, index), referenceCommit, visibleTests, hiddenTests, baselineRuns, conditions(options)];
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex');
}
