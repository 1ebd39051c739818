/** The process that scans one trajectory, hands over what it found, and ends. */
import type { Iteration } from '#contracts';
import { answerParent } from '../answer-parent.ts';
import { scanTrajectory, type TrajectoryOptions } from './scan-trajectory.ts';

answerParent(({ iterations, root }: TrajectoryOptions & { iterations: Iteration[] }) => scanTrajectory(iterations, { root }));
