/** Makes a task on the fly out of real commits: a base, and per later commit a milestone. */
import { basename } from 'node:path';
import type { Milestone, Task, TaskSetup } from '#contracts';
import { type Host, openMirror, resolveCommit } from '#workspace';
import { readMilestoneChange } from './milestone-change.ts';

/**
 * Each request is the commit's message (grade C: it often leaves out what its tests ask for), its tests are the test files the commit changes.
 * @param options.references commits in order, each after the one before by first parents, and the first one after `commit`.
 * Commits between two of them become a fold: what an agent is given of other people's work before the next request.
 * @throws E_REPOSITORY_UNREACHABLE, E_COMMIT_UNKNOWN, E_COMMITS_OUT_OF_ORDER, E_NO_HIDDEN_TESTS
 */
export async function taskFromCommits(
  host: Host,
  options: { repository: string; commit: string; references: readonly string[]; setup: TaskSetup; signal?: AbortSignal },
): Promise<Task> {
  const { repository, setup, signal } = options;
  const baseCommit = await resolveCommit(host, repository, options.commit, signal);
  const milestones: Milestone[] = [];
  let previous = baseCommit;
  for (const [index, name] of options.references.entries()) {
    const referenceCommit = await resolveCommit(host, repository, name, signal);
    const mirror = await openMirror(host, repository, [previous, referenceCommit], signal);
    const { tests, message, ...change } = await readMilestoneChange(host, mirror, { previous, referenceCommit });
    milestones.push(milestoneFor(index, message, { ...change, hiddenTests: tests }));
    previous = referenceCommit;
  }
  const name = slug(basename(repository.replace(/[\\/]+$/, '')).replace(/\.git$/, '')) || 'repository';
  return {
    schemaVersion: 1,
    id: `${name}-${baseCommit.slice(0, 8)}`,
    title: `${milestones.length} commits of ${name} after ${baseCommit.slice(0, 8)}`,
    repository,
    baseCommit,
    bundled: false,
    setup,
    milestones,
  };
}

function milestoneFor(
  index: number,
  message: string,
  change: Pick<Milestone, 'startCommit' | 'referenceCommit' | 'hiddenTests'>,
): Milestone {
  const subject = message.split('\n')[0]?.trim() || 'no message';
  const number = String(index + 1).padStart(2, '0');
  return {
    id: [number, slug(subject).slice(0, 40).replace(/-$/, '')].filter((part) => part !== '').join('-'),
    title: subject.slice(0, 200),
    request: message.trim() || subject,
    requestGrade: 'C',
    interface: [],
    intent: { removesExports: [] },
    expected: 'solve',
    visibleTests: [],
    ...change,
  };
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
    .replace(/-$/, '');
}
