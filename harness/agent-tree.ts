/** The tree an agent works in: carried from milestone to milestone, or begun anew from a human tree. */
import type { Limits, SandboxPolicy, Task, TestsPolicy, TrialMode } from '#contracts';
import { openWorkspace, type Workspace } from '#workspace';
import type { HarnessDeps } from './harness-deps.ts';
import { humanAfterPrevious, humanBefore, milestoneAt } from './human-trees.ts';

export interface AgentTreeOptions {
  task: Task;
  mode: TrialMode;
  tests: TestsPolicy;
  limits: Limits;
  sandbox: SandboxPolicy;
  /** The first milestone to be worked on. */
  index: number;
  /** What an agent had made by then, as a patch on the base commit; null where it begins. */
  patch: Uint8Array | null;
}

/**
 * How the tree got to where a milestone begins. `begun`: it is the human tree. `carried`: as the agent left it. `folded`: with human
 * commits in it. `broken`: these did not fit, and it is the human tree.
 */
export type Arrival = { how: 'begun' | 'carried' | 'folded' } | { how: 'broken'; conflicts: string[] };

export interface AgentTree extends AsyncDisposable {
  /** Another one after a call of `arriveAt`. */
  readonly workspace: Workspace;
  /** Makes the tree ready for a milestone, in order. Its request's visible tests are not laid in yet. */
  arriveAt(index: number): Promise<Arrival>;
}

/** Nothing of it is left after disposal. @throws as openWorkspace does */
export async function openAgentTree(deps: HarnessDeps, options: AgentTreeOptions): Promise<AgentTree> {
  const { task, mode, tests, index: first } = options;
  const isAnew = (index: number) => index === 0 || mode === 'isolated';
  let workspace = await openAt(deps, options, first, isAnew(first) ? null : options.patch);
  let untouchedAt = isAnew(first) ? first : null;

  const beginAnew = async (index: number) => {
    await workspace[Symbol.asyncDispose]();
    workspace = await openAt(deps, options, index, null);
  };
  return {
    get workspace() {
      return workspace;
    },
    async arriveAt(index) {
      if (untouchedAt === index) {
        untouchedAt = null;
        return { how: 'begun' };
      }
      if (isAnew(index)) {
        await beginAnew(index);
        return { how: 'begun' };
      }
      const { referenceCommit, hiddenTests } = milestoneAt(task, index - 1);
      if (tests === 'revealed') await workspace.adopt(referenceCommit, hiddenTests);
      const [from, to] = [humanAfterPrevious(task, index), humanBefore(task, index)];
      if (from === to) return { how: 'carried' };
      const conflicts = await workspace.mergeIn({
        from,
        to,
        withheld: withheldTests(options, index),
        notOwn: isLockfile,
        yielding: isDocument,
      });
      if (conflicts.length === 0) return { how: 'folded' };
      await beginAnew(index);
      return { how: 'broken', conflicts };
    },
    [Symbol.asyncDispose]: () => workspace[Symbol.asyncDispose](),
  };
}

/** Dependencies come from the human commits in any case; a lockfile that an agent did not write as people did must not end the long haul. */
function isLockfile(path: string): boolean {
  return /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?)$/.test(path);
}

/**
 * What people read and no program does: where an agent and people wrote about their work on the same line, people's words stand, and the
 * long haul goes on. A text among the sources may be what a program prints.
 */
function isDocument(path: string): boolean {
  return (
    /\.(md|markdown|rst|adoc)$/i.test(path) ||
    /^([^/]+|docs?\/.*)\.txt$/i.test(path) ||
    /(^|\/)(README|CHANGELOG|CHANGES|HISTORY|LICEN[CS]E|NOTICE|AUTHORS|CONTRIBUTORS|CONTRIBUTING)$/i.test(path)
  );
}

/** Test files of earlier milestones that the agent was never given. */
function withheldTests({ task, tests }: AgentTreeOptions, index: number): string[] {
  return tests === 'revealed' ? [] : [...new Set(task.milestones.slice(0, index).flatMap(({ hiddenTests }) => hiddenTests))];
}

/** @param patch on the base commit; null for the human tree before the milestone. */
function openAt(
  deps: HarnessDeps,
  { task, limits, sandbox }: AgentTreeOptions,
  index: number,
  patch: Uint8Array | null,
): Promise<Workspace> {
  return openWorkspace(deps.host, {
    repository: task.repository,
    commit: patch ? task.baseCommit : humanBefore(task, index),
    ...(patch && { patch }),
    referenceCommits: [task.baseCommit, ...task.milestones.map(({ referenceCommit }) => referenceCommit), ...startCommits(task)],
    environmentFrom: milestoneAt(task, index).referenceCommit,
    setup: task.setup,
    sandbox,
    limits,
    signal: deps.signal,
  });
}

function startCommits({ milestones }: Task) {
  return milestones.flatMap(({ startCommit }) => startCommit ?? []);
}
