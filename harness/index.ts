/** Turns commits into a verdict. Knows no agent by name, no queue and no database. */
export type { Change, ChangedFile } from './integrity/change.ts';
export { checkIntegrity, type IntegrityResult } from './integrity/check-integrity.ts';
export { findIntegrityFindings, type Inspection } from './integrity/find-integrity-findings.ts';
export type { HarnessDeps } from './harness-deps.ts';
export { humanBefore } from './human-trees.ts';
export { loadTask } from './load-task.ts';
export { runTrial, type TrialOptions } from './run-trial.ts';
export * as formulas from './score/formulas.ts';
export { type Chain, type ChainStart, type ObservedTree, type RegressionMatrix, regressionMatrix } from './score/regression-matrix.ts';
export { scoreRun } from './score/score-run.ts';
export { scoreTrial, type TrialToScore } from './score/score-trial.ts';
export { type SteadyRuns, steadyOutcomes } from './score/steady-outcomes.ts';
export { summarizeRun } from './score/summarize-run.ts';
export type { ReadTree, SubmittedChange } from './security/change.ts';
export { checkSecurity } from './security/check-security.ts';
export { findSecurityFindings } from './security/find-security-findings.ts';
export { taskFromCommits } from './task-from-commits.ts';
export { scanTrajectory } from './trajectory/scan-trajectory.ts';
