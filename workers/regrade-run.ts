/** Grades every stored submission of a run again and compares the verdicts; what is stored of the run stays as it is. */
import { isDeepStrictEqual } from 'node:util';
import {
  type Finding,
  type MilestoneGrade,
  type RegradeReport,
  type RegradeTrajectory,
  type RegradeVerdict,
  type RunId,
  Task,
  type TrialRecord,
} from '#contracts';
import { regradeTrial } from '#harness';
import type { Store } from '#store';
import type { Host } from '#workspace';
import { harnessDeps } from './harness-deps.ts';

export interface RegradeRequest {
  run: RunId;
  host: Host;
  /** Null: as many as the run had. */
  baselineRuns: number | null;
  signal: AbortSignal;
  /** Called after each milestone. */
  onMilestone: (trial: TrialRecord, milestone: RegradeReport['trials'][number]['milestones'][number]) => void;
}

/** @throws E_RUN_NOT_FOUND, E_ARTIFACT_MISSING */
export async function regradeRun(store: Store, request: RegradeRequest): Promise<RegradeReport> {
  const { config, trials } = await store.readRun(request.run);
  const { mode, limits, sandbox } = config;
  const task = Task.parse(JSON.parse(await store.artifacts.getText(config.task.artifact)));
  const baselineRuns = request.baselineRuns ?? config.baselineRuns;
  const deps = harnessDeps(store, { host: request.host, signal: request.signal, emit: () => {} });
  const regraded: RegradeReport['trials'] = [];
  for (const trial of trials) {
    const { id, agent, seed, isolation, milestones: grades } = trial;
    const milestones: (typeof regraded)[number]['milestones'] = [];
    const onJudgement = (regraded: Verdicts & { trajectory: readonly Finding[] | null }, position: number) => {
      const grade = grades[position];
      if (grade === undefined) throw new RangeError(`${id} has no milestone ${position}`);
      const trajectory = regraded.trajectory && differences(grade.trajectory, regraded.trajectory);
      const compared = { ...compare(grade.id, verdictOf(grade), verdictOf(regraded)), trajectory };
      milestones.push(compared);
      request.onMilestone(trial, compared);
    };
    await regradeTrial(deps, { task, mode, limits, sandbox, baselineRuns, grades, isolation, onJudgement });
    regraded.push({ id, agent: agent.name, seed, milestones });
  }
  const all = regraded.flatMap(({ milestones }) => milestones);
  const unscored = all.filter(({ after }) => after.resolved === 'unscored' || after.useful === 'unscored').length;
  const rescanned = all.filter(({ trajectory }) => trajectory !== null && trajectory.added.length + trajectory.gone.length > 0).length;
  return {
    schemaVersion: 1,
    run: request.run,
    baselineRuns,
    summary: { milestones: all.length, changed: all.filter(({ changed }) => changed).length, unscored, trajectories: rescanned },
    trials: regraded,
  };
}

type Verdicts = Pick<MilestoneGrade, 'resolved' | 'useful' | 'regressions' | 'grader'>;

function verdictOf({ resolved, useful, grader, regressions }: Verdicts) {
  return { resolved, useful, grader, regressions: regressions.map(({ test }) => test).sort() };
}

/** By severity and identity: a finding that weighs more than it did is another one. */
function differences(before: readonly Finding[], after: readonly Finding[]): RegradeTrajectory {
  const namesOf = (findings: readonly Finding[]) => new Set(findings.map(({ severity, id }) => `${severity} ${id}`));
  const [then, now] = [namesOf(before), namesOf(after)];
  return { added: [...now.difference(then)].sort(), gone: [...then.difference(now)].sort() };
}

function compare(id: string, before: RegradeVerdict, after: RegradeVerdict) {
  const changed = !isDeepStrictEqual({ ...before, grader: 0 }, { ...after, grader: 0 });
  return { id, before, after, changed };
}
