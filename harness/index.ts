/** Turns commits into a verdict. Knows no agent by name, no queue and no database. */
export type { HarnessDeps } from './harness-deps.ts';
export { loadTask } from './load-task.ts';
export { runTrial, type TrialOptions } from './run-trial.ts';
export { summarizeRun } from './score/summarize-run.ts';
export { taskFromCommits } from './task-from-commits.ts';
