/** The process that scans one trajectory, hands over what it found, and ends. */
import type { Iteration } from '#contracts';
import { scanTrajectory, type TrajectoryOptions } from './scan-trajectory.ts';

process.once('message', ({ iterations, root }: TrajectoryOptions & { iterations: Iteration[] }) => {
  process.send?.(scan(iterations, root), () => process.disconnect?.());
});

function scan(iterations: readonly Iteration[], root: string) {
  try {
    return scanTrajectory(iterations, { root });
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}
