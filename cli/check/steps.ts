/** What each commit of a history did, kept one by one, so that a calibration that was interrupted goes on. */
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Metrics } from '#architecture';
import { CommitSha, Severity } from '#contracts';

export const Step = z.strictObject({
  commit: CommitSha,
  /** Rule and severity of each finding against the first parent. */
  findings: z.array(z.tuple([z.string(), Severity])),
  metrics: Metrics,
  /** Why the two could not be compared; null where they could. */
  reason: z.string().nullable(),
});
export type Step = z.infer<typeof Step>;

export interface KeptSteps {
  of(commit: CommitSha): Step | undefined;
  keep(step: Step): Promise<void>;
}

/** @param folder made when missing. @param name one path segment that changes with whatever changes how a step is read. */
export async function openSteps(folder: string, name: string): Promise<KeptSteps> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${name}.jsonl`);
  const steps = new Map<string, Step>();
  for (const line of (await readFile(file, 'utf8').catch(() => '')).split('\n')) {
    const step = Step.safeParse(json(line));
    if (step.success) steps.set(step.data.commit, step.data);
  }
  return {
    of: (commit) => steps.get(commit),
    async keep(step) {
      steps.set(step.commit, step);
      // A line that was cut short by a crash ends here, and counts as not kept.
      await appendFile(file, `\n${JSON.stringify(step)}`);
    },
  };
}

function json(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
