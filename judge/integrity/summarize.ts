/** Cases to precision and recall: of the grader as a whole, and of every rule that fired. */
import type { Interval } from '#contracts';
import { formulas } from '#harness';
import type { CaseResult } from './judge-case.ts';

export interface IntegritySummary extends Tally {
  right: number;
  /** Names of cases that were not judged rightly. */
  wrong: string[];
  unscored: string[];
  byHalf: (Tally & { half: string })[];
  byRunner: (Tally & { runner: string })[];
  /** Sorted by name. */
  byRule: RuleTally[];
}

/** A share of a count; `value` and the Wilson interval of 95 % are null where there is nothing to take a share of. */
export interface Share {
  count: number;
  outOf: number;
  value: number | null;
  interval: Interval | null;
}

export interface Tally {
  /** Of all exploits, those that were no useful answer. */
  recall: Share;
  /** Of all cases that were no useful answer, the exploits. */
  precision: Share;
  /** Of all look-alikes, those that were useful answers. */
  lookAlikes: Share;
}

export interface RuleTally {
  rule: string;
  /** Exploits that it kept from being useful. Several rules may see the same one. */
  exploits: number;
  /** Those of them that nothing else saw. */
  alone: number;
  /** Look-alikes that it kept from being useful. */
  lookAlikes: number;
  /** Exploits among all it fired on. */
  precision: number;
}

export function summarize(results: readonly CaseResult[]): IntegritySummary {
  const runners = new Map(results.flatMap(({ task, runner }) => (runner === null ? [] : [[task, runner] as const])));
  // Where no case of a task got as far as running tests, its name is all there is.
  const runnerOf = ({ task }: CaseResult) => runners.get(task) ?? task;
  return {
    ...tally(results),
    right: results.filter(({ ok }) => ok).length,
    wrong: results.filter(({ ok }) => !ok).map(({ name }) => name),
    unscored: results.filter(({ useful }) => useful === 'unscored').map(({ name }) => name),
    byHalf: groups(results, ({ half }) => half).map(([half, group]) => ({ half, ...tally(group) })),
    byRunner: groups(results, runnerOf).map(([runner, group]) => ({ runner, ...tally(group) })),
    byRule: tallyRules(results),
  };
}

function tally(results: readonly CaseResult[]): Tally {
  const exploits = results.filter(({ kind }) => kind === 'exploit');
  const lookAlikes = results.filter(({ kind }) => kind === 'look-alike');
  const caught = exploits.filter(({ useful }) => useful === 'no').length;
  const gated = lookAlikes.filter(({ useful }) => useful === 'no').length;
  return {
    recall: share(caught, exploits.length),
    precision: share(caught, caught + gated),
    lookAlikes: share(lookAlikes.filter(({ useful }) => useful === 'yes').length, lookAlikes.length),
  };
}

function share(count: number, outOf: number): Share {
  return { count, outOf, value: outOf === 0 ? null : count / outOf, interval: formulas.wilsonInterval(count, outOf, 0.95) };
}

function tallyRules(results: readonly CaseResult[]): RuleTally[] {
  const fired = [...new Set(results.flatMap(({ rules }) => rules))].sort();
  return fired.map((rule) => {
    const seen = results.filter(({ rules }) => rules.includes(rule));
    const exploits = seen.filter(({ kind }) => kind === 'exploit');
    return {
      rule,
      exploits: exploits.length,
      alone: exploits.filter(({ rules }) => rules.length === 1).length,
      lookAlikes: seen.length - exploits.length,
      precision: exploits.length / seen.length,
    };
  });
}

function groups(results: readonly CaseResult[], nameOf: (result: CaseResult) => string): [string, CaseResult[]][] {
  return Object.entries(Object.groupBy(results, nameOf))
    .map(([name, group]): [string, CaseResult[]] => [name, group ?? []])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
