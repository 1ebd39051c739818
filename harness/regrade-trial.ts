/** Grades the stored submissions of a trial again, without its agent. */
import type { Finding, Isolation, Limits, MilestoneGrade, SandboxPolicy, Task, TrialMode } from '#contracts';
import type { Judgement } from './grade-commit.ts';
import type { HarnessDeps } from './harness-deps.ts';
import { rescanTrajectory } from './trajectory/rescan-trajectory.ts';
import { createTrialJudge } from './trial-judge.ts';

export interface RegradeOptions {
  task: Task;
  mode: TrialMode;
  baselineRuns: number;
  limits: Limits;
  sandbox: SandboxPolicy;
  /** Of one trial, in the task's order, as many as there are. */
  grades: readonly MilestoneGrade[];
  /** Where the agent's commands ran, as the trial's record says. */
  isolation: Isolation | null;
  onJudgement: (regraded: Regraded, position: number) => void;
}

export interface Regraded extends Judgement {
  /** Null where the stored trajectory could not be scanned again. */
  trajectory: Finding[] | null;
}

/**
 * By today's rules, on this machine. What is known of an equal tree under these rules is not found out again.
 * A fold that broke the chain is taken as it was: whether people's work fits an agent's is no matter of grading.
 * @throws E_ARTIFACT_MISSING when a submission's patch is gone; what opens no workspace
 */
export async function regradeTrial(deps: HarnessDeps, options: RegradeOptions): Promise<void> {
  const { mode, grades } = options;
  const judge = createTrialJudge(deps, options);
  const submitted = async ({ tree, patch }: Pick<MilestoneGrade['submission'], 'tree' | 'patch'>) => ({
    tree,
    patch: await deps.readBytes(patch),
  });
  for (const [index, { fold, submission }] of grades.entries()) {
    deps.signal.throwIfAborted();
    if (index === 0 || mode === 'isolated' || fold?.status === 'broken') await judge.begin(index);
    if (fold?.status === 'applied') await judge.fold(index, await submitted(fold));
    const { judgement } = await judge.grade(index, { ...(await submitted(submission)), refused: submission.refused });
    options.onJudgement({ ...judgement, trajectory: await rescanTrajectory(deps, submission, options.isolation) }, index);
  }
}
