/** The scores of a run's trials become one table per agent and mode, with intervals; pure. */
import type { AgentScore, LongHorizonTax, RunScore, TrialScore } from '#contracts';
import type { Resampling } from './bootstrap-interval.ts';
import { costPerUsefulAnswer } from './cost-per-useful-answer.ts';
import { funnel } from './funnel.ts';
import { longHorizonTax } from './long-horizon-tax.ts';
import { meanOverTasks } from './mean-over-tasks.ts';
import { rateOverTasks } from './rate-over-tasks.ts';
import { type Repeated, reliability } from './reliability.ts';
import { survivalCurve } from './survival-curve.ts';

const DEFAULT_RESAMPLING: Resampling = { confidence: 0.95, resamples: 9_999, seed: 1 };

/** The order of trials changes nothing. Trials of different agents or modes are never summed. */
export function scoreRun(trials: readonly TrialScore[], resampling: Resampling = DEFAULT_RESAMPLING): RunScore {
  // Rounding, too, depends on the order of a sum.
  const sorted = groups(trials, ({ task }) => task).flatMap(([, ofTask]) => ofTask.toSorted((a, b) => a.seed - b.seed));
  const agents = groups(sorted, ({ agent }) => agent);
  return {
    schemaVersion: 1,
    resampling,
    agents: agents.flatMap(([, ofAgent]) => groups(ofAgent, ({ mode }) => mode).map(([, group]) => scoreAgent(group, resampling))),
    longHorizonTax: agents.flatMap(([agent, ofAgent]) => taxOf(agent, ofAgent, resampling)),
  };
}

/** @param trials of one agent in one mode, at least one. */
function scoreAgent(trials: readonly TrialScore[], resampling: Resampling): AgentScore {
  const [{ agent, mode }] = trials as [TrialScore, ...TrialScore[]];
  const milestones = trials.flatMap(({ task, milestones }) => milestones.map((milestone) => ({ ...milestone, task })));
  const lost = trials.reduce((sum, trial) => sum + trial.lost, 0);
  const { scored, resolved, withoutRegression, useful } = funnel(milestones);

  type Score = 'fixRate' | 'precision' | 'recall' | 'f1';
  const mean = (score: Score) =>
    meanOverTasks(
      milestones.map((milestone) => ({ task: milestone.task, value: milestone[score] })),
      resampling,
    );
  const rateOfTrials = (verdict: 'zeroRegression' | 'completeChain') => {
    const known = trials.filter((trial) => trial[verdict] !== 'unscored');
    return rateOverTasks(
      known.filter((trial) => trial[verdict] === 'yes'),
      known,
      resampling,
    );
  };
  return {
    agent,
    mode,
    tasks: groups(trials, ({ task }) => task).length,
    trials: trials.length,
    milestones: trials.reduce((sum, { asked }) => sum + asked, 0),
    unscored: milestones.length - scored.length + lost,
    resolved: rateOverTasks(resolved, scored, resampling),
    withoutRegression: rateOverTasks(withoutRegression, scored, resampling),
    useful: rateOverTasks(useful, scored, resampling),
    zeroRegression: rateOfTrials('zeroRegression'),
    completeChains: rateOfTrials('completeChain'),
    fixRate: mean('fixRate'),
    precision: mean('precision'),
    recall: mean('recall'),
    f1: mean('f1'),
    evoScore: evoScores(trials, resampling),
    reliability: {
      milestones: reliability(repeatedMilestones(scored), resampling),
      chains: reliability(repeatedChains(trials), resampling),
    },
    untilRegression: survivalCurve(trials.flatMap(({ untilRegression }) => untilRegression ?? [])),
    untilBreak: survivalCurve(trials.flatMap(({ untilBreak }) => untilBreak ?? [])),
    cost: costPerUsefulAnswer(bills(milestones, useful), resampling),
  };
}

function evoScores(trials: readonly TrialScore[], resampling: Resampling): AgentScore['evoScore'] {
  const values = trials.flatMap(({ task, evoScore }) => evoScore.map(({ gamma, value }) => ({ task, gamma, value })));
  return [...Map.groupBy(values, ({ gamma }) => gamma)]
    .sort(([a], [b]) => a - b)
    .map(([gamma, group]) => ({ gamma, mean: meanOverTasks(group, resampling) }));
}

function repeatedMilestones(scored: readonly { task: string; id: string; useful: string }[]): Repeated[] {
  return groups(scored, ({ task }) => task).flatMap(([task, ofTask]) =>
    groups(ofTask, ({ id }) => id).map(([, trials]) => repeated(task, trials, ({ useful }) => useful === 'yes')),
  );
}

function repeatedChains(trials: readonly TrialScore[]): Repeated[] {
  const known = trials.filter(({ completeChain }) => completeChain !== 'unscored');
  return groups(known, ({ task }) => task).map(([task, ofTask]) => repeated(task, ofTask, ({ completeChain }) => completeChain === 'yes'));
}

function repeated<T>(task: string, trials: readonly T[], succeeded: (trial: T) => boolean): Repeated {
  return { task, scored: trials.length, succeeded: trials.filter(succeeded).length };
}

function bills(milestones: readonly { task: string; costUsd: number | null }[], useful: readonly { task: string }[]) {
  return groups(milestones, ({ task }) => task).map(([task, ofTask]) => ({
    spentUsd: ofTask.reduce<number | null>((sum, { costUsd }) => (sum === null || costUsd === null ? null : sum + costUsd), 0),
    usefulAnswers: useful.filter((answer) => answer.task === task).length,
  }));
}

function taxOf(agent: string, trials: readonly TrialScore[], resampling: Resampling): LongHorizonTax[] {
  const continuous = trials.filter(({ mode }) => mode === 'continuous');
  const isolated = trials.filter(({ mode }) => mode === 'isolated');
  if (continuous.length === 0 || isolated.length === 0) return [];
  return [
    {
      agent,
      resolved: longHorizonTax(continuous, isolated, 'resolved', resampling),
      useful: longHorizonTax(continuous, isolated, 'useful', resampling),
    },
  ];
}

/** In code unit order of their names. */
function groups<T>(things: readonly T[], nameOf: (thing: T) => string): [string, T[]][] {
  return [...Map.groupBy(things, nameOf)].sort(([a], [b]) => (a < b ? -1 : 1));
}
