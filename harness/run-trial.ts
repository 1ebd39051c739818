/** Milestones in order: call the agent, freeze its tree, grade the submission in a fresh workspace, hand the grade out. */
import {
  type AgentEnding,
  type CommitSha,
  type Finding,
  type Fold,
  type Isolation,
  type Iteration,
  type Limits,
  LonghaulError,
  type Milestone,
  type MilestoneGrade,
  type RunAgent,
  type RunId,
  type SandboxPolicy,
  type SensedFinding,
  type SensedMilestone,
  type Submission,
  type Task,
  type TestsPolicy,
  type TrialId,
  type TrialMode,
  type Usage,
} from '#contracts';
import type { Workspace } from '#workspace';
import { type AgentTree, openAgentTree } from './agent-tree.ts';
import type { HarnessDeps } from './harness-deps.ts';
import { humanAfterPrevious, humanBefore } from './human-trees.ts';
import { humanTests } from './baseline.ts';
import { createSensor, type Sensor } from './sensor/create-sensor.ts';
import { findingsOf } from './sensor/finding-changes.ts';
import { readTrajectory } from './trajectory/read-trajectory.ts';
import type { TrialContract } from './trial-contract.ts';
import { createTrialJudge, type TrialJudge } from './trial-judge.ts';

export interface TrialOptions {
  runId: RunId;
  trialId: TrialId;
  task: Task;
  agent: RunAgent;
  agentName: string;
  seed: number;
  mode: TrialMode;
  tests: TestsPolicy;
  baselineRuns: number;
  limits: Limits;
  sandbox: SandboxPolicy;
  /** Milestones that an earlier attempt has graded; the trial goes on after the last of them. */
  finished: readonly MilestoneGrade[];
  /** Called once, before the first milestone. */
  onIsolation: (isolation: Isolation) => Promise<void>;
  /** Called after each milestone; the trial waits for it, and ends if it throws. */
  onGrade: (grade: MilestoneGrade, position: number) => Promise<void>;
}

/**
 * Continuous: the agent keeps working in its own tree; human commits between two milestones are carried into it, and where they do
 * not fit, the trial goes on from the human tree. Isolated: every milestone begins in the human tree before it.
 * Hidden tests never enter the tree before their milestone is graded, and after that only if they are to be revealed.
 * May be called again for a trial that was cut off: only what came after its last finished milestone is lost.
 */
export async function runTrial(deps: HarnessDeps, options: TrialOptions): Promise<void> {
  const { task, finished } = options;
  if (finished.length === task.milestones.length) return;
  const lastPatch = finished.at(-1)?.submission.patch;
  await using tree = await openAgentTree(deps, {
    ...options,
    index: finished.length,
    patch: lastPatch ? await deps.readBytes(lastPatch) : null,
  });
  await options.onIsolation(tree.workspace.isolation);

  await using sensor = createSensor(deps, { runId: options.runId, trialId: options.trialId }, leftBehind(options));
  const judge = createTrialJudge(deps, options);
  for (const [index, grade] of finished.entries()) await judge.recall(index, grade);
  for (const [index, milestone] of task.milestones.entries()) {
    if (index < finished.length) continue;
    deps.signal.throwIfAborted();
    deps.emit({ type: 'milestone-started', ...names(options, milestone), agent: options.agentName });
    const fold = await arrive(deps, options, tree, judge, { index, milestone });
    const made = await work(deps, options, { workspace: tree.workspace, milestone, sensor, contract: judge.contract });
    const grade = await finish(deps, options, judge, { index, milestone, fold, ...made });
    await options.onGrade(grade, index);
    announce(deps, options, milestone, grade);
  }
}

/** What lives on in the tree that the next milestone is worked on in. */
function leftBehind({ mode, finished }: TrialOptions): SensedFinding[] {
  return mode === 'isolated' ? [] : findingsOf(finished.at(-1));
}

/** From the end of the milestone before to where this one begins. @returns null where no human commit had to be carried in. */
async function arrive(
  deps: HarnessDeps,
  options: TrialOptions,
  tree: AgentTree,
  judge: TrialJudge,
  { index, milestone }: { index: number; milestone: Milestone },
): Promise<Fold | null> {
  const arrival = await tree.arriveAt(index);
  const way = { from: humanAfterPrevious(options.task, index), to: humanBefore(options.task, index) };
  const told = { type: 'fold-finished', ...names(options, milestone), agent: options.agentName } as const;
  switch (arrival.how) {
    case 'carried':
      return null;
    case 'begun':
      await judge.begin(index);
      return null;
    case 'broken':
      await judge.begin(index);
      deps.emit({ ...told, status: 'broken', brokenTests: 0 });
      return { status: 'broken', ...way, conflicts: arrival.conflicts };
    case 'folded': {
      const { tree: folded, patch } = await freeze(options, tree.workspace);
      const { broken, gates, graded } = await judge.fold(index, { tree: folded, patch });
      deps.emit({ ...told, status: 'applied', brokenTests: broken.length });
      const kept = { patch: await deps.keepBytes(patch), tests: await deps.keepText(JSON.stringify(graded)) };
      return { status: 'applied', ...way, ...kept, tree: folded, broken, gates };
    }
  }
}

interface Work {
  submission: Submission;
  patch: Uint8Array;
  trajectory: Finding[];
  sensed: SensedMilestone;
}

/** The agent's part: from the request to the frozen tree. */
async function work(
  deps: HarnessDeps,
  options: TrialOptions,
  {
    workspace,
    milestone,
    sensor,
    contract,
  }: { workspace: Workspace; milestone: Milestone; sensor: Sensor; contract: TrialContract | null },
): Promise<Work> {
  const { task, limits, seed } = options;
  await workspace.useEnvironmentOf(milestone.referenceCommit);
  await workspace.layIn(milestone.referenceCommit, milestone.visibleTests);
  const before = await workspace.freeze(task.baseCommit);
  await sensor.begin(milestone.id, { workspace, contract });

  const iterations: Iteration[] = [];
  const startedMs = performance.now();
  const { id, title, request, interface: interfaceEntries } = milestone;
  const { ending, usage } = await options.agent({
    workspace,
    request: { id, title, request, interface: interfaceEntries },
    limits,
    seed,
    signal: deps.signal,
    emit: (iteration) => {
      iterations.push(iteration);
      sensor.afterIteration(iteration.index);
      deps.emit({
        type: 'iteration',
        ...names(options, milestone),
        index: iteration.index,
        tools: iteration.actions.map(({ tool }) => tool),
        costUsd: iteration.usage.costUsd,
      });
    },
  });
  const wallMs = Math.round(performance.now() - startedMs);

  const sensed = await sensor.end();
  const frozen = await handIn(options, workspace, before.commit);
  const submission = await hand(deps, { ...frozen, iterations, ending, usage: { ...usage, wallMs } }, workspace, before.commit);
  deps.emit({ type: 'submission-frozen', ...names(options, milestone), commit: submission.commit, filesChanged: submission.filesChanged });
  // Where commands of the agent see the tree.
  const root = workspace.isolation.sandbox === 'none' ? workspace.folder : '/workspace';
  return { submission, patch: frozen.patch, sensed, trajectory: await readTrajectory(iterations, { root, signal: deps.signal }) };
}

async function hand(
  deps: HarnessDeps,
  made: HandedIn & { iterations: readonly Iteration[]; ending: AgentEnding; usage: Usage },
  workspace: Workspace,
  before: CommitSha,
): Promise<Submission> {
  const { commit, tree, patch, leftOut, refused, iterations, ending, usage } = made;
  const trajectory = iterations.map((iteration) => `${JSON.stringify(iteration)}\n`).join('');
  return {
    commit,
    tree,
    patch: await deps.keepBytes(patch),
    leftOut: [...leftOut],
    refused,
    filesChanged: await workspace.countChanges(before, commit),
    ending,
    usage,
    iterations: iterations.length,
    trajectory: iterations.length === 0 ? null : await deps.keepText(trajectory),
  };
}

interface HandedIn {
  commit: CommitSha;
  tree: CommitSha;
  patch: Uint8Array;
  leftOut: readonly string[];
  refused: string | null;
}

/** What is too large to be kept is no answer: it counts against the agent, and the trial goes on from where the milestone began. */
async function handIn(options: TrialOptions, workspace: Workspace, before: CommitSha): Promise<HandedIn> {
  try {
    return { ...(await freeze(options, workspace)), refused: null };
  } catch (error) {
    if (!(error instanceof LonghaulError) || error.code !== 'E_SUBMISSION_TOO_LARGE') throw error;
    await workspace.goBackTo(before);
    return { ...(await freeze(options, workspace)), refused: error.message };
  }
}

/** Equal changes of one task give equal trees, commits and patches. */
async function freeze({ task }: TrialOptions, workspace: Workspace): Promise<Omit<HandedIn, 'refused'>> {
  const frozen = await workspace.freeze(task.baseCommit);
  return { ...frozen, patch: await workspace.diff(task.baseCommit, frozen.commit) };
}

/** The judge's part: from the frozen tree to the grade. */
async function finish(
  deps: HarnessDeps,
  options: TrialOptions,
  judge: TrialJudge,
  made: Work & { index: number; milestone: Milestone; fold: Fold | null },
): Promise<MilestoneGrade> {
  const { index, milestone, submission, patch, trajectory, sensed, fold } = made;
  const { judgement, graded, baseline } = await judge.grade(index, { tree: submission.tree, patch, refused: submission.refused });
  if (baseline.unmeasurable === null) {
    const { failToPass, passToPass, flaky, wallMs } = baseline;
    const counts = { failToPass: failToPass.length, passToPass: passToPass.length, flaky: flaky.length, wallMs };
    deps.emit({ type: 'baseline-measured', ...names(options, milestone), ...counts });
  }
  const tests = await deps.keepText(JSON.stringify(graded));
  const human = await deps.keepText(JSON.stringify(humanTests(baseline)));
  return { schemaVersion: 1, id: milestone.id, ...judgement, trajectory, sensed, fold, submission, tests, human };
}

function announce(deps: HarnessDeps, options: TrialOptions, milestone: Milestone, grade: MilestoneGrade): void {
  for (const check of grade.checks) {
    const summary = check.status === 'unscored' ? check.reason.slice(0, 300) : check.evidence.summary;
    deps.emit({ type: 'check-finished', ...names(options, milestone), check: check.check, status: check.status, summary });
  }
  deps.emit({
    type: 'milestone-graded',
    ...names(options, milestone),
    agent: options.agentName,
    resolved: grade.resolved,
    useful: grade.useful,
    regressions: grade.regressions.length,
    costUsd: grade.submission.usage.costUsd,
    wallMs: grade.submission.usage.wallMs,
  });
}

function names({ runId, trialId }: TrialOptions, milestone: Milestone) {
  return { runId, trialId, milestone: milestone.id };
}
