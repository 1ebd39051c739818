/** Walks the main line of a history and says of each commit what it did to the architecture of its parent. */
import { type ArchitectureSnapshot, compareArchitecture, openArchitecture } from '#architecture';
import type { CommitSha } from '#contracts';
import { layTree, type WorkingTree } from '#workspace/repository';
import type { BaseReading } from './read-base.ts';
import { weigh } from './settings.ts';
import type { KeptSteps, Step } from './steps.ts';
import { saysSomething } from './wanted-files.ts';

export interface WalkOptions {
  /** Oldest first; the first is only the parent of the second. */
  commits: readonly CommitSha[];
  /** The rules and settings by which each step is judged: those of today, because the question is how often they would have been tripped. */
  today: BaseReading;
  kept: KeptSteps;
  signal: AbortSignal;
  onStep: (done: number, of: number) => void;
}

/** One scratch copy follows from commit to commit; of each only what changed is written and read. */
export async function walkHistory(tree: WorkingTree, { commits, today, kept, signal, onStep }: WalkOptions): Promise<Step[]> {
  const walked = commits.slice(1);
  const missing = walked.findIndex((commit) => kept.of(commit) === undefined);
  const steps = walked.slice(0, missing === -1 ? walked.length : missing).map((commit) => kept.of(commit) as Step);
  const [start, ...rest] = missing === -1 ? [] : commits.slice(missing);
  if (start === undefined) return steps;
  await using laid = await layTree(tree, start, (path) => (saysSomething(path) ? 'content' : 'name'));
  const architecture = await openArchitecture(laid.folder, { files: laid.paths, signal });
  let before = architecture.snapshot();
  for (const commit of rest) {
    signal.throwIfAborted();
    await architecture.update(await laid.goTo(commit), { signal });
    const after = architecture.snapshot();
    const step = kept.of(commit) ?? stepOf(commit, before, after, today);
    if (kept.of(commit) === undefined) await kept.keep(step);
    steps.push(step);
    onStep(steps.length, walked.length);
    before = after;
  }
  return steps;
}

function stepOf(commit: CommitSha, before: ArchitectureSnapshot, after: ArchitectureSnapshot, today: BaseReading): Step {
  const { findings, trust } = compareArchitecture({ base: before, head: after, rules: today.rules });
  const weighed = weigh(findings, today.settings).findings;
  return {
    commit,
    findings: weighed.map(({ rule, severity }) => [rule, severity]),
    metrics: after.metrics,
    reason: trust.ok ? null : trust.reason,
  };
}
