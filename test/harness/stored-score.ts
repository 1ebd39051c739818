/** The score of a trial that lies in memory, as a report makes it of a stored one. */
import { DEFAULT_LIMITS, type MilestoneGrade, RunRecord, type Task, type TrialMode, TrialScore } from '#contracts';
import { type HarnessDeps, scoreStoredRun } from '#harness';

/** @returns null where evidence is missing. */
export async function storedScore(
  readText: HarnessDeps['readText'],
  { task, grades, mode = 'continuous' }: { task: Task; grades: readonly MilestoneGrade[]; mode?: TrialMode },
): Promise<TrialScore | null> {
  const id = '20261123-211502-k3fq';
  const config = {
    ...{ schemaVersion: 1, agents: [{ name: 'reference' }], repeat: 1, mode, tests: 'hidden', baselineRuns: 1, session: 'fresh' },
    task: { id: task.id, artifact: 'a'.repeat(64), milestones: task.milestones.map((milestone) => milestone.id) },
    ...{ limits: DEFAULT_LIMITS, sandbox: 'none' },
  };
  const trial = {
    ...{ id: `${id}.0123456789abcdef`, agent: { name: 'reference' }, seed: 1, task: task.id, state: 'finished' },
    ...{ isolation: null, error: null, milestones: grades },
  };
  const record = RunRecord.parse({
    ...{ id, state: 'finished', config, createdAt: '2026-11-23T21:15:02Z', finishedAt: null, trials: [trial] },
    fingerprint: { longhaul: '0', node: '26', platform: 'linux', git: '2' },
  });
  const scores = await scoreStoredRun(record, readText);
  return scores && TrialScore.parse(scores.trials[0]);
}
