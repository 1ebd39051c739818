/** The tasks that the cases answer, each loaded once. */
import { join } from 'node:path';
import { LonghaulError, type Task } from '#contracts';
import { loadTask } from '#harness';
import type { Host } from '#workspace';
import type { CorpusCase } from './read-cases.ts';

/** @throws E_TASK_NOT_FOUND, E_TASK_MALFORMED; E_CASE_MALFORMED for a milestone that the task does not have */
export function openTasks(host: Host, folder: string): (of: CorpusCase) => Promise<Task> {
  const tasks = new Map<string, Promise<Task>>();
  return async ({ name, task: id, milestone }) => {
    const loading = tasks.get(id) ?? loadTask(host, join(folder, id), true);
    tasks.set(id, loading);
    const task = await loading;
    if (milestone > task.milestones.length) {
      throw new LonghaulError('E_CASE_MALFORMED', `${name}: milestone: ${id} has ${task.milestones.length} of them.`);
    }
    return task;
  };
}
