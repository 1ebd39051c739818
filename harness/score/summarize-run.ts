/** A stored run becomes the report's document; pure. */
import {
  addUsage,
  type MilestoneGrade,
  NO_USAGE,
  type ReportSummary,
  type ReportTrial,
  type RunRecord,
  type RunReport,
  type TrialRecord,
} from '#contracts';
import { lostMilestones } from './lost-milestones.ts';
import { findingLives } from './finding-lives.ts';
import type { StoredScores } from './score-stored-run.ts';
import { funnel } from './funnel.ts';

/**
 * Can be called on a run in any state: what is not graded yet is neither resolved nor, while it may still come, unscored.
 * @param scores of this run; null where there are none.
 */
export function summarizeRun(run: RunRecord, scores: StoredScores | null): RunReport {
  const { id, state, createdAt, finishedAt, config, fingerprint } = run;
  const asked = config.task.milestones.length;
  const grades = run.trials.flatMap(({ milestones }) => milestones);
  const lost = run.trials.reduce((sum, trial) => sum + lostMilestones(trial, asked), 0);
  return {
    schemaVersion: 1,
    run: { id, state, createdAt, finishedAt, config, fingerprint },
    summary: summarize(grades, asked * run.trials.length, lost),
    score: scores?.run ?? null,
    trials: run.trials.map((trial, index) => ({ ...reportTrial(trial, config), score: scores?.trials[index] ?? null })),
  };
}

function reportTrial(trial: TrialRecord, { mode, task: { milestones: names } }: RunRecord['config']): Omit<ReportTrial, 'score'> {
  const asked = names.length;
  const { id, agent, seed, task, state, isolation, error, milestones } = trial;
  return {
    id,
    agent: agent.name,
    seed,
    task,
    state,
    isolation,
    error,
    chainBrokenAt: milestones.find(({ fold }) => fold?.status === 'broken')?.id ?? null,
    summary: summarize(milestones, asked, lostMilestones(trial, asked)),
    milestones: milestones.map(({ submission, schemaVersion: _version, tests: _tests, human: _human, ...grade }) => ({
      ...grade,
      usage: submission.usage,
      iterations: submission.iterations,
      ending: submission.ending,
      commit: submission.commit,
      leftOut: submission.leftOut,
    })),
    findings: findingLives(milestones, mode),
  };
}

/**
 * Counts over milestones. `unscored` ones are in no other count, but their money is in the bill.
 * Cost per useful answer: everything spent, failures included, divided by useful answers; null without one or without a known bill.
 */
function summarize(grades: readonly MilestoneGrade[], milestones: number, lost: number): ReportSummary {
  const usage = grades.map(({ submission }) => submission.usage).reduce(addUsage, NO_USAGE);
  const { scored, resolved, withoutRegression, useful } = funnel(
    grades.map((grade) => ({
      resolved: grade.resolved,
      withoutRegression: passed(grade, 'earlier-milestones') ? 'yes' : 'no',
      useful: grade.useful,
    })),
  );
  const usefulAnswers = useful.length;
  return {
    milestones,
    resolved: resolved.length,
    withoutRegression: withoutRegression.length,
    usefulAnswers,
    unscored: lost + grades.length - scored.length,
    costUsd: usage.costUsd,
    costSource: usage.costSource,
    costPerUsefulAnswerUsd: usage.costUsd === null || usefulAnswers === 0 ? null : usage.costUsd / usefulAnswers,
  };
}

function passed(grade: MilestoneGrade, name: string): boolean {
  return grade.checks.some(({ check, status }) => check === name && status === 'passed');
}
