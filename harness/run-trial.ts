/** Milestones in order: call the agent, freeze its tree, grade the submission in a fresh workspace, hand the grade out. */
import type {
  AgentEnding,
  CommitSha,
  Isolation,
  Iteration,
  Limits,
  Milestone,
  MilestoneGrade,
  RunAgent,
  RunId,
  SandboxPolicy,
  Submission,
  Task,
  TrialId,
  Usage,
} from '#contracts';
import { GradedTests } from '#contracts';
import { openWorkspace, type Workspace } from '#workspace';
import { type Baseline, measureBaseline } from './baseline.ts';
import { gradeCommit } from './grade-commit.ts';
import type { HarnessDeps } from './harness-deps.ts';
import { historyAfter, historyAtBase, type TrialHistory } from './trial-history.ts';

export interface TrialOptions {
  runId: RunId;
  trialId: TrialId;
  task: Task;
  agent: RunAgent;
  agentName: string;
  seed: number;
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
 * The agent keeps working in its own tree from milestone to milestone. Hidden tests never enter it.
 * May be called again for a trial that was cut off: only what came after its last finished milestone is lost.
 */
export async function runTrial(deps: HarnessDeps, options: TrialOptions): Promise<void> {
  const { task, limits, sandbox, finished } = options;
  const next = task.milestones[finished.length];
  if (next === undefined) return;
  const lastPatch = finished.at(-1)?.submission.patch;
  await using workspace = await openWorkspace(deps.host, {
    repository: task.repository,
    commit: task.baseCommit,
    referenceCommits: task.milestones.map(({ referenceCommit }) => referenceCommit),
    environmentFrom: next.referenceCommit,
    ...(lastPatch && { patch: await deps.readBytes(lastPatch) }),
    setup: task.setup,
    sandbox,
    limits,
    signal: deps.signal,
  });
  await options.onIsolation(workspace.isolation);

  const { isolation } = workspace;
  const first = await measureBaseline(deps, { task, index: 0, limits, sandbox, isolation });
  let history = await restoreHistory(deps, first, finished);
  for (const [index, milestone] of task.milestones.entries()) {
    if (index < finished.length) continue;
    deps.signal.throwIfAborted();
    deps.emit({ type: 'milestone-started', ...names(options, milestone), agent: options.agentName });
    const { submission, patch } = await work(deps, options, workspace, milestone);
    const { grade, graded } = await judge(deps, options, { index, milestone, submission, patch, first, history, isolation });
    await options.onGrade(grade, index);
    announce(deps, options, milestone, grade);
    history = historyAfter(history, milestone.id, graded);
  }
}

/** The agent's part: from the request to the frozen tree. */
async function work(
  deps: HarnessDeps,
  options: TrialOptions,
  workspace: Workspace,
  milestone: Milestone,
): Promise<{ submission: Submission; patch: Uint8Array }> {
  const { task, limits, seed } = options;
  await workspace.useEnvironmentOf(milestone.referenceCommit);
  await workspace.layIn(milestone.referenceCommit, milestone.visibleTests);
  const before = await workspace.freeze(task.baseCommit);

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

  const frozen = await workspace.freeze(task.baseCommit);
  const patch = await workspace.diff(task.baseCommit, frozen.commit);
  const submission = await hand(deps, { ...frozen, patch, iterations, ending, usage: { ...usage, wallMs } }, workspace, before.commit);
  deps.emit({ type: 'submission-frozen', ...names(options, milestone), commit: submission.commit, filesChanged: submission.filesChanged });
  return { submission, patch };
}

async function hand(
  deps: HarnessDeps,
  made: { commit: CommitSha; tree: CommitSha; patch: Uint8Array; iterations: readonly Iteration[]; ending: AgentEnding; usage: Usage },
  workspace: Workspace,
  before: CommitSha,
): Promise<Submission> {
  const { commit, tree, patch, iterations, ending, usage } = made;
  const trajectory = iterations.map((iteration) => `${JSON.stringify(iteration)}\n`).join('');
  return {
    commit,
    tree,
    patch: await deps.keepBytes(patch),
    filesChanged: await workspace.countChanges(before, commit),
    ending,
    usage,
    iterations: iterations.length,
    trajectory: iterations.length === 0 ? null : await deps.keepText(trajectory),
  };
}

async function judge(
  deps: HarnessDeps,
  options: TrialOptions,
  made: {
    index: number;
    milestone: Milestone;
    submission: Submission;
    patch: Uint8Array;
    first: Baseline;
    history: TrialHistory;
    isolation: Isolation;
  },
): Promise<{ grade: MilestoneGrade; graded: GradedTests }> {
  const { task, limits, sandbox } = options;
  const { index, milestone, submission, patch, first, history, isolation } = made;
  const baseline = await measureBaseline(deps, { task, index, limits, sandbox, isolation });
  if (baseline.unmeasurable === null) {
    const counts = { failToPass: baseline.failToPass.length, passToPass: baseline.passToPass.length, wallMs: baseline.wallMs };
    deps.emit({ type: 'baseline-measured', ...names(options, milestone), ...counts });
  }
  const { judgement, graded } = await gradeCommit(deps, { task, index, patch, baseline, base: first.before, history, limits, sandbox });
  const tests = await deps.keepText(JSON.stringify(graded));
  return { graded, grade: { schemaVersion: 1, id: milestone.id, ...judgement, submission, tests } };
}

/** What earlier attempts of this trial saw is read back from their evidence, so that a regression is found across a crash too. */
async function restoreHistory(deps: HarnessDeps, first: Baseline, finished: readonly MilestoneGrade[]): Promise<TrialHistory> {
  let history = historyAtBase(first);
  for (const { id, tests } of finished) {
    history = historyAfter(history, id, GradedTests.parse(JSON.parse(await deps.readText(tests))));
  }
  return history;
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
