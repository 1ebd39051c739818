/** The architecture in a run's report: how far an agent is from people, and what became of its findings. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { DriftRow, FindingLife } from '#contracts';
import { renderReport } from '#report';
import { milestone, report, trial } from './run-reports.ts';

const MASS = { metric: 'all.cyclicMass', title: 'cyclic mass (all imports)', unit: 'share', worse: 'up' } as const;
const drift = (change: number | null, usual: DriftRow['usual'] = null): DriftRow[] => [
  { ...MASS, base: 0.1, head: change === null ? null : 0.1 + change, change, usual },
  { metric: 'code.files', title: 'files', unit: 'files', worse: null, base: 3, head: 4, change: 1, usual: null },
  {
    metric: 'value.modularity',
    title: 'modularity (value imports)',
    unit: 'index',
    worse: 'down',
    base: 0.5,
    head: 0.5,
    change: 0,
    usual: null,
  },
];
const life = (id: string, changes: Partial<FindingLife> = {}): FindingLife => ({
  ...{ id, rule: 'new-cycle', severity: 'gate', introduced: { milestone: '01-rise', at: 4 }, healed: null, submitted: true },
  ...changes,
});
const shown = (document: ReturnType<typeof report>) => renderReport(document, 'terminal', new PassThrough());

test('drift from people, by milestone, with what is usual', () => {
  const text = shown(
    report([
      trial([milestone('01-rise', { drift: drift(0.02) }), milestone('02-fall', { drift: drift(0.05, { low: -0.01, high: 0.03 }) })]),
    ]),
  );
  expect(text.slice(text.indexOf('Drift'))).toMatchInlineSnapshot(`
    "Drift: the agent less people at the same milestone
    ┌───────────┬───────────────────────────┬───────┬───────┬───────────────────────────┐
    │ agent     │ metric                    │ 01    │ 02    │ usual                     │
    ├───────────┼───────────────────────────┼───────┼───────┼───────────────────────────┤
    │ reference │ cyclic mass (all imports) │ +2 pp │ +5 pp │ -1 pp to +3 pp, not usual │
    └───────────┴───────────────────────────┴───────┴───────┴───────────────────────────┘
    "
  `);
});

test('nothing is said of an agent that is where people are', () => {
  expect(shown(report([trial([milestone('01-rise', { drift: drift(0) })])]))).not.toContain('Drift');
});

test('what cannot be told is no zero', () => {
  expect(shown(report([trial([milestone('01-rise', { drift: drift(0.1) }), milestone('02-fall', { drift: drift(null) })])]))).toContain(
    'cannot be told',
  );
});

test('findings from when they came until they went', () => {
  const findings = [
    life('new-cycle:a', { healed: { milestone: '01-rise', at: 6 }, submitted: false }),
    life('new-cycle:b', { healed: { milestone: '02-fall', at: 'end' } }),
    life('new-module-edge:c', { rule: 'new-module-edge', severity: 'warn', introduced: { milestone: '02-fall', at: 'start' } }),
  ];
  const sensed = { looks: 1, changes: [], leftOut: 0, selfChecks: { made: 0, failed: 0 }, blind: 'the sensor ended with SIGKILL' };
  const text = shown(report([trial([milestone('01-rise'), milestone('02-fall', { sensed })], { findings })]));
  expect(text.slice(text.indexOf('Findings'))).toMatchInlineSnapshot(`
    "Findings about the architecture, from when they came until they went
    ┌───────────┬───────┬──────────┬─────────────────┬──────────────┬─────────────┬───────────────────────────────────────────┐
    │ agent     │ gates │ warnings │ on the way only │ healed later │ still there │ oldest of them                            │
    ├───────────┼───────┼──────────┼─────────────────┼──────────────┼─────────────┼───────────────────────────────────────────┤
    │ reference │ 2     │ 1        │ 1               │ 1            │ 1           │ new-module-edge, 02-fall before the agent │
    └───────────┴───────┴──────────┴─────────────────┴──────────────┴─────────────┴───────────────────────────────────────────┘
      not seen while the agent worked, 02-fall: the sensor ended with SIGKILL
    "
  `);
});
