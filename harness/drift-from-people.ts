/** How far the architecture of a submission is from that of the human tree at the same milestone. */
import { driftRows, readCalibration } from '#architecture';
import type { DriftRow } from '#contracts';
import { calibrationFolder, type Host, repositoryNameOf } from '#workspace';
import type { Judged } from './judged.ts';

export interface People {
  host: Host;
  /** The address of the task's. */
  repository: string;
  /** Human commits that the milestone stands for, those before it included. */
  commits: number;
}

/**
 * One row per metric: both trees have the human tests laid over them, so what is left is the agent's own. Behind it stands in which range
 * people move the number in as many commits, where somebody calibrated this repository on this host; it decides nothing.
 */
export async function driftFromPeople(
  { baseline, examination: { architecture } }: Pick<Judged, 'baseline' | 'examination'>,
  { host, repository, commits }: People,
): Promise<DriftRow[]> {
  if (baseline.after === null || architecture.status === 'unreadable') return [];
  const calibration = await readCalibration(calibrationFolder(host, await repositoryNameOf(host, repository)));
  return driftRows(baseline.after.metrics, architecture.snapshot.metrics, calibration && { band: calibration.band, commits });
}
