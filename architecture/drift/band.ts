/** What human commits do to this repository: the band behind the numbers of an agent. */
import { z } from 'zod';
import type { Finding, HumanRate } from '#contracts';
import { METRICS, type MetricName, metricValue } from './catalogue.ts';
import type { Metrics } from './metrics.ts';
import { slopeOf } from './slope.ts';

/** All commits of a calibration, oldest first, as one noun. */
export const Band = z.strictObject({
  schemaVersion: z.literal(1),
  commits: z.int().positive(),
  /** Commits with at least one finding of the rule; a rule that is not listed was never tripped. Sorted by rule. */
  rules: z.array(z.strictObject({ rule: z.string(), tripped: z.int().positive() })),
  /** In the order of the catalogue. */
  metrics: z.array(
    z.strictObject({
      metric: z.string(),
      /** Change per commit (Theil and Sen) with its 95 % interval; null when it was known at fewer than two commits. */
      slope: z.strictObject({ slope: z.number(), low: z.number(), high: z.number() }).nullable(),
      /** The number after each commit. */
      series: z.array(z.number().nullable()),
    }),
  ),
});
export type Band = z.infer<typeof Band>;

/** One commit: what its comparison with its parent found, and the numbers after it. */
export interface CalibrationStep {
  findings: readonly Pick<Finding, 'rule'>[];
  metrics: Metrics;
}

/** @param steps oldest first, at least one */
export function calibrate(steps: readonly CalibrationStep[]): Band {
  if (steps.length === 0) throw new RangeError('A calibration needs at least one commit.');
  const tripped = new Map<string, number>();
  for (const { findings } of steps) {
    for (const rule of new Set(findings.map((finding) => finding.rule))) tripped.set(rule, (tripped.get(rule) ?? 0) + 1);
  }
  return {
    schemaVersion: 1,
    commits: steps.length,
    rules: [...tripped].map(([rule, count]) => ({ rule, tripped: count })).sort((a, b) => (a.rule < b.rule ? -1 : 1)),
    metrics: [...METRICS.keys()].map((metric) => {
      const series = steps.map(({ metrics }) => metricValue(metrics, metric));
      return { metric, slope: slopeOf(series), series };
    }),
  };
}

/**
 * How often a human commit trips a rule. The interval is Wilson's score interval of 95 % (Wilson, JASA 22, 1927): of 20 commits that never
 * trip it, up to one in six may.
 */
export function humanRate({ rules, commits }: Band, rule: string): HumanRate {
  const tripped = rules.find((each) => each.rule === rule)?.tripped ?? 0;
  const z = 1.959963984540054;
  const share = tripped / commits;
  const scale = 1 + z ** 2 / commits;
  const middle = (share + z ** 2 / (2 * commits)) / scale;
  const reach = (z * Math.sqrt((share * (1 - share)) / commits + z ** 2 / (4 * commits ** 2))) / scale;
  return { tripped, of: commits, low: tripped === 0 ? 0 : middle - reach, high: tripped === commits ? 1 : middle + reach };
}

/** What a metric did over a number of commits in a row: between which changes 90 % of all such stretches of history lie. */
export interface HumanRange {
  low: number;
  high: number;
  /** Stretches in the calibration; they overlap. */
  of: number;
}

const SHARE = 0.9;
const MIN_STRETCHES = 10;

/** Ranks instead of a distribution: most commits leave a metric alone, and a few move it far. Null with fewer than ten stretches. */
export function humanRange({ metrics }: Band, metric: MetricName, commits: number): HumanRange | null {
  const series = metrics.find((each) => each.metric === metric)?.series ?? [];
  const changes: number[] = [];
  for (let start = 0; start + commits < series.length; start++) {
    const [before, after] = [series[start], series[start + commits]];
    if (typeof before === 'number' && typeof after === 'number') changes.push(after - before);
  }
  if (changes.length < MIN_STRETCHES) return null;
  const sorted = Float64Array.from(changes).sort();
  const cut = Math.floor((sorted.length * (1 - SHARE)) / 2);
  return { low: sorted[cut] as number, high: sorted[sorted.length - 1 - cut] as number, of: changes.length };
}
