import { expect, test } from 'vitest';
import { Band, calibrate, humanRange, humanRate, measure, type Metrics } from '#architecture';

/** The numbers of an empty tree, with as many cycles as told. */
function metrics(cycles: number): Metrics {
  const none = { count: 0, offsets: Int32Array.of(0), targets: new Int32Array() };
  const clones = { stretches: [], tokens: 0, linesOfCode: 0 };
  const empty = measure({ files: [], value: none, all: none, moduleOf: () => '', clones, externalDependencies: 0 });
  return { ...empty, value: { ...empty.value, cycles } };
}

/** A commit that leaves this many cycles and trips these rules. */
function commit(cycles: number, ...rules: string[]) {
  return { metrics: metrics(cycles), findings: rules.map((rule) => ({ rule })) };
}

function throughTheDisk(band: Band): Band {
  return Band.parse(JSON.parse(JSON.stringify(band)));
}

test('how often humans trip a rule, by commits and not by findings', () => {
  const history = Array.from({ length: 200 }, (_, place) => commit(0, ...(place % 50 === 0 ? ['new-clone', 'new-clone'] : [])));
  const band = throughTheDisk(calibrate(history));
  expect(band.rules).toEqual([{ rule: 'new-clone', tripped: 4 }]);
  const rate = humanRate(band, 'new-clone');
  expect(rate).toMatchObject({ tripped: 4, of: 200 });
  // Wilson's interval of 4 of 200.
  expect(rate.low).toBeCloseTo(0.0078, 4);
  expect(rate.high).toBeCloseTo(0.0503, 4);
});

test('a rule that nobody tripped in twenty commits may still be tripped by one in six', () => {
  const rate = humanRate(calibrate(Array.from({ length: 20 }, () => commit(0))), 'new-cycle');
  expect(rate).toMatchObject({ tripped: 0, of: 20, low: 0 });
  expect(rate.high).toBeCloseTo(0.1611, 4);
  expect(humanRate(calibrate([commit(0, 'new-cycle')]), 'new-cycle')).toMatchObject({ tripped: 1, of: 1, high: 1 });
});

test('the slope and the range of a metric over many commits', () => {
  const band = throughTheDisk(calibrate(Array.from({ length: 41 }, (_, place) => commit(Math.floor(place / 4)))));
  const cycles = band.metrics.find(({ metric }) => metric === 'value.cycles');
  expect(cycles?.series).toHaveLength(41);
  expect(cycles?.slope?.slope).toBeCloseTo(0.25, 2);
  expect(humanRange(band, 'value.cycles', 1)).toEqual({ low: 0, high: 1, of: 40 });
  expect(humanRange(band, 'value.cycles', 8)).toEqual({ low: 2, high: 2, of: 33 });
  expect(humanRange(band, 'value.cycles', 35)).toBeNull();
  // An empty tree has no propagation cost at any commit.
  expect(band.metrics.find(({ metric }) => metric === 'value.propagationCost')?.slope).toBeNull();
  expect(humanRange(band, 'value.propagationCost', 1)).toBeNull();
});

test('no commit is no calibration', () => {
  expect(() => calibrate([])).toThrow('A calibration needs at least one commit.');
});

/** As a calibration tells it, of a metric that had these values. */
function slopeOf(series: readonly (number | null)[]) {
  const none = metrics(0);
  const steps = series.map((modularity) => ({ findings: [], metrics: { ...none, value: { ...none.value, modularity } } }));
  return calibrate(steps).metrics.find(({ metric }) => metric === 'value.modularity')?.slope;
}

test('the slope is the median of all pairs, which a single jump does not move', () => {
  expect(slopeOf([1, null])).toBeNull();
  expect(slopeOf([1, 3])).toEqual({ slope: 2, low: 2, high: 2 });
  const steady = Array.from({ length: 40 }, (_, step) => step * 0.5);
  expect(slopeOf(steady)).toEqual({ slope: 0.5, low: 0.5, high: 0.5 });
  const jump = slopeOf(steady.map((value, step) => (step === 20 ? 900 : step === 7 ? null : value)));
  expect(jump?.slope).toBe(0.5);
  const still = slopeOf(Array.from({ length: 2_000 }, (_, step) => (step % 2 === 0 ? 1 : 1.5)));
  expect(still?.low).toBeLessThanOrEqual(0);
  expect(still?.high).toBeGreaterThanOrEqual(0);
});

test('Sen’s interval holds the slope it is about', () => {
  const noisy = Array.from({ length: 60 }, (_, step) => 0.2 * step + ((step * 7919) % 13) - 6);
  const slope = slopeOf(noisy);
  expect(slope?.low).toBeLessThan(0.2);
  expect(slope?.high).toBeGreaterThan(0.2);
  expect((slope?.high ?? 0) - (slope?.low ?? 0)).toBeLessThan(0.2);
});
