/** Measures what people do to a repository, and keeps it for the checks that follow. */
import { createHash } from 'node:crypto';
import { calibrate, humanRate, keepCalibration, METRICS, metricValue } from '#architecture';
import { CalibrationReport, LonghaulError } from '#contracts';
import { type Base, calibrationFolder, firstParents, repositoryName, type WorkingTree } from '#workspace/repository';
import type { BaseReading } from './read-base.ts';
import { openSteps, type Step } from './steps.ts';
import { walkHistory } from './walk-history.ts';

export interface CalibrateOptions {
  version: string;
  /** Of the host. */
  cacheFolder: string;
  instrument: string;
  commits: number;
  today: BaseReading;
  signal: AbortSignal;
  onStep: (done: number, of: number) => void;
}

/** @throws E_BASE_UNKNOWN where the history has no two commits that can be compared */
export async function calibrateOn(tree: WorkingTree, base: Base, options: CalibrateOptions): Promise<CalibrationReport> {
  const { version, instrument, today, signal, onStep } = options;
  const folder = calibrationFolder(options, await repositoryName(tree));
  const commits = await firstParents(tree, base.commit, options.commits + 1);
  // A step is judged by the rules and settings of today: under others it is another one.
  const stepsName = createHash('sha256')
    .update(`${instrument}\n${JSON.stringify([today.settings, today.rules])}`)
    .digest('hex')
    .slice(0, 24);
  const steps = await walkHistory(tree, { commits, today, kept: await openSteps(folder, stepsName), signal, onStep });
  const told = steps.filter(({ reason }) => reason === null);
  const [oldest, newest] = [told[0], told.at(-1)];
  if (oldest === undefined || newest === undefined) {
    const why = steps[0]?.reason ?? 'there is only one';
    throw new LonghaulError('E_BASE_UNKNOWN', `No commit of ${tree.root} can be compared with its parent: ${why}.`, {
      action: 'Calibrate a branch with a history of TypeScript or JavaScript; in a shallow clone fetch the history first.',
    });
  }
  const band = calibrate(told.map(({ findings, metrics }) => ({ findings: findings.map(([rule]) => ({ rule })), metrics })));
  await keepCalibration(folder, { schemaVersion: 1, newest: newest.commit, band });
  const gated = told.filter(({ findings }) => findings.some(([, severity]) => severity === 'gate')).length;
  return CalibrationReport.parse({
    schemaVersion: 1,
    verdict: 'calibrated',
    version,
    repository: tree.root,
    commits: told.length,
    oldest: oldest.commit,
    newest: newest.commit,
    anyGate: humanRate({ ...band, rules: gated === 0 ? [] : [{ rule: 'any', tripped: gated }] }, 'any'),
    rules: band.rules
      .map(({ rule }) => ({ rule, severity: severityOf(rule, told), ...humanRate(band, rule) }))
      .sort((a, b) => b.tripped - a.tripped || (a.rule < b.rule ? -1 : 1)),
    metrics: [...METRICS].map(([metric, { title, unit, worse }]) => {
      const slope = band.metrics.find((each) => each.metric === metric)?.slope ?? null;
      return {
        ...{ metric, title, unit, worse },
        first: metricValue(oldest.metrics, metric),
        last: metricValue(newest.metrics, metric),
        slope: slope && { perCommit: slope.slope, low: slope.low, high: slope.high },
      };
    }),
    leftOut: steps.flatMap(({ commit, reason }) => (reason === null ? [] : [{ commit, reason }])),
    wallMs: performance.now(),
  });
}

/** The most severe that occurred. */
function severityOf(rule: string, steps: readonly Step[]): 'gate' | 'warn' | 'record' {
  const found = new Set(steps.flatMap(({ findings }) => findings.filter(([name]) => name === rule).map(([, severity]) => severity)));
  return (['gate', 'warn'] as const).find((severity) => found.has(severity)) ?? 'record';
}
