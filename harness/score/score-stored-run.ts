/** A stored run and the evidence behind its grades become scores with intervals. */
import { type ContentHash, LonghaulError, type RunRecord, type RunScore, type TrialRecord, type TrialScore } from '#contracts';
import { lostMilestones } from './lost-milestones.ts';
import { readChains } from './read-chains.ts';
import { scoreRun } from './score-run.ts';
import { scoreTrial } from './score-trial.ts';

/** 1 is SWE-CI's average normalized change; 2 doubles the weight of every further milestone. */
const GAMMAS = [1, 2];

export interface StoredScores {
  run: RunScore;
  /** In the run's order. */
  trials: TrialScore[];
}

/** @returns null where evidence is missing: it lies on another machine, was removed, or an earlier version kept less of it. */
export async function scoreStoredRun(run: RunRecord, readText: (hash: ContentHash) => Promise<string>): Promise<StoredScores | null> {
  // Trials of one task share what the human trees did.
  const texts = new Map<ContentHash, Promise<string>>();
  const readOnce = (hash: ContentHash) => {
    const text = texts.get(hash) ?? readText(hash);
    texts.set(hash, text);
    return text;
  };
  try {
    const trials: TrialScore[] = [];
    for (const trial of run.trials) {
      const score = await scoreStoredTrial(run, trial, readOnce);
      if (score === null) return null;
      trials.push(score);
    }
    return { run: scoreRun(trials), trials };
  } catch (error) {
    if (error instanceof LonghaulError && error.code === 'E_ARTIFACT_MISSING') return null;
    throw error;
  }
}

async function scoreStoredTrial(
  { config: { mode, baselineRuns, task } }: RunRecord,
  trial: TrialRecord,
  readText: (hash: ContentHash) => Promise<string>,
): Promise<TrialScore | null> {
  const chains = await readChains({ readText, mode, baselineRuns }, trial.milestones);
  if (chains === null) return null;
  const asked = task.milestones.length;
  return scoreTrial({
    task: trial.task,
    agent: trial.agent.name,
    mode,
    seed: trial.seed,
    asked,
    lost: lostMilestones(trial, asked),
    grades: trial.milestones.map((grade) => ({ ...grade, costUsd: grade.submission.usage.costUsd })),
    chains,
    gammas: GAMMAS,
  });
}
