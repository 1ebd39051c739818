/** Turns requests into finished trials: the orchestration over queue, store, agents and harness. */
export { assertQueueAnswers, openQueueBackend, type QueueConnection } from './backend.ts';
export { type DatabasePlace, findDatabase, stopDatabase } from './database.ts';
export { enqueueRun, type RunRequest } from './enqueue-run.ts';
export { type Orchestration, type OrchestrationPlace, openOrchestration } from './open-orchestration.ts';
export { runTrialProcessor, type TrialDeps } from './processors/run-trial.ts';
export { type RunningWorkers, startWorkers, type WorkerOptions } from './start-workers.ts';
