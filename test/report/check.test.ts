/** A check as a person reads it in a terminal. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { renderCalibration, renderCheck } from '#report';
import { checkReport, driftRow, finding } from './check-reports.ts';

const text = (...changes: Parameters<typeof checkReport>) => renderCheck(checkReport(...changes), new PassThrough());

test('a gate', () => {
  expect(text({ findings: [finding({ human: { tripped: 3, of: 200, low: 0.005, high: 0.043 } })] })).toMatchInlineSnapshot(`
    "failed  1 gate, 0 warnings, 0 for the record
    /home/baker/bakery on croissants against aaaaaaaaaa: where this work and origin/main parted
    12 files, 20 edges, 0 new module edges; 312 ms, the base remembered

    ✗ src/oven.ts:3  gate new-cycle
      A new import cycle: 2 files are in it: src/oven.ts -> src/flour.ts -> src/oven.ts.
      src/oven.ts → src/flour.ts → src/oven.ts
      people: 3 of 200 commits trip this

    Why, and what instead
    new-cycle  Files that import each other in a circle can only be understood, tested and loaded together, and the order in which they load decides what works.
      Move what both sides need into a file below them, or pass it in from above. An import of types only (\`import type\`) closes no such cycle.
    "
  `);
});

test('nothing new', () => {
  expect(text({ verdict: 'passed', findings: [], timing: { wallMs: 300, baseRemembered: false } })).toMatchInlineSnapshot(`
    "passed  nothing new
    /home/baker/bakery on croissants against aaaaaaaaaa: where this work and origin/main parted
    12 files, 20 edges, 0 new module edges; 300 ms
    "
  `);
});

test('one that cannot be told is no pass, and says why', () => {
  const unscored = text({ verdict: 'unscored', reason: 'Of 20 imports 15 are gone.', findings: [] });
  expect(unscored).toMatch(/^unscored {2}nothing new\nNothing can be said of this change: Of 20 imports 15 are gone\.\n/);
});

test('drift with its human band, what stands elsewhere, and what was not seen', () => {
  expect(
    text({
      folder: 'packages/oven',
      findings: [finding({ severity: 'record', rule: 'public-export-added', message: 'bake is public now.', witness: [] })],
      elsewhere: { gate: 2, warn: 1, record: 4 },
      drift: [
        driftRow({ base: 0.05, head: 0.0612345, change: 0.0112345, usual: { low: -0.001, high: 0.002 } }),
        driftRow({ title: 'functions', unit: 'functions', base: 12, head: 12, change: 0 }),
        driftRow({ title: 'import cycles (all imports)', unit: 'cycles', base: 3, head: 2, change: -1, usual: { low: 0, high: 0 } }),
        driftRow({ title: 'modularity (all imports)', unit: 'index', base: null, head: 0.5, change: null }),
      ],
      calibration: { commits: 200, newest: 'c'.repeat(40) as never },
      unread: [{ path: 'eslint.config.js', tool: 'eslint', reason: 'no sandbox works here' }],
      skipped: [{ path: 'src/huge.ts', reason: 'too-large' }],
      notes: ['tsconfig.json extends what is not installed.'],
    }),
  ).toMatchInlineSnapshot(`
    "failed  0 gates, 0 warnings, 1 for the record; outside packages/oven 2 gates and 1 warning
    /home/baker/bakery, folder packages/oven on croissants against aaaaaaaaaa: where this work and origin/main parted
    12 files, 20 edges, 0 new module edges; 312 ms, the base remembered

    For the record
      src/oven.ts:3  bake is public now.

    Drift from the base; usual: what 200 commits of this repository did
    ┌──────────────────────────────────┬──────┬─────────┬────────────────┬───────────────────────────────┐
    │ metric                           │ base │ now     │ change         │ usual                         │
    ├──────────────────────────────────┼──────┼─────────┼────────────────┼───────────────────────────────┤
    │ propagation cost (value imports) │ 5 %  │ 6.123 % │ +1.123 pp      │ -0.1 pp to +0.2 pp, not usual │
    │ import cycles (all imports)      │ 3    │ 2       │ -1             │ 0, not usual                  │
    │ modularity (all imports)         │ -    │ 0.5     │ cannot be told │ -                             │
    └──────────────────────────────────┴──────┴─────────┴────────────────┴───────────────────────────────┘

    Not judged by eslint.config.js (eslint): no sandbox works here
    Not read: src/huge.ts (too-large)
    tsconfig.json extends what is not installed.
    "
  `);
});

test('numbers that say nothing of erosion are counted, and head no empty section', () => {
  const files = (title: string) => driftRow({ title, unit: 'files', worse: null, base: 12, head: 13, change: 1 });
  const cycles = driftRow({ title: 'import cycles (all imports)', unit: 'cycles', base: 2, head: 3, change: 1 });
  const endOf = (...drift: Parameters<typeof driftRow>[0][]) =>
    text({ findings: [], drift: drift.map(driftRow) })
      .trimEnd()
      .split('\n')
      .slice(3);
  expect(endOf(files('files'))).toEqual(['', 'Nothing that tells of erosion has moved, only 1 other number (--json, --html).']);
  expect(endOf(files('files'), files('tests')).at(-1)).toContain('only 2 other numbers (');
  expect(endOf(cycles, files('files'))).toContain('Drift from the base');
  expect(endOf(cycles, files('files')).at(-1)).toBe('and 1 more number (--json, --html)');
  expect(endOf(cycles, files('files'), files('tests')).at(-1)).toBe('and 2 more numbers (--json, --html)');
});

test('which version comes next', () => {
  const versions = [
    { package: 'oven', class: 'major' as const },
    { package: 'counter', class: 'unclear' as const },
    { package: 'shop', class: 'major' as const },
  ];
  expect(text({ verdict: 'passed', findings: [], versions })).toMatch(
    /\n\nThe next version, by the public names \(semver\)\n {2}major: oven, shop\n {2}unclear, a declaration changed: counter\n$/,
  );
});

test('long lists are cut and counted, and nothing in them commands the terminal', () => {
  const records = Array.from({ length: 30 }, (_, index) =>
    finding({ id: `x${index}`, severity: 'record', message: `\u001b[2Jcopy ${index}\u202e` }),
  );
  const long = finding({ witness: Array.from({ length: 40 }, (_, index) => `src/${index}.ts`) });
  const shown = text({ findings: [long, ...records] });
  expect(shown).toContain('src/11.ts → and 28 more');
  expect(shown).toContain('and 22 more');
  expect(shown).not.toMatch(/[\u001b\u202e]/);
});

test('a calibration: how often people trip a rule, and where the numbers go', () => {
  const commit = (letter: string) => letter.repeat(40) as never;
  const metric = { metric: 'value.propagationCost', title: 'propagation cost (value imports)', unit: 'share', worse: 'up' as const };
  expect(
    renderCalibration({
      ...{ schemaVersion: 1, verdict: 'calibrated', version: '1.2.3', repository: '/home/baker/bakery', commits: 200 },
      ...{ oldest: commit('a'), newest: commit('b'), wallMs: 61_000 },
      anyGate: { tripped: 4, of: 200, low: 0.008, high: 0.05 },
      rules: [{ rule: 'new-cycle', severity: 'gate', tripped: 4, of: 200, low: 0.008, high: 0.05 }],
      metrics: [
        { ...metric, first: 0.0533, last: 0.0608, slope: { perCommit: 0.00004, low: 0.00003, high: 0.00005 } },
        { ...metric, title: 'modules', first: 3, last: 3, slope: null },
      ],
      leftOut: [{ commit: commit('c'), reason: 'Of 20 imports 15 are gone.' }],
    }),
  ).toMatchInlineSnapshot(`
    "calibrated  200 commits of /home/baker/bakery, aaaaaaaaaa to bbbbbbbbbb, in 1 min 1 s
    ┌───────────┬──────────┬──────────────────────┬───────┬───────────────┐
    │ rule      │ severity │ commits that trip it │ share │ 95 % interval │
    ├───────────┼──────────┼──────────────────────┼───────┼───────────────┤
    │ any gate  │ gate     │ 4 of 200             │ 2 %   │ 0.8 % to 5 %  │
    │ new-cycle │ gate     │ 4 of 200             │ 2 %   │ 0.8 % to 5 %  │
    └───────────┴──────────┴──────────────────────┴───────┴───────────────┘
    ┌──────────────────────────────────┬──────────────────┬──────────────────┬────────────┬────────────────────────┐
    │ metric                           │ after the oldest │ after the newest │ per commit │ 95 % interval          │
    ├──────────────────────────────────┼──────────────────┼──────────────────┼────────────┼────────────────────────┤
    │ propagation cost (value imports) │ 5.33 %           │ 6.08 %           │ +0.004 pp  │ +0.003 pp to +0.005 pp │
    └──────────────────────────────────┴──────────────────┴──────────────────┴────────────┴────────────────────────┘
    Left out: cccccccccc, Of 20 imports 15 are gone.
    Checks of this repository now say how often people trip a rule, and which changes are usual.
    "
  `);
});
