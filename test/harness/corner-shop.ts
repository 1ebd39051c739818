/** Trials over the corner shop: agents that a few lines describe. */
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AgentWorkspace,
  DEFAULT_LIMITS,
  type MilestoneGrade,
  NO_USAGE,
  type ProgressEvent,
  type RunAgent,
  RunId,
  type Task,
  TrialId,
} from '#contracts';
import { type HarnessDeps, inMemoryDeps, loadTask, runTrial, type TrialOptions } from '#harness';
import type { Host } from '#workspace';

const FIXTURES = join(import.meta.dirname, '../../fixtures/harness');
export const MILESTONES = ['01-grant-discount', '02-print-receipts', '03-give-bags'] as const;

const runId = RunId.parse('20261123-211502-k3fq');
const trialId = TrialId.parse(`${runId}.0123456789abcdef`);

/** What workers keep in a database and a folder, in memory, and what a trial tells of itself. */
export function inMemory(host: Host, signal = new AbortController().signal) {
  const memos = new Map<string, string>();
  const events: ProgressEvent[] = [];
  return { deps: inMemoryDeps({ host, signal, emit: (event) => events.push(event) }, memos), events, memos };
}

export function cornerShop(host: Host): Promise<Task> {
  return loadTask(host, join(FIXTURES, 'tasks/corner-shop'), true);
}

/** A copy of the task folder beside its repository, to be spoiled. @returns the folder of the task. */
export async function copyOfTheTask(into: string): Promise<string> {
  await cp(FIXTURES, into, { recursive: true });
  return join(into, 'tasks/corner-shop');
}

export type Work = (workspace: AgentWorkspace) => Promise<unknown>;

/** Does what the human did. */
export const asHuman =
  (milestone: string): Work =>
  async (workspace) => {
    const patch = await readFile(join(FIXTURES, 'tasks/corner-shop/milestones', milestone, 'reference.patch'));
    const { exitCode, output } = await workspace.exec(['git', 'apply', '-'], { stdin: patch });
    if (exitCode !== 0) throw new Error(output);
  };

/** Does one thing after the other. */
export const and =
  (...works: Work[]): Work =>
  async (workspace) => {
    for (const work of works) await work(workspace);
  };

export const write =
  (path: string, text: string): Work =>
  (workspace) =>
    workspace.writeFile(path, text);

export const replace =
  (path: string, from: string, to: string): Work =>
  async (workspace) => {
    const text = await workspace.readFile(path);
    if (!text.includes(from)) throw new Error(`${path} does not hold ${from}`);
    await workspace.writeFile(path, text.replace(from, to));
  };

export const shell =
  (script: string): Work =>
  async (workspace) => {
    const { exitCode, output } = await workspace.exec(['bash', '-c', script]);
    if (exitCode !== 0) throw new Error(output);
  };

/** Works as the human did on every milestone that is not named. */
export function agentThat(works: Partial<Record<(typeof MILESTONES)[number], Work>>): RunAgent {
  return async ({ workspace, request }) => {
    await (works[request.id as (typeof MILESTONES)[number]] ?? asHuman(request.id))(workspace);
    return { ending: { kind: 'submitted', summary: '' }, usage: NO_USAGE };
  };
}

/** @returns the grades in the order they were handed out. */
export async function gradesOf(
  deps: HarnessDeps,
  task: Task,
  agent: RunAgent,
  changes: Partial<TrialOptions> = {},
): Promise<MilestoneGrade[]> {
  const grades: MilestoneGrade[] = [];
  await runTrial(deps, {
    runId,
    trialId,
    task,
    agent,
    agentName: 'described',
    seed: 1,
    mode: 'continuous',
    tests: 'hidden',
    baselineRuns: 2,
    limits: { ...DEFAULT_LIMITS, testTimeoutMs: 60_000 },
    sandbox: 'none',
    finished: [],
    onIsolation: async () => {},
    onGrade: async (grade) => {
      grades.push(grade);
    },
    ...changes,
  });
  return grades;
}

/** `<milestone>: resolved yes, useful no, broke <test>; architecture failed` */
export function outline(grades: readonly Pick<MilestoneGrade, 'id' | 'resolved' | 'useful' | 'regressions' | 'checks'>[]): string[] {
  return grades.map(({ id, resolved, useful, regressions, checks }) => {
    const broke = regressions.map(({ test, lastPassedAt }) => `, broke ${test} (${lastPassedAt ?? 'base'})`).join('');
    const odd = checks.flatMap((each) =>
      each.status === 'passed' ? [] : [`${each.check} ${each.status}${each.status === 'unscored' ? ` by ${each.fault}` : ''}`],
    );
    return `${id}: resolved ${resolved}, useful ${useful}${broke}${odd.length > 0 ? `; ${odd.join(', ')}` : ''}`;
  });
}
